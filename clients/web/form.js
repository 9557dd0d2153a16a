// @ts-check
/** What the drawers are made of: one row for each setting. */
import { html, useState } from './vendor/preact.js';

/** @typedef {(string | number)[][]} Choices value and words of each */

/** @param {{title: string, children?: unknown}} props */
export const Row = ({ title, children }) => html`<div class="setting"><h3>${title}</h3><div>${children}</div></div>`;

/**
 * One of a few, side by side.
 * @param {{label: string, value: unknown, choices: Choices, wrap?: boolean, change: (value: any) => void}} props `wrap`: in as many lines as they need
 */
export function Choice({ label, value, choices, wrap = false, change }) {
  /** @param {KeyboardEvent & {currentTarget: HTMLElement}} event */
  const key = (event) => {
    const step = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 })[event.key];
    if (!step || event.shiftKey) return;
    event.preventDefault();
    const next = (choices.findIndex(([name]) => name === value) + step + choices.length) % choices.length;
    /** @type {HTMLElement} */ (event.currentTarget.children[next]).focus();
    change(choices[next][0]);
  };
  return html`
    <div class="choice ${wrap ? 'wrap' : ''}" role="radiogroup" aria-label=${label} onKeyDown=${key}>
      ${choices.map(([name, text]) => html`
        <button key=${name} role="radio" aria-checked=${value === name} onClick=${() => change(name)}>${text}</button>`)}
    </div>`;
}

/** One of many. @param {{label: string, value: unknown, choices: Choices, change: (value: any) => void}} props */
export function Pick({ label, value, choices, change }) {
  const known = choices.some(([name]) => name === value) ? choices : [[/** @type {any} */ (value), `${value}`], ...choices];
  /** @param {{currentTarget: HTMLSelectElement}} event */
  const choose = ({ currentTarget: list }) => {
    const [wanted] = known[list.selectedIndex];
    list.selectedIndex = known.findIndex(([name]) => name === value); // what is refused has not changed
    change(wanted);
  };
  return html`
    <select aria-label=${label} onChange=${choose}>
      ${known.map(([name, text]) => html`<option key=${name} value=${name} selected=${value === name}>${text}</option>`)}
    </select>`;
}

/** @param {{label: string, value: boolean, change: (value: boolean) => void, children?: unknown}} props `children`: instead of the label */
export const Toggle = ({ label, value, change, children }) =>
  html`<button class="switch" aria-pressed=${value} aria-label=${label} onClick=${() => change(!value)}>${children ?? label}</button>`;

/**
 * A line of text that is taken over when it is left; it shows what the daemon made of it.
 * @param {{label: string, value: string, mode?: 'text' | 'decimal', change: (value: string) => void}} props
 */
export function Line({ label, value, mode = 'text', change }) {
  const [typed, type] = useState(/** @type {string | null} */ (null)); // no event from outside takes it away
  /** @param {{currentTarget: HTMLInputElement}} event */
  const commit = ({ currentTarget: line }) => {
    const text = line.value.trim();
    type(null);
    line.value = value;
    if (text && text !== value) change(text);
  };
  /** @param {KeyboardEvent & {currentTarget: HTMLInputElement}} event */
  const key = (event) => event.key === 'Enter' && event.currentTarget.blur();
  return html`<input type="text" inputmode=${mode} enterkeyhint="done" autocomplete="off" spellcheck=${false} aria-label=${label}
    value=${typed ?? value} onInput=${(/** @type {any} */ event) => type(event.target.value)} onBlur=${commit} onKeyDown=${key} />`;
}

// @ts-check
/** A sentence at the slot: what answers it is fitted, loaded and launched on the next boundary, or heard on cue. */
import { html, useState } from './vendor/preact.js';
import { audition } from './cue.js';
import { Icon } from './icons.js';
import { ask } from './remote.js';
import { place } from './session.js';
import { view } from './view.js';

/** @typedef {import('./chosen.js').Told} Told */

/** What was typed for a slot outlives a change of pane. @type {Record<string, string>} */
const memory = {};

/** Show what was chosen for a track. @param {Told | undefined} told undefined = a fault, which was told */
function show(told) {
  if (told) view.set({ told: { ...view.get().told, [told.track]: told }, shown: told.track, target: null });
}

/** @param {number} track @param {number | null} slot null = a free one @param {string} prompt */
export const launchPrompt = (track, slot, prompt) => ask(`/track/${track}/launch/prompt`, { prompt, ...(slot && { slot }) }).then(show);

/** @param {number} track @param {string} adjective empty = another one like it */
export const swap = (track, adjective) => ask(`/track/${track}/swap`, adjective ? { adjective } : {}).then(show);

/** Hook: run one thing at a time. @returns {[string, (name: string, work: () => Promise<unknown>) => void]} what runs, and how to begin */
export function useWork() {
  const [busy, set] = useState('');
  return [busy, (name, work) => {
    if (busy) return;
    set(name);
    work().finally(() => set(''));
  }];
}

/** @param {{track: number, slot?: number | null, label: string, words: string}} props `words`: what the line says while it is empty */
export function Wish({ track, slot = null, label, words }) {
  const key = slot === null ? `${track}` : place(track, slot);
  const [prompt, type] = useState(memory[key] ?? '');
  const [busy, run] = useWork();
  const empty = !prompt.trim();
  memory[key] = prompt;
  /** @param {Event & {currentTarget: HTMLFormElement}} event */
  const launch = (event) => {
    event.preventDefault();
    if (empty) return;
    /** @type {HTMLElement} */ (document.activeElement)?.blur(); // a phone's keyboard would hide the grid
    run('launch', () => launchPrompt(track, slot, prompt));
  };
  return html`
    <form class="wish" aria-label="Say what to launch" onSubmit=${launch}>
      <input type="text" enterkeyhint="go" autocomplete="off" spellcheck=${false} aria-label=${label} placeholder=${words}
        value=${prompt} onInput=${(/** @type {any} */ event) => type(event.target.value)} />
      <button type="button" class=${busy === 'cue' ? 'busy' : ''} disabled=${empty} aria-label="Hear it on cue" title="Hear on the cue bus what answers this"
        onClick=${() => run('cue', () => audition(prompt))}><${Icon} name="phones" /></button>
      <button class="main ${busy === 'launch' ? 'busy' : ''}" disabled=${empty} aria-label="Launch it on the next bar"
        title="Find it, fit it, and launch it on the next boundary"><${Icon} name="play" /></button>
    </form>`;
}

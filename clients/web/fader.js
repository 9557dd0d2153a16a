// @ts-check
/**
 * One value under one finger: relative drag, finer with Shift or with the finger far to the side, double touch =
 * default, arrow keys, Page, Home, End. While it is touched, what the daemon echoes does not move it.
 */
import { html, useRef, useState } from './vendor/preact.js';

const DOUBLE_MS = 320;
/** Sideways distance in px from which a drag is fine. */
const ASIDE = 70;
const FINE = 0.2;
/** Steps of the keys: a fortieth of the way each. @type {Record<string, number>} */
const KEYS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 8, PageDown: -8, Home: -200, End: 200 };
/** Time in ms after the last touch in which echoes are still ours. */
const SETTLE_MS = 250;

/**
 * @param {{value: number, low: number, high: number, base: number, label: string, text: string, across?: boolean,
 *   change: (value: number) => void}} props `base`: the default; `across`: moves from left to right
 */
export function Fader({ value, low, high, base, label, text, across = false, change }) {
  const [held, hold] = useState(/** @type {number | null} */ (null));
  const drag = useRef(/** @type {{x: number, y: number, value: number} | null} */ (null));
  const tapped = useRef(0);
  const settle = useRef(0);
  const shown = held ?? value;
  const share = (shown - low) / (high - low);

  /** @param {number} wanted */
  const set = (wanted) => {
    const next = Math.min(high, Math.max(low, wanted));
    hold(next);
    change(next);
    clearTimeout(settle.current);
    return next;
  };
  const release = () => {
    drag.current = null;
    clearTimeout(settle.current);
    settle.current = window.setTimeout(() => hold(null), SETTLE_MS);
  };
  /** @param {PointerEvent & {currentTarget: HTMLElement}} event */
  const down = (event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const double = event.timeStamp - tapped.current < DOUBLE_MS;
    tapped.current = event.timeStamp;
    drag.current = { x: event.clientX, y: event.clientY, value: double ? set(base) : shown };
  };
  /** @param {PointerEvent & {currentTarget: HTMLElement}} event */
  const move = (event) => {
    const from = drag.current;
    if (!from) return;
    const edge = event.currentTarget.getBoundingClientRect();
    const along = across ? event.clientX - from.x : from.y - event.clientY;
    if (!along) return;
    const aside = across ? Math.abs(event.clientY - edge.y) : Math.abs(event.clientX - edge.x);
    const fine = event.shiftKey || aside > ASIDE ? FINE : 1;
    const size = across ? edge.width : edge.height;
    drag.current = { x: event.clientX, y: event.clientY, value: set(from.value + (along / size) * (high - low) * fine) };
    tapped.current = 0;
  };
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    set(shown + (step * (high - low)) / (event.shiftKey ? 200 : 40));
    release();
  };
  return html`
    <div class="fader ${across ? 'across' : ''} ${held === null ? '' : 'held'}" role="slider" tabindex="0" aria-label=${label} aria-valuetext=${text}
      aria-valuenow=${shown} aria-valuemin=${low} aria-valuemax=${high} onPointerDown=${down} onPointerMove=${move}
      onPointerUp=${release} onPointerCancel=${release} onKeyDown=${key} style=${{ '--at-share': share, '--at-base': (base - low) / (high - low) }}>
      <i class="rail"></i><i class="base"></i><i class="knob"></i>
    </div>`;
}

// @ts-check
/** What only this screen knows: which pane is open, which part of the grid it shows, what the hand holds. */
import { createStore } from './store.js';

/**
 * @typedef {'live' | 'search' | 'arrange' | 'mixer' | 'library'} Pane
 * @typedef {{id: number, name: string, category: string}} Held a stem on its way to a slot
 * @typedef {{id: number, tone: 'fault' | 'note', text: string}} Notice
 */

export const view = createStore({
  /** @type {Pane} */
  pane: 'live',
  /** first track and scene shown, counted from 0 */
  track: 0,
  scene: 0,
  columns: 4,
  rows: 8,
  editing: false,
  /** @type {Held | null} */
  held: null,
  /** @type {string | null} the slot chosen for the next load, "track/slot" */
  target: null,
  /** @type {string | null} the slot whose sheet is open */
  sheet: null,
  /** @type {string | null} the strip whose routing is open, as "track/1" */
  routing: null,
  /** @type {number | null} the track whose drawer is open, counted from 1 */
  dream: null,
  /** @type {Record<number, import('./chosen.js').Told>} by track: what a sentence or a swap chose last */
  told: {},
  /** @type {number | null} the track of which the bar above the grid tells what was chosen */
  shown: null,
  /** @type {number | null} the stem whose facts are open */
  stem: null,
  /** who is here is open */
  who: false,
  /** the mixer shows buses and cue instead of the tracks */
  buses: false,
  /** stems are heard on the cue bus instead of in this browser */
  cue: false,
  /** @type {number | null} the stem that is heard in this browser */
  heard: null,
  /** @type {Notice[]} */
  notices: [],
});

let count = 0;

/**
 * Tell the player something, as one sentence.
 * @param {'fault' | 'note'} tone @param {string} text
 */
export function notify(tone, text) {
  const known = view.get().notices.filter((notice) => notice.text !== text);
  const notice = { id: ++count, tone, text };
  view.set({ notices: [...known, notice].slice(-3) });
  setTimeout(() => dismiss(notice.id), tone === 'fault' ? 9000 : 4000);
}

/** @param {number} id */
export function dismiss(id) {
  view.set({ notices: view.get().notices.filter((notice) => notice.id !== id) });
}

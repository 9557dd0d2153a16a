// @ts-check
/** What a player does with clips. */
import { ask } from './remote.js';
import { place, session } from './session.js';
import { notify, view } from './view.js';

/** @typedef {import('./session.js').Clip} Clip */

/** @param {Clip} clip @returns {boolean} it sounds now */
export const audible = (clip) => clip.state === 'playing' || clip.state === 'stopping';

/** @param {number} track @param {number} slot */
export const launch = (track, slot) => ask(`/track/${track}/clip/${slot}/launch`);

/** A pad goes down or up: what that does is the clip's launch mode. @param {number} track @param {number} slot @param {0 | 1} value */
export const press = (track, slot, value) => ask(`/track/${track}/clip/${slot}/press`, [value]);

/** @param {number} track */
export const stopTrack = (track) => ask(`/track/${track}/stop`);

/** @param {number} scene */
export const launchScene = (scene) => ask(`/scene/${scene}/launch`);

export const stopAll = () => ask('/stop');

/** @param {number} track @param {number} slot */
export const clear = (track, slot) => ask(`/track/${track}/clip/${slot}/clear`);

/** @param {number} track @param {number} slot @param {import('./view.js').Held} stem */
export async function load(track, slot, stem) {
  view.set({ held: null, target: null });
  const reply = await ask(`/track/${track}/clip/${slot}/load`, [stem.id]);
  if (reply !== undefined) notify('note', `${stem.name} is in track ${track}, slot ${slot}.`);
}

/**
 * The slot where a stem belongs: the first free one of a track that already holds its category, else of the first
 * track without clips, else any.
 * @param {Record<string, Clip>} clips @param {string} category @param {number} tracks @param {number} scenes
 * @returns {[number, number] | null} track and slot, counted from 1
 */
export function freeSlot(clips, category, tracks, scenes) {
  const all = Array.from({ length: tracks }, (_, index) => index + 1);
  /** @param {number} track */
  const held = (track) => Object.entries(clips).filter(([key]) => key.startsWith(`${track}/`)).map(([, clip]) => clip);
  const order = [
    ...all.filter((track) => held(track).some((clip) => clip.category === category)),
    ...all.filter((track) => held(track).length === 0),
    ...all,
  ];
  for (const track of order)
    for (let slot = 1; slot <= scenes; slot++) if (!clips[place(track, slot)]) return [track, slot];
  return null;
}

/** Load into the chosen slot, else into the next free one. @param {import('./view.js').Held} stem */
export function loadNext(stem) {
  const { clips, tracks, scenes } = session.get();
  const target = view.get().target?.split('/').map(Number);
  const [track, slot] = target ?? freeSlot(clips, stem.category, tracks, scenes) ?? [];
  if (track && slot) load(track, slot, stem);
  else notify('fault', 'All slots hold a clip. Clear one with the pencil of the grid, then load again.');
}

/**
 * A touch on a slot that is no launch: lay down the stem in hand, open the sheet, mark an empty slot for the next load.
 * @param {number} track @param {number} slot @returns {boolean} whether the touch was used up
 */
export function choose(track, slot) {
  const { held, editing, target } = view.get();
  const key = place(track, slot);
  const filled = key in session.get().clips;
  if (held) load(track, slot, held);
  else if (filled && editing) view.set({ sheet: key });
  else if (!filled) view.set({ target: target === key ? null : key });
  else return false;
  return true;
}

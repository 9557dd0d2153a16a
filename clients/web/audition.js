// @ts-check
/** Hearing a stem in this browser, apart from what the engine plays. */
import { resource } from './remote.js';
import { notify, view } from './view.js';

const player = new Audio();
player.preload = 'none';
player.onended = () => view.set({ heard: null });
player.onerror = () => {
  if (!player.src) return;
  view.set({ heard: null });
  notify('fault', 'This browser cannot play the file. Load the stem into a slot to hear it through the engine.');
};

/** Play the stem here; a second touch stops it. @param {number} stem */
export function audition(stem) {
  if (view.get().heard === stem) {
    player.pause();
    view.set({ heard: null });
    return;
  }
  player.src = resource(`/stem/${stem}/audio`);
  view.set({ heard: stem });
  player.play().catch(() => undefined); // a file that cannot be played is told by onerror
}

/** @returns {number} share of the auditioned stem that has played, 0..1 */
export const heardShare = () => (player.duration ? player.currentTime / player.duration : 0);

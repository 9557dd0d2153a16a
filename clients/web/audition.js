// @ts-check
/** Hearing a stem: in this browser, apart from what the engine plays, or on the cue bus in tempo and key. */
import { listen, unlisten } from './cue.js';
import { resource } from './remote.js';
import { session } from './session.js';
import { notify, view } from './view.js';

const player = new Audio();
player.preload = 'none';
player.onended = () => view.set({ heard: null });
player.onerror = () => {
  if (!player.src) return;
  view.set({ heard: null });
  notify('fault', 'This browser cannot play the file. Hear it on the cue bus, or load it into a slot.');
};

/** Hook: whether the stem is heard, here or on cue. @param {number} stem @returns {boolean} */
export function useHeard(stem) {
  const here = view.use((state) => state.heard === stem);
  const cue = session.use((state) => state.listened?.stem === stem);
  return here || cue;
}

/** @param {number} stem */
function play(stem) {
  player.src = resource(`/stem/${stem}/audio`);
  view.set({ heard: stem });
  player.play().catch(() => undefined); // a file that cannot be played is told by onerror
}

function pause() {
  player.pause();
  view.set({ heard: null });
}

/** Hear the stem where this screen wants it; a second touch stops it. @param {number} stem */
export function hear(stem) {
  const here = view.get().heard === stem;
  const there = session.get().listened?.stem === stem;
  if (here) pause();
  if (there) unlisten();
  if (here || there) return;
  if (view.get().cue) listen(stem);
  else play(stem);
}

/** @returns {number} share of the stem that has played in this browser, 0..1 */
export const heardShare = () => (player.duration ? player.currentTime / player.duration : 0);

// @ts-check
/** Pre-listening: what the cue bus plays, how it is begun and ended, and the sign of it. */
import { html } from './vendor/preact.js';
import { Icon } from './icons.js';
import { Meter } from './meters.js';
import { ask, put } from './remote.js';
import { session } from './session.js';
import { notify } from './view.js';

/** @typedef {ReturnType<typeof session.get>} State */

let warned = '';

/** Tell the player, once, when nobody can hear the cue bus. @param {string} place as the daemon says it */
function warn(place) {
  if (place.startsWith('nowhere') && place !== warned) notify('fault', `The cue bus is heard ${place}.`);
  warned = place;
}

/** Play a stem on the cue bus, in the session's tempo and key. @param {number} stem */
export const listen = (stem) => ask('/cue/audition', [stem]).then((reply) => reply && warn(reply.heard));

/** Play on the cue bus what answers a sentence best. @param {string} prompt */
export const audition = (prompt) => ask('/cue/audition/prompt', [prompt]).then((reply) => reply && warn(reply.heard));

/** End the stem on the cue bus. */
export const unlisten = () => ask('/cue/stop');

/** The strips that are heard on the cue bus, as "track/1". @param {State} state */
const switched = (state) => Object.keys(state.strips).filter((at) => state.strips[at].cue);

/** What is heard on the cue bus, in words; empty = nothing. @param {State} state @returns {string} */
export const listened = (state) => [...(state.listened ? [state.listened.name] : []), ...switched(state).map((at) => state.strips[at].name)].join(', ');

/** End every pre-listening: the stem, and the strips' switches. */
export function silence() {
  const state = session.get();
  if (state.listened) unlisten();
  for (const at of switched(state)) put(`/${at}/cue`, false);
}

/** The sign in the bar: what is heard on cue, and a touch ends it. @param {{heard: string}} props */
export function Listening({ heard }) {
  return html`
    <button class="listening" title="Pre-listening: ${heard}" aria-label="End pre-listening: ${heard}" onClick=${silence}>
      <${Icon} name="phones" /><${Meter} at="cue" wide />
    </button>`;
}

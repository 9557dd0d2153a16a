// @ts-check
/** What each event of the daemon changes in the session. */
import { setRate } from './clock.js';
import { session } from './session.js';
import { notify } from './view.js';

/** @typedef {import('./session.js').Clip} Clip */

/** @param {number} track @param {Partial<import('./session.js').Strip>} change */
function strip(track, change) {
  const { strips } = session.get();
  session.set({ strips: { ...strips, [track]: { ...strips[track], ...change } } });
}

/** @param {{running?: boolean, tempo?: number}} change */
function transport(change) {
  session.set(change);
  const { running, tempo } = session.get();
  setRate(running, tempo);
}

/** @param {string} place "track/slot" @param {any[]} values */
function clip(place, [state, ...values]) {
  const clips = { ...session.get().clips };
  if (state === 'empty') delete clips[place];
  else clips[place] = { ...clips[place], state };
  if (state === 'playing') clips[place].since = values[1];
  session.set({ clips });
  return state;
}

/** @param {number} job @param {Partial<import('./session.js').Job>} change */
function work(job, change) {
  const { jobs } = session.get();
  const known = jobs[job] ?? { job, kind: '', state: 'running', done: 0, total: 0, text: '', began: Date.now(), message: '' };
  session.set({ jobs: { ...jobs, [job]: { ...known, ...change } } });
}

/** @type {[RegExp, (path: number[], values: any[]) => void][]} */
const RULES = [
  [/^\/track\/(\d+)\/clip\/(\d+)\/state$/, ([track, slot], values) => clip(`${track}/${slot}`, values)],
  [/^\/track\/(\d+)\/gain$/, ([track], [gain]) => strip(track, { gain })],
  [/^\/track\/(\d+)\/pan$/, ([track], [pan]) => strip(track, { pan })],
  [/^\/track\/(\d+)\/mute$/, ([track], [mute]) => strip(track, { mute })],
  [/^\/track\/(\d+)\/solo$/, ([track], [solo]) => strip(track, { solo })],
  [/^\/master\/gain$/, (_, [master]) => session.set({ master })],
  [/^\/transport\/running$/, (_, [running]) => transport({ running })],
  [/^\/transport\/tempo$/, (_, [tempo]) => transport({ tempo })],
  [/^\/transport\/quantum$/, (_, [quantum]) => session.set({ quantum })],
  [/^\/arrange\/plan$/, (_, [plan]) => session.set({ plan })],
  [/^\/arrange\/section$/, (_, [section, sectionBeat]) => session.set({ section: section || null, sectionBeat })],
  [/^\/engine\/state$/, (_, [engine]) => session.set({ engine })],
  [/^\/record\/state$/, (_, [state, path]) => session.set({ recording: state === 'recording' ? path : null })],
  [/^\/track\/(\d+)\/muted$/, ([track], [slot]) =>
    notify('fault', `Track ${track}, slot ${slot} sent a broken sample and was muted. Launch it again, or load another stem.`)],
  [/^\/stem\/added$/, () => session.set({ stems: session.get().stems + 1 })],
  [/^\/stem\/quarantined$/, (_, [path, reason]) => session.set({ quarantine: [{ path, reason }, ...session.get().quarantine].slice(0, 50) })],
  [/^\/job\/(\d+)\/progress$/, ([job], [kind, done, total, text]) => work(job, { kind, done, total, text, state: 'running' })],
  [/^\/job\/(\d+)\/done$/, ([job], [kind, result]) => work(job, { kind, state: 'done', message: result?.path ?? '' })],
  [/^\/job\/(\d+)\/failed$/, ([job], [kind, code, message]) => work(job, { kind, state: code === 'cancelled' ? 'cancelled' : 'failed', message })],
];

/** @param {string} address @param {any[]} values */
export function heed(address, values) {
  for (const [pattern, rule] of RULES) {
    const path = pattern.exec(address);
    if (path) rule(path.slice(1).map(Number), values);
  }
}

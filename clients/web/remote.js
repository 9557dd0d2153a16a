// @ts-check
/** The one connection of this page: what it hears goes into the session, what the player does goes out. */
import { setBeat } from './clock.js';
import { heed } from './heed.js';
import { takeMeters } from './meters.js';
import { pair } from './pair.js';
import { adopt, adoptFaults, adoptJobs, adoptPlan, session } from './session.js';
import { Fault, Socket } from './socket.js';
import { short } from './title.js';
import { notify } from './view.js';

/** Events that come together are answered by one look at the whole state. */
const RENEW_MS = 60;
const JOBS = 20;

const base = new URL('.', location.href);
const socket = new Socket(new URL('ws', base).href.replace(/^http/, 'ws'), {
  state: meet,
  event(address, values) {
    if (address === '/arrange/plan') socket.call(address).then((plan) => session.set({ plan }), tell);
    else if (address === '/cue/stem') attend(values[0]);
    else if (heed(address, values)) renew();
  },
  meters(frame) {
    takeMeters(frame);
    setBeat(frame[frame.length - 2]);
  },
  link: (link, rtt) => session.set({ link, rtt: rtt ?? session.get().rtt }),
});

/** On each connection: the whole state, and what is not part of it. @param {any} value */
function meet(value) {
  adopt(value);
  adoptPlan(value);
  socket.call('/stems/categories').then((counts) => session.set({ stems: sum(Object.values(counts)) }), tell);
  socket.call('/jobs', { limit: JOBS }).then(look, tell);
  socket.call('/cue/stem').then(attend, tell);
}

/** The work, and what it has left out. @param {any[]} jobs */
function look(jobs) {
  adoptJobs(jobs);
  for (const { id, kind } of jobs) if (kind === 'ingest') socket.call(`/job/${id}/faults`, { limit: JOBS }).then(adoptFaults, tell);
}

/** Another stem, or none, is heard on the cue bus. @param {number} stem 0 = none */
async function attend(stem) {
  session.set({ listened: stem ? { stem, name: `Stem ${stem}` } : null });
  const facts = stem ? await socket.call(`/stem/${stem}`).catch(tell) : undefined;
  if (facts && session.get().listened?.stem === stem) session.set({ listened: { stem, name: short(facts.title, facts.category) } });
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

let renewing = 0;

/** Ask for the whole state, once for all events that come together. */
function renew() {
  clearTimeout(renewing);
  renewing = window.setTimeout(() => socket.call('/session/state').then(adopt).catch(tell), RENEW_MS);
}

export const connect = () => pair().then(() => socket.open());

/** @param {unknown} fault */
export function tell(fault) {
  notify('fault', fault instanceof Fault ? fault.message : `The page met a fault: ${fault}. Load it again.`);
}

/**
 * Run a command; a fault is told to the player and the reply is then undefined.
 * @param {string} address @param {unknown[] | Record<string, unknown>} [args]
 * @returns {Promise<any>}
 */
export const ask = (address, args) => socket.call(address, args).catch(tell);

/** Set a property, at most once per screen frame. @param {string} address @param {unknown} value */
export const put = (address, value) => socket.set(address, value, tell);

/** The address of what the daemon serves over HTTP. @param {string} path below /api/v1 */
export const resource = (path) => new URL(`api/v1${path}`, base).href;

/** @param {string} path below /api/v1 @returns {Promise<any>} */
export async function fetchJson(path) {
  const answer = await fetch(resource(path));
  const value = await answer.json();
  if (!answer.ok) throw new Fault(value.code, value.detail);
  return value;
}

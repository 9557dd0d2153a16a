// @ts-check
/** The one connection of this page: what it hears goes into the session, what the player does goes out. */
import { setBeat } from './clock.js';
import { heed, work } from './heed.js';
import { takeMeters } from './meters.js';
import { enter, enterByLink, greet } from './pair.js';
import { adopt, adoptClients, adoptFaults, adoptJobs, adoptPlan, session } from './session.js';
import { Fault, Socket } from './socket.js';
import { short } from './title.js';
import { notify, view } from './view.js';

/** Events that come together are answered by one look at the whole state. */
const RENEW_MS = 60;
const JOBS = 20;

const base = new URL('.', location.href);
const socket = new Socket(place, {
  state: meet,
  event(address, values) {
    if (address === '/arrange/plan') socket.call(address).then((plan) => session.set({ plan }), tell);
    else if (address === '/cue/stem') attend(values[0]);
    else if (heed(address, values)) renew();
    inquire(address);
  },
  meters(frame) {
    takeMeters(frame);
    setBeat(frame[frame.length - 2]);
  },
  link(link, rtt) {
    if (session.get().link === 'barred' && link === 'lost') return;
    session.set({ link, rtt: rtt ?? session.get().rtt });
    if (link === 'lost') barred();
  },
});

/** Where the socket connects, under the name that this device was given. */
function place() {
  const url = new URL('ws', base);
  const name = named();
  if (name) url.searchParams.set('name', name);
  return url.href.replace(/^http/, 'ws');
}

/** On each connection: the whole state, who we are in it, and what is not part of it. @param {any} value @param {any} you */
function meet(value, you) {
  if (you) session.set({ me: { ...session.get().me, ...you } });
  adopt(value);
  adoptPlan(value);
  socket.call('/clients').then(adoptClients, tell);
  socket.call('/stems/categories').then((counts) => session.set({ stems: sum(Object.values(counts)) }), tell);
  socket.call('/jobs', { limit: JOBS }).then(look, tell);
  socket.call('/cue/stem').then(attend, tell);
}

/** The work, and what it has left out. @param {any[]} jobs */
function look(jobs) {
  adoptJobs(jobs);
  for (const { id, kind } of jobs) if (kind === 'ingest') socket.call(`/job/${id}/faults`, { limit: JOBS }).then(adoptFaults, tell);
}

/** What no event tells of a job: what it is about and when it was asked for, and in the end how long it took. @param {string} address */
function inquire(address) {
  const [, number, what] = /^\/job\/(\d+)\/(progress|done|failed)$/.exec(address) ?? [];
  const job = Number(number);
  if (!number || (what === 'progress' && session.get().jobs[job].about !== undefined)) return;
  work(job, { about: session.get().jobs[job].about ?? '' });
  socket.call(`/job/${job}`).then(({ about, created_at, seconds }) => work(job, { about, created_at, seconds }), tell);
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

/** Where the name of this device is kept, if it may keep anything. */
const NAME = 'liveengine.name';

/** @returns {string} */
function named() {
  try {
    return localStorage.getItem(NAME) ?? '';
  } catch {
    return '';
  }
}

/** Be seen by the others under a name, from now on. @param {string} name */
export async function rename(name) {
  if ((await ask('/client/name', [name])) === undefined) return;
  try {
    localStorage.setItem(NAME, name);
  } catch {
    // the name lasts as long as the connection
  }
}

/** Whether it is the token that keeps us out: then it is asked for. @returns {Promise<boolean>} */
async function barred() {
  const greeting = await greet();
  if (greeting) session.set({ me: { ...session.get().me, local: greeting.local } });
  if (greeting?.role !== null) return false;
  socket.rest();
  session.set({ link: 'barred' });
  return true;
}

/** Come in by a token. @param {string} token @returns {Promise<string>} why it does not count */
export async function takeToken(token) {
  const fault = await enter(token);
  session.set({ barred: fault });
  if (fault) return fault;
  session.set({ link: 'waiting' });
  view.set({ who: false });
  socket.renew();
  return '';
}

export async function connect() {
  session.set({ barred: await enterByLink() });
  await barred();
  socket.open();
}

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

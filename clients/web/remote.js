// @ts-check
/** The one connection of this page: what it hears goes into the session, what the player does goes out. */
import { setBeat } from './clock.js';
import { heed } from './heed.js';
import { takeMeters } from './meters.js';
import { adopt, session } from './session.js';
import { Fault, Socket } from './socket.js';
import { notify } from './view.js';

const base = new URL('.', location.href);
const socket = new Socket(new URL('ws', base).href.replace(/^http/, 'ws'), {
  state: adopt,
  event: heed,
  meters(frame) {
    takeMeters(frame);
    setBeat(frame[frame.length - 2]);
  },
  link: (link, rtt) => session.set({ link, rtt: rtt ?? session.get().rtt }),
});

export const connect = () => socket.open();

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

/**
 * An HTTP request to the daemon; resolves with its JSON, rejects with a Fault.
 * @param {string} path below /api/v1
 * @returns {Promise<any>}
 */
export async function fetchJson(path) {
  const answer = await fetch(new URL(`api/v1${path}`, base));
  const value = await answer.json();
  if (!answer.ok) throw new Fault(value.code ?? 'internal', value.detail ?? answer.statusText);
  return value;
}

/** @param {string} path below /api/v1 */
export const resource = (path) => new URL(`api/v1${path}`, base).href;

// @ts-check
/** What the daemon says is so: the session as this page mirrors it. Only messages from the daemon change it. */
import { setBeat, setRate } from './clock.js';
import { createStore } from './store.js';

/**
 * @typedef {'stopped' | 'queued' | 'playing' | 'stopping'} SlotState
 * @typedef {{stem: number, name: string, category: string, state: SlotState, beats: number, since: number,
 *   due: number, mode: 'trigger' | 'gate' | 'toggle' | 'repeat', legato: boolean, choke: number, follow: Follow, warp: string,
 *   quality: string, transpose: number, reverse: boolean, loop: boolean, region: [number, number], source_frames_per_beat: number,
 *   mutation?: {amount: number, kind: string, step: number} | null, fault?: string}} Clip
 *   `beats`: length of the loop, 0 for a one-shot; `since`: the beat at which it started;
 *   `mutation`: the variation that plays, null = the original; `fault`: why the next one could not be made; `due`: the beat at which it starts or stops; `region`: the loop's edges in frames, which `source_frames_per_beat` counts in beats
 * @typedef {{beats: number, a: string, b: string, chance: number, jump_a: number, jump_b: number}} Follow
 * @typedef {{name: string, gain: number, pan: number, mute: boolean, solo: boolean, cue: boolean, output: string, sends: number[],
 *   mutation?: import('./mutation.js').Mutation}} Strip
 *   `output`: master, bus1 ... or none; `sends`: one fader per bus; cue bus and master have a gain alone
 * @typedef {{client: number, name: string, role: string, door: string, tracks: number[]}} Client
 * @typedef {{job: number, kind: string, state: string, done: number, total: number, text: string,
 *   message: string, made?: number[], code?: string | null, left?: number | null, told?: number, about?: string, created_at?: number, seconds?: number | null}} Job
 *   `made`: the stems that came of it; `about`: what it works at, undefined = nobody has asked yet; `created_at`: when it was asked for, in seconds since 1970; `seconds`: that it took;
 *   `left`: the seconds that it still takes, as the daemon said at `told`, in ms of this device's clock
 */

export const session = createStore({
  /** @type {'waiting' | 'live' | 'lost' | 'barred'} barred: a token is asked for */
  link: 'waiting',
  /** why the token did not count */
  barred: '',
  /** who this page is among the clients; `local`: on the engine's own machine */
  me: { client: 0, name: '', role: 'admin', local: true },
  /** @type {Record<number, Client>} who is there, this page too */
  clients: {},
  /** @type {number | null} */
  rtt: null,
  engine: 'running',
  running: false,
  tempo: 120,
  quantum: 4,
  tracks: 0,
  scenes: 0,
  buses: 0,
  /** @type {Record<string, Strip>} by the first part of their addresses: "track/1" ..., "bus/1" ..., "cue", "master" */
  strips: {},
  /** @type {{stem: number, name: string} | null} the stem that is listened to on the cue bus */
  listened: null,
  /** @type {Record<string, Clip>} by "track/slot" */
  clips: {},
  /** @type {any} */
  plan: null,
  /** @type {number | null} section of the plan that plays, counted from 1 */
  section: null,
  /** the beat at which the plan began to play */
  start: 0,
  /** @type {string | null} the file of the take that is recorded */
  recording: null,
  /** @type {Record<number, Job>} */
  jobs: {},
  /** @type {{path: string, reason: string}[]} */
  quarantine: [],
  /** @type {Record<number, 'like' | 'reject' | ''>} what is said of stems that were asked for or have changed */
  said: {},
  stems: 0,
  /** of these, how many this page has heard of by name only */
  named: 0,
});

/** @param {number} track @param {number} slot */
export const place = (track, slot) => `${track}/${slot}`;

/** @param {any} value the whole session as the daemon tells it (`/session/state`) */
export function adopt(value) {
  /** @type {Record<string, any>} */
  const strips = { master: value.master, cue: value.cue };
  /** @type {Record<string, Clip>} */
  const clips = {};
  const { transport } = value;
  for (const { bus, ...strip } of value.buses) strips[`bus/${bus}`] = { ...strip, sends: [] };
  for (const { track, clips: own, ...strip } of value.tracks) {
    strips[`track/${track}`] = strip;
    for (const clip of own) clips[place(track, clip.slot)] = clip;
  }
  session.set({
    running: transport.running,
    tempo: transport.tempo,
    quantum: transport.quantum,
    tracks: value.tracks.length,
    buses: value.buses.length,
    scenes: value.scenes,
    strips,
    clips,
  });
  setRate(transport.running, transport.tempo);
  setBeat(transport.beat);
}

/** @param {{plan: any, section: number, start: number}} value what a new connection is told of the arrangement */
export function adoptPlan({ plan, section, start }) {
  session.set({ plan, section: section || null, start });
}

/** The stems that came of a job. @param {any} result @returns {number[]} */
const made = (result) => (typeof result?.stem === 'number' ? [result.stem] : Object.values(result?.stems ?? {}).filter((one) => typeof one === 'number'));

/** What the Fabrik has made. @param {number} count @param {unknown[]} failed @returns {string} */
const entered = (count, failed = []) => `${count} new stem${count === 1 ? '' : 's'}${failed.length ? `, ${failed.length} could not be made` : ''}`;

/** What a training has learnt and what not. @param {{models: Record<string, unknown>, failed: Record<string, string>}} result @returns {string} */
function learnt({ models, failed }) {
  const names = Object.keys(models);
  const faults = Object.entries(failed).map(([name, why]) => `${name} is not learnt: ${why}`);
  return [names.length ? `${names.join(', ')} learnt` : '', ...faults].filter(Boolean).join('; ');
}

/** What came of a job: in a line, and its stems. @param {string} kind @param {any} result @returns {{message: string, made: number[]}} */
export const outcome = (kind, result) => ({ message: said(kind, result), made: kind === 'export' ? [] : made(result) });

/** @param {string} kind @param {any} result @returns {string} */
function said(kind, result) {
  if (kind === 'train' && result?.models) return learnt(result);
  if (result?.stems || typeof result?.stem === 'number') return entered(made(result).length, result.failed);
  if (kind !== 'ingest' || !result) return result?.track_path ?? '';
  const { added = 0, known = 0, quarantined = 0, failed = 0, vanished = 0 } = result;
  const aside = quarantined + failed + vanished;
  return `Processing complete: ${added} added, ${known} known already${aside ? `, ${aside} left out` : ''}`;
}

/** @param {any[]} jobs what `/jobs` tells */
export function adoptJobs(jobs) {
  const told = jobs.map((job) => {
    const left = { left: job.seconds_left, told: Date.now() };
    return [job.id, { ...job, ...left, job: job.id, ...outcome(job.kind, job.result), ...(job.error && { message: job.error }) }];
  });
  session.set({ jobs: Object.fromEntries(told) });
}

/** What past ingests have left out. @param {{path: string, reason: string}[]} faults newest first */
export function adoptFaults(faults) {
  const told = session.get().quarantine;
  const known = new Set(told.map(({ path }) => path));
  session.set({ quarantine: [...told, ...faults.filter(({ path }) => !known.has(path))].slice(0, 50) });
}

/** @param {Client[]} clients what `/clients` tells */
export function adoptClients(clients) {
  session.set({ clients: Object.fromEntries(clients.map((one) => [one.client, one])) });
}

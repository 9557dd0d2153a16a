// @ts-check
/** What the daemon says is so: the session as this page mirrors it. Only messages from the daemon change it. */
import { setBeat, setRate } from './clock.js';
import { createStore } from './store.js';

/**
 * @typedef {'stopped' | 'queued' | 'playing' | 'stopping'} SlotState
 * @typedef {{stem: number, name: string, category: string, state: SlotState, beats: number, since: number}} Clip
 *   `beats`: length of the loop, 0 for a one-shot; `since`: the beat at which it started
 * @typedef {{gain: number, pan: number, mute: boolean, solo: boolean}} Strip
 * @typedef {{job: number, kind: string, state: string, done: number, total: number, text: string, began: number,
 *   message: string}} Job
 */

export const session = createStore({
  /** @type {'waiting' | 'live' | 'lost'} */
  link: 'waiting',
  /** @type {number | null} */
  rtt: null,
  engine: 'running',
  running: false,
  tempo: 120,
  quantum: 4,
  tracks: 0,
  scenes: 0,
  /** @type {Record<number, Strip>} by track, counted from 1 */
  strips: {},
  master: 0.75,
  /** @type {Record<string, Clip>} by "track/slot" */
  clips: {},
  /** @type {any} */
  plan: null,
  /** @type {number | null} section of the plan that plays, counted from 1 */
  section: null,
  /** the beat at which that section began */
  sectionBeat: 0,
  /** @type {string | null} the file of the take that is recorded */
  recording: null,
  /** @type {Record<number, Job>} */
  jobs: {},
  /** @type {{path: string, reason: string}[]} */
  quarantine: [],
  stems: 0,
});

/** @param {number} track @param {number} slot */
export const place = (track, slot) => `${track}/${slot}`;

/** @param {any} value the whole session as the daemon tells it */
export function adopt(value) {
  const { transport } = value;
  /** @type {Record<number, Strip>} */
  const strips = {};
  /** @type {Record<string, Clip>} */
  const clips = {};
  for (const track of value.tracks) {
    strips[track.track] = { gain: track.gain, pan: track.pan, mute: track.mute, solo: track.solo };
    for (const clip of track.clips) clips[place(track.track, clip.slot)] = clip;
  }
  session.set({
    running: transport.running,
    tempo: transport.tempo,
    quantum: transport.quantum,
    tracks: value.tracks.length,
    scenes: value.scenes,
    strips,
    clips,
    master: value.master.gain,
    plan: value.plan,
    section: value.section,
  });
  setRate(transport.running, transport.tempo);
  setBeat(transport.beat);
}

// @ts-check
/** The strips: fader, pan, mute and solo of each track, and the master. */
import { html } from './vendor/preact.js';
import { audible } from './clips.js';
import { hue } from './colour.js';
import { Fader } from './fader.js';
import { Meter } from './meters.js';
import { put } from './remote.js';
import { session } from './session.js';

/** The fader's 0 dB; the law is the session's: 6 dB at 1, the same step in dB for the same factor. */
const UNITY = 0.75;
const LAW = 6 / Math.log(1 / UNITY);

/** @param {number} fader @returns {string} the level in decibels */
function levelText(fader) {
  const level = LAW * Math.log(fader / UNITY);
  if (level < -60) return '−∞';
  return `${level < -0.05 ? '−' : level > 0.05 ? '+' : ''}${Math.abs(level).toFixed(1)}`;
}

/** @param {number} pan */
const panText = (pan) => (Math.abs(pan) < 0.005 ? 'C' : `${Math.round(Math.abs(pan) * 100)}${pan < 0 ? 'L' : 'R'}`);

/** @param {{track: number, what: 'mute' | 'solo', on: boolean}} props */
function Switch({ track, what, on }) {
  return html`<button class="switch ${what} ${on ? 'on' : ''}" aria-pressed=${on} aria-label="${what} track ${track}"
    onClick=${() => put(`/track/${track}/${what}`, !on)}>${what === 'mute' ? 'M' : 'S'}</button>`;
}

/** @param {{track: number}} props counted from 1; 0 is the master */
export function Strip({ track }) {
  const strip = session.use((state) => state.strips[track]);
  const master = session.use((state) => state.master);
  const category = session.use((state) => Object.entries(state.clips).find(([key, clip]) => key.startsWith(`${track}/`) && audible(clip))?.[1].category ?? '');
  const name = track ? `track ${track}` : 'master';
  const gain = track ? strip?.gain : master;
  if (gain === undefined) return null;
  const address = track ? `/track/${track}` : '/master';
  return html`
    <div class="strip ${track ? hue(category) : 'master'} ${strip?.mute ? 'muted' : ''}">
      <header><b>${track || 'Master'}</b></header>
      <div class="throw">
        <${Fader} value=${gain} low=${0} high=${1} base=${UNITY} label="Level of ${name}" text=${levelText(gain)} change=${(/** @type {number} */ value) => put(`${address}/gain`, value)} />
        <${Meter} track=${track} />
      </div>
      <p class="reading">${levelText(gain)}</p>
      ${track
        ? html`<${Fader} across value=${strip.pan} low=${-1} high=${1} base=${0} label="Pan of ${name}" text=${panText(strip.pan)}
              change=${(/** @type {number} */ value) => put(`${address}/pan`, value)} />
            <div class="switches"><${Switch} track=${track} what="mute" on=${strip.mute} /><${Switch} track=${track} what="solo" on=${strip.solo} /></div>`
        : html`<div class="blank"></div>`}
    </div>`;
}

/** All strips, side by side; the row moves under a finger between the strips. */
export function Mixer() {
  const tracks = session.use((state) => state.tracks);
  return html`
    <section class="mixer" aria-label="Mixer">
      <div class="strips">${Array.from({ length: tracks }, (_, index) => html`<${Strip} key=${index + 1} track=${index + 1} />`)}</div>
      <${Strip} track=${0} />
    </section>`;
}

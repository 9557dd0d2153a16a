// @ts-check
/** How a clip is launched, heard and followed: one row for each setting. */
import { html } from './vendor/preact.js';
import { Fader } from './fader.js';
import { put } from './remote.js';

/** @typedef {import('./session.js').Clip} Clip */

const MODES = [['trigger', 'Trigger'], ['gate', 'Gate'], ['toggle', 'Toggle'], ['repeat', 'Repeat']];
const WARPS = [['repitch', 'Repitch'], ['beats', 'Beats'], ['stretch', 'Stretch']];
const QUALITIES = [['linear', 'Linear'], ['cubic', 'Cubic'], ['sinc', 'Sinc']];
const BEATS = [[0, 'Never'], [1, '1 beat'], [2, '2 beats'], [4, '1 bar'], [8, '2 bars'], [16, '4 bars'], [32, '8 bars'], [64, '16 bars']];
const ACTIONS = [
  ['none', 'play on'], ['stop', 'stop'], ['again', 'again'], ['previous', 'previous'], ['next', 'next'], ['first', 'first'],
  ['last', 'last'], ['any', 'any'], ['other', 'any other'], ['jump', 'slot …'],
];
const GROUPS = [[0, 'none'], ...Array.from({ length: 8 }, (_, index) => [index + 1, `${index + 1}`])];

/** One of a few, side by side. @param {{label: string, value: unknown, choices: (string | number)[][], change: (value: any) => void}} props */
function Choice({ label, value, choices, change }) {
  return html`
    <div class="choice" role="radiogroup" aria-label=${label}>
      ${choices.map(([name, text]) => html`
        <button key=${name} role="radio" aria-checked=${value === name} onClick=${() => change(name)}>${text}</button>`)}
    </div>`;
}

/** One of many. @param {{label: string, value: unknown, choices: (string | number)[][], change: (value: any) => void}} props */
function Pick({ label, value, choices, change }) {
  const known = choices.some(([name]) => name === value) ? choices : [[/** @type {any} */ (value), `${value}`], ...choices];
  /** @param {{currentTarget: HTMLSelectElement}} event */
  const choose = (event) => change(known[event.currentTarget.selectedIndex][0]);
  return html`
    <select aria-label=${label} onChange=${choose}>
      ${known.map(([name, text]) => html`<option key=${name} value=${name} selected=${value === name}>${text}</option>`)}
    </select>`;
}

/** @param {{label: string, value: boolean, change: (value: boolean) => void}} props */
const Switch = ({ label, value, change }) => html`<button class="switch" aria-pressed=${value} onClick=${() => change(!value)}>${label}</button>`;

/** @param {number} semitones @returns {string} */
const tuned = (semitones) => `${semitones > 0 ? '+' : ''}${Number.isInteger(semitones) ? semitones : semitones.toFixed(2)}`;

/** @param {{title: string, children?: unknown}} props */
const Row = ({ title, children }) => html`<div class="setting"><h3>${title}</h3><div>${children}</div></div>`;

/** @param {{follow: Clip['follow'], change: (name: string, value: unknown) => void}} props */
function Follow({ follow, change }) {
  const sure = follow.chance >= 1;
  return html`
    <${Row} title="After">
      <${Pick} label="Follow after" value=${follow.beats} choices=${BEATS} change=${(/** @type {number} */ value) => change('beats', value)} />
      ${follow.beats > 0 ? html`<${Pick} label="Follow action" value=${follow.a} choices=${ACTIONS} change=${(/** @type {string} */ value) => change('a', value)} />` : null}
      ${follow.beats > 0 && follow.a === 'jump' ? html`<${Slots} label="Follow slot" value=${follow.jump_a} change=${(/** @type {number} */ value) => change('a/slot', value)} />` : null}
    <//>
    ${follow.beats > 0 ? html`
      <${Row} title="Chance">
        <${Fader} across value=${follow.chance} low=${0} high=${1} base=${1} label="Chance of the follow action" text=${`${Math.round(follow.chance * 100)} per cent`}
          change=${(/** @type {number} */ value) => change('chance', Math.round(value * 100) / 100)} />
        <output>${Math.round(follow.chance * 100)} %</output>
        ${sure ? null : html`<${Pick} label="Else" value=${follow.b} choices=${ACTIONS} change=${(/** @type {string} */ value) => change('b', value)} />`}
        ${!sure && follow.b === 'jump' ? html`<${Slots} label="Else slot" value=${follow.jump_b} change=${(/** @type {number} */ value) => change('b/slot', value)} />` : null}
      <//>` : null}`;
}

/** @param {{label: string, value: number, change: (value: number) => void}} props */
const Slots = ({ label, value, change }) =>
  html`<${Pick} label=${label} value=${value} choices=${Array.from({ length: 16 }, (_, index) => [index + 1, `${index + 1}`])} change=${change} />`;

/** @param {{track: number, slot: number, clip: Clip}} props */
export function Settings({ track, slot, clip }) {
  if (!clip.mode) return null; // the whole state is on its way
  /** @param {string} name */
  const set = (name) => (/** @type {unknown} */ value) => put(`/track/${track}/clip/${slot}/${name}`, value);
  return html`
    <div class="settings">
      <${Row} title="Launch"><${Choice} label="Launch mode" value=${clip.mode} choices=${MODES} change=${set('mode')} /><//>
      <${Row} title="Play">
        <${Switch} label="Legato" value=${clip.legato} change=${set('legato')} />
        <${Switch} label="Reverse" value=${clip.reverse} change=${set('reverse')} />
        <label>Choke <${Pick} label="Choke group" value=${clip.choke} choices=${GROUPS} change=${set('choke')} /></label>
      <//>
      <${Row} title="Warp"><${Choice} label="Warp" value=${clip.warp} choices=${WARPS} change=${set('warp')} /><//>
      <${Row} title="Quality"><${Choice} label="Quality" value=${clip.quality} choices=${QUALITIES} change=${set('quality')} /><//>
      <${Row} title="Transpose">
        <${Fader} across value=${clip.transpose} low=${-12} high=${12} base=${0} label="Transpose" text=${`${tuned(clip.transpose)} semitones`}
          change=${(/** @type {number} */ value) => set('transpose')(Math.round(value))} />
        <output>${tuned(clip.transpose)}</output>
      <//>
      <${Follow} follow=${clip.follow} change=${(/** @type {string} */ name, /** @type {unknown} */ value) => set(`follow/${name}`)(value)} />
    </div>`;
}

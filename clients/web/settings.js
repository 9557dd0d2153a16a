// @ts-check
/** How a clip is launched, heard and followed: one row for each setting. */
import { html } from './vendor/preact.js';
import { Fader } from './fader.js';
import { Choice, Line, Pick, Row, Toggle } from './form.js';
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

/** @param {number} semitones @returns {string} */
const tuned = (semitones) => `${semitones > 0 ? '+' : ''}${Number.isInteger(semitones) ? semitones : semitones.toFixed(2)}`;

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

/** @param {number} beats @returns {string} */
const counted = (beats) => `${Math.round(beats * 1000) / 1000}`;

/**
 * Whether the clip goes round, and between which beats of the stem; a one-shot has no loop.
 * @param {{clip: Clip, set: (name: string) => (value: unknown) => void}} props
 */
function Loop({ clip, set }) {
  const [start, end] = clip.region;
  if (!end) return null;
  const perBeat = clip.source_frames_per_beat;
  /** @param {string} edge */
  const move = (edge) => (/** @type {string} */ typed) => {
    const beat = Number(typed.replace(',', '.'));
    if (beat >= 0) set(`loop/${edge}`)(beat);
  };
  return html`
    <${Row} title="Loop">
      <${Toggle} label="Loop on" value=${clip.loop} change=${set('loop')}>On<//>
      ${perBeat ? html`
        <label class="beat">beat <${Line} label="Loop from beat" mode="decimal" value=${counted(start / perBeat)} change=${move('start')} /></label>
        <label class="beat">to <${Line} label="Loop to beat" mode="decimal" value=${counted(end / perBeat)} change=${move('end')} /></label>` : null}
    <//>`;
}

/** @param {{track: number, slot: number, clip: Clip}} props */
export function Settings({ track, slot, clip }) {
  if (!clip.mode) return null; // the whole state is on its way
  /** @param {string} name */
  const set = (name) => (/** @type {unknown} */ value) => put(`/track/${track}/clip/${slot}/${name}`, value);
  return html`
    <div class="settings">
      <${Row} title="Launch"><${Choice} label="Launch mode" value=${clip.mode} choices=${MODES} change=${set('mode')} /><//>
      <${Row} title="Play">
        <${Toggle} label="Legato" value=${clip.legato} change=${set('legato')} />
        <${Toggle} label="Reverse" value=${clip.reverse} change=${set('reverse')} />
        <label>Choke <${Pick} label="Choke group" value=${clip.choke} choices=${GROUPS} change=${set('choke')} /></label>
      <//>
      <${Loop} clip=${clip} set=${set} />
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

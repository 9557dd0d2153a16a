// @ts-check
/** What plays on a track changes while it plays: how far, in which way; and the variation that one likes is kept. */
import { html, useState } from './vendor/preact.js';
import { Fader } from './fader.js';
import { Pick, Row } from './form.js';
import { Icon } from './icons.js';
import { follow } from './jobs.js';
import { Acts } from './may.js';
import { ask, put } from './remote.js';
import { session } from './session.js';
import { short } from './title.js';

/** @typedef {{amount: number, kind: string, bars: number, style: number, seed: number}} Mutation */

const KINDS = [
  ['auto', 'what suits it'], ['walk', 'walk through the model'], ['style', 'timbre of another'], ['slices', 'slices'], ['grains', 'grains'],
];
const STYLE = 'style';
const BARS = [[0, 'each round'], [1, 'each bar'], [2, '2 bars'], [4, '4 bars'], [8, '8 bars'], [16, '16 bars']];

/** Of the fader: what the daemon echoes is where the arrow keys go on from, so each of their steps is one of these. */
const STEPS = 200;

/** @param {import('./session.js').Clip | undefined} clip @returns {string} */
function now(clip) {
  const heard = clip?.mutation;
  if (clip?.fault) return `It plays on as it is: ${clip.fault}`;
  if (!heard?.amount) return 'The original plays.';
  return `Variation ${heard.step} plays: ${heard.kind}, ${Math.round(heard.amount * 100)} %.`;
}

/** The other stems of the grid: what may lend its timbre. @param {Record<string, import('./session.js').Clip>} clips @param {number} own @returns {[number, string][]} */
function beside(clips, own) {
  const known = Object.values(clips).filter(({ stem }) => stem && stem !== own).map(({ stem, name, category }) => /** @type {const} */ ([stem, short(name, category)]));
  return [...new Map(known)];
}

/** @param {{track: number, clip: import('./session.js').Clip}} props `clip`: what plays */
export function Mutation({ track, clip }) {
  const mutation = session.use(({ strips }) => strips[`track/${track}`]?.mutation);
  const clips = session.use((state) => state.clips);
  const [busy, work] = useState(false);
  const others = beside(clips, clip.stem);
  if (!mutation) return null;
  const at = `/track/${track}/mutation`;
  const shown = `${Math.round(mutation.amount * 100)} %`;
  /** @param {number} stem */
  const lend = (stem) => put(`${at}/style`, stem);
  /** A timbre is somebody's: the first of those that are here, until another is chosen. @param {string} kind */
  const by = (kind) => {
    if (kind === STYLE && !mutation.style && others.length) lend(/** @type {number} */ (others[0][0]));
    put(`${at}/kind`, kind);
  };
  const keep = () => {
    work(true);
    ask(`${at}/keep`).then((accepted) => follow(accepted, 'keep')).finally(() => work(false));
  };
  return html`
    <h3>Mutation while it plays</h3>
    <${Acts} need="play">
    <div class="settings mutation">
      <${Row} title="Amount">
        <${Fader} across value=${mutation.amount} low=${0} high=${1} base=${0} label="Mutation of track ${track}" text=${shown}
          change=${(/** @type {number} */ value) => put(at, Math.round(value * STEPS) / STEPS)} />
        <output>${shown}</output>
      <//>
      <${Row} title="By">
        <${Pick} label="Kind of mutation" value=${mutation.kind} choices=${KINDS} change=${by} />
        <${Pick} label="A new variation" value=${mutation.bars} choices=${BARS} change=${(/** @type {number} */ bars) => put(`${at}/bars`, bars)} />
      <//>
      ${mutation.kind === STYLE ? html`<${Row} title="Whose"><${Pick} label="Whose timbre" value=${mutation.style} choices=${others} change=${lend} /><//>` : null}
    </div>
    <p class="how now" role="status">${now(clip)}</p>
    <div class="row">
      <button disabled=${!mutation.amount} onClick=${() => ask(`/track/${track}/mutate`)}><${Icon} name="retry" />Another one</button>
      <button disabled=${busy || !clip.mutation?.amount} onClick=${keep}><${Icon} name="plus" />Keep it as a stem</button>
    </div>
    <//>`;
}

// @ts-check
/** The routing of one strip: where it goes, what it sends to the buses, whether it is heard on cue. */
import { html, useEffect, useState } from './vendor/preact.js';
import { Drawer } from './drawer.js';
import { Fader } from './fader.js';
import { Choice, Line, Row, Toggle } from './form.js';
import { Icon } from './icons.js';
import { levelText, UNITY } from './level.js';
import { Acts, Why } from './may.js';
import { Meter } from './meters.js';
import { ask, put } from './remote.js';
import { session } from './session.js';
import { view } from './view.js';

/** @typedef {import('./session.js').Strip} Strip */

/** @param {number} buses @returns {string[]} */
const all = (buses) => Array.from({ length: buses }, (_, index) => `bus/${index + 1}`);

/** A bus goes to no other bus, so that nothing feeds itself. @param {{at: string, strip: Strip}} props */
function Output({ at, strip }) {
  const { strips, buses } = session.use((state) => state);
  const between = at.startsWith('track') ? all(buses).map((bus, index) => [`bus${index + 1}`, strips[bus].name]) : [];
  return html`
    <${Row} title="Goes to"><${Why} need="arrange" what="Routing" /><${Acts} need="arrange"><${Choice} wrap label="Goes to" value=${strip.output} choices=${[['master', 'Master'], ...between, ['none', 'Own outputs']]}
      change=${(/** @type {string} */ value) => put(`/${at}/output`, value)} /><//><//>`;
}

/** @param {{at: string, bus: number, fader: number}} props */
function Send({ at, bus, fader }) {
  const name = session.use((state) => state.strips[`bus/${bus}`].name);
  return html`
    <${Row} title=${name}>
      <${Fader} across value=${fader} low=${0} high=${1} base=${UNITY} label="Send to ${name}" text=${levelText(fader)}
        change=${(/** @type {number} */ value) => put(`/${at}/send/${bus}`, value)} />
      <output>${levelText(fader)}</output>
    <//>`;
}

/** What comes into a bus, in words. @param {{number: number}} props */
function Fed({ number }) {
  const text = session.use(({ strips }) =>
    Object.entries(strips)
      .filter(([at, { output, sends }]) => at.startsWith('track') && (output === `bus${number}` || sends[number - 1] > 0))
      .map(([, { name }]) => name)
      .join(', '));
  return html`<${Row} title="Fed by"><p>${text || 'no track yet: open a track’s routing'}</p><//>`;
}

/** @param {{at: string, strip: Strip}} props */
function Cue({ at, strip }) {
  const [place, learn] = useState('');
  useEffect(() => void ask('/engine/stats').then((stats) => stats && learn(stats.cue)), []);
  return html`
    <${Row} title="Pre-listen">
      <${Toggle} label="On cue" value=${strip.cue} change=${(/** @type {boolean} */ on) => put(`/${at}/cue`, on)}><${Icon} name="phones" />On cue<//>
      <p class="place">Before the fader, muted or not.${place && ` Heard ${place.startsWith('nowhere') ? place : `on ${place}`}.`}</p>
    <//>`;
}

export function Routing() {
  const at = view.use((state) => state.routing);
  const strip = session.use((state) => (at ? state.strips[at] : undefined));
  if (!at || !strip) return null;
  const [kind, number] = at.split('/');
  return html`
    <${Drawer} key=${at} title="Routing of ${strip.name}" about="${kind === 'bus' ? 'Bus' : 'Track'} ${number}" close=${() => view.set({ routing: null })}>
      <${Meter} at=${at} wide />
      <div class="settings">
        <${Row} title="Name"><${Line} label="Name" value=${strip.name} change=${(/** @type {string} */ name) => put(`/${at}/name`, name)} /><//>
        <${Output} at=${at} strip=${strip} />
        ${kind === 'bus' ? html`<${Fed} number=${Number(number)} />` : null}
        ${strip.sends.length ? html`<h3 class="part">Sends, behind the fader</h3>` : null}
        ${strip.sends.map((fader, index) => html`<${Send} key=${index} at=${at} bus=${index + 1} fader=${fader} />`)}
        <${Cue} at=${at} strip=${strip} />
      </div>
    <//>`;
}

// @ts-check
/** One strip: a track's, a bus's, the cue bus's, the master's. */
import { html } from './vendor/preact.js';
import { audible } from './clips.js';
import { hue } from './colour.js';
import { listened, silence } from './cue.js';
import { Fader } from './fader.js';
import { Icon } from './icons.js';
import { levelText, panText, UNITY } from './level.js';
import { Acts } from './may.js';
import { Meter } from './meters.js';
import { put } from './remote.js';
import { session } from './session.js';
import { view } from './view.js';

const TITLES = /** @type {Record<string, string>} */ ({ master: 'Master', cue: 'Cue' });

/** "track/1" → "track 1". @param {string} at */
const spoken = (at) => at.replace('/', ' ');

/** @param {{at: string, what: 'mute' | 'solo', on: boolean}} props */
function Switch({ at, what, on }) {
  return html`<button class="switch ${what} ${on ? 'on' : ''}" aria-pressed=${on} aria-label="${what} ${spoken(at)}"
    onClick=${() => put(`/${at}/${what}`, !on)}>${what === 'mute' ? 'M' : 'S'}</button>`;
}

/** Opens the strip's routing; lit where that is not the usual one. @param {{at: string, strip: import('./session.js').Strip}} props */
function Head({ at, strip }) {
  const routed = strip.output !== 'master' || strip.sends.some((fader) => fader > 0);
  return html`
    <button class="headline ${at.split('/')[0]}" aria-haspopup="dialog" aria-label="Routing of ${spoken(at)}${routed ? ', changed' : ''}${strip.cue ? ', on cue' : ''}"
      onClick=${() => view.set({ routing: at })}>
      <span class="sign ${strip.cue ? 'cue' : routed ? 'on' : ''}"><${Icon} name=${strip.cue ? 'phones' : 'route'} /></span>
      <b>${at.startsWith('bus') ? strip.name : at.split('/')[1]}</b><span class="reading">${levelText(strip.gain)}</span>
    </button>`;
}

/** @param {{at: string, gain: number}} props of master and cue, which have no routing */
const Title = ({ at, gain }) => html`<header class="headline"><b>${TITLES[at]}</b><span class="reading">${levelText(gain)}</span></header>`;

/** @param {{at: string, strip: import('./session.js').Strip}} props */
function Place({ at, strip }) {
  return html`
    <${Fader} across value=${strip.pan} low=${-1} high=${1} base=${0} label="Pan of ${spoken(at)}" text=${panText(strip.pan)}
      change=${(/** @type {number} */ value) => put(`/${at}/pan`, value)} />
    <div class="switches"><${Switch} at=${at} what="mute" on=${strip.mute} /><${Switch} at=${at} what="solo" on=${strip.solo} /></div>`;
}

/** From the tracks to buses and cue, and back. */
function Turn() {
  const buses = view.use((state) => state.buses);
  return html`<div class="blank"><button class="switch" aria-pressed=${buses} aria-label="Show buses and cue" onClick=${() => view.set({ buses: !buses })}>Buses</button></div>`;
}

/** Ends what is heard on the cue bus. */
function Hush() {
  const heard = session.use(listened);
  return html`
    <div class="blank"><p title=${heard}>${heard}</p>
      <button disabled=${!heard} aria-label="End pre-listening" onClick=${silence}><${Icon} name="stop" /></button></div>`;
}

/** @param {{at: string}} props "track/1" ..., "bus/1" ..., "cue" or "master" */
export function Strip({ at }) {
  const strip = session.use((state) => state.strips[at]);
  const category = session.use((state) => Object.entries(state.clips).find(([key, clip]) => at === `track/${key.split('/')[0]}` && audible(clip))?.[1].category ?? '');
  if (!strip) return null;
  const own = !(at in TITLES);
  return html`
    <div class="strip ${own ? hue(category) : at} ${strip.mute ? 'muted' : ''}" role="group" aria-label=${own ? spoken(at) : TITLES[at]}>
      <${Acts} need="play">
      ${own ? html`<${Head} at=${at} strip=${strip} />` : html`<${Title} at=${at} gain=${strip.gain} />`}
      <div class="throw">
        <${Fader} value=${strip.gain} low=${0} high=${1} base=${UNITY} label="Level of ${spoken(at)}" text=${levelText(strip.gain)} change=${(/** @type {number} */ value) => put(`/${at}/gain`, value)} />
        <${Meter} at=${at} />
      </div>
      ${own ? html`<${Place} at=${at} strip=${strip} />` : at === 'cue' ? html`<${Hush} />` : null}
      <//>
      ${at === 'master' ? html`<${Turn} />` : null}
    </div>`;
}

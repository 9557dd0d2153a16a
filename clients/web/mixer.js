// @ts-check
/** The strips side by side: the tracks, or buses and cue in their place; the master always. */
import { html } from './vendor/preact.js';
import { session } from './session.js';
import { Strip } from './strip.js';
import { view } from './view.js';

/** @param {string} kind @param {number} count @returns {string[]} */
const strips = (kind, count) => Array.from({ length: count }, (_, index) => `${kind}/${index + 1}`);

/** @param {{at: string[]}} props */
const Row = ({ at }) => html`<div class="strips">${at.map((one) => html`<${Strip} key=${one} at=${one} />`)}</div>`;

function Buses() {
  const buses = session.use((state) => state.buses);
  return html`<${Row} at=${[...strips('bus', buses), 'cue']} />`;
}

function Tracks() {
  const tracks = session.use((state) => state.tracks);
  return html`<${Row} at=${strips('track', tracks)} />`;
}

/** The mixer as a pane; the row moves under a finger between the strips. */
export function Mixer() {
  const buses = view.use((state) => state.buses);
  return html`
    <section class="mixer ${buses ? 'buses' : ''}" aria-label="Mixer">
      ${buses ? html`<${Buses} />` : html`<${Tracks} />`}<${Strip} at="master" />
    </section>`;
}

/** The strips below the slots of their tracks. @param {{shown: number[], columns: {gridTemplateColumns: string}}} props */
export function Faders({ shown, columns }) {
  const buses = view.use((state) => state.buses);
  if (buses) return html`<div class="mixer desk buses" aria-label="Mixer"><${Buses} /><${Strip} at="master" /></div>`;
  return html`<div class="line desk" style=${columns}>${shown.map((track) => html`<${Strip} key=${track} at="track/${track}" />`)}<${Strip} at="master" /></div>`;
}

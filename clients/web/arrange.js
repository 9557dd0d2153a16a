// @ts-check
/** From a sentence to a plan to music. */
import { html, useState } from './vendor/preact.js';
import { Icon } from './icons.js';
import { Picture } from './plan.js';
import { ask } from './remote.js';
import { follow, JobBar, open } from './jobs.js';
import { Acts, Why } from './may.js';
import { session } from './session.js';

const IDEAS = ['driving industrial techno 138 bpm', 'warmer Deep House in F-Moll, 122 bpm', 'dark ambient with distant voices, 5 minutes'];

/** What was asked last outlives a change of pane. */
const memory = { prompt: '' };

/** @param {{prompt: string}} props */
function Render({ prompt }) {
  const job = session.use((state) => Object.values(state.jobs).findLast((one) => one.kind === 'render'));
  const start = async () => follow(await ask('/render', { prompt }), 'render');
  const runs = job !== undefined && open(job);
  return html`
    <div class="render">
      <button disabled=${runs || !prompt} onClick=${start}><${Icon} name="render" />Render to WAV</button>
      ${job ? html`<${JobBar} job=${job} />` : null}
    </div>`;
}

/** @param {{plan: any}} props */
function Summary({ plan }) {
  const bars = plan.structure.reduce((/** @type {number} */ sum, /** @type {any} */ part) => sum + part.bars, 0);
  const seconds = Math.round((bars * 4 * 60) / plan.bpm);
  const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const facts = [[plan.bpm, 'bpm'], [plan.key, 'key'], [bars, 'bars'], [length, 'min']];
  return html`
    <div class="summary">
      <dl>${facts.map(([value, unit]) => html`<div><dd>${value}</dd><dt>${unit}</dt></div>`)}</dl>
      <p>${[plan.genre, ...(plan.mood ?? [])].filter(Boolean).map((word) => html`<span class="word">${word.replaceAll('_', ' ')}</span>`)}</p>
    </div>`;
}

export function Arrange() {
  const [prompt, type] = useState(memory.prompt);
  const [busy, setBusy] = useState(false);
  const plan = session.use((state) => state.plan);
  const plays = session.use((state) => state.section !== null);
  memory.prompt = prompt;
  /** @param {string} wanted */
  const start = async (wanted) => {
    if (!wanted.trim() || busy) return;
    type(wanted);
    setBusy(true);
    await ask('/arrange', { prompt: wanted });
    setBusy(false);
  };
  return html`
    <section class="arrange" aria-label="Arrange">
      <${Why} need="arrange" what="A plan" /><${Acts} need="arrange"><form onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), start(prompt))}>
        <input type="text" aria-label="Describe the track" autocomplete="off" placeholder="driving industrial techno 138 bpm"
          value=${prompt} onInput=${(/** @type {any} */ event) => type(event.target.value)} />
        <button class="main" disabled=${busy}>${busy ? 'Dreaming …' : 'Arrange'}</button>
      </form><//>
      ${plan
        ? html`
          <${Summary} plan=${plan} /><${Picture} plan=${plan} />
          <${Acts} need="arrange"><div class="row">
            <button class="perform ${plays ? 'on' : ''}" onClick=${() => ask(plays ? '/arrange/stop' : '/arrange/play')}>
              <${Icon} name=${plays ? 'stop' : 'play'} />${plays ? 'Stop the arrangement' : 'Play the arrangement'}</button>
            <${Render} prompt=${prompt || plan.prompt || ''} />
          </div><//>`
        : html`<div class="empty"><strong>Say what you hear in your head.</strong>It becomes sections, stems and scenes, ready to play.
            <${Acts} need="arrange"><div class="ideas">${IDEAS.map((idea) => html`<button onClick=${() => start(idea)}>${idea}</button>`)}</div><//></div>`}
    </section>`;
}

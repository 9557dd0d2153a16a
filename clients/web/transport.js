// @ts-check
/** Play and stop, where we are, how fast, and the grid that launches wait for. */
import { html, useRef, useState } from './vendor/preact.js';
import { beatAt } from './clock.js';
import { Listening, listened } from './cue.js';
import { Door, Others } from './door.js';
import { usePainter } from './frame.js';
import { Icon } from './icons.js';
import { Acts } from './may.js';
import { MasterMeter } from './meters.js';
import { ask } from './remote.js';
import { session } from './session.js';

const BEATS_PER_BAR = 4;
const QUANTA = [
  [0, 'none'], [1, '1 beat'], [2, '½ bar'], [4, '1 bar'], [8, '2 bars'], [16, '4 bars'], [32, '8 bars'],
];

export const toggle = () => ask(session.get().running ? '/transport/stop' : '/transport/play');
export const panic = () => ask('/panic');

/** @param {number} tempo */
const setTempo = (tempo) => ask('/transport/tempo', [Math.min(999, Math.max(20, Math.round(tempo * 100) / 100))]);

function Play() {
  const running = session.use((state) => state.running);
  return html`
    <button class="play ${running ? 'on' : ''}" aria-label=${running ? 'Stop' : 'Play'} onPointerDown=${toggle}
      onClick=${(/** @type {MouseEvent} */ event) => event.detail || toggle()}>
      <${Icon} name=${running ? 'stop' : 'play'} />
    </button>`;
}

export function Panic() {
  return html`
    <button class="panic" aria-label="Panic: silence everything now" onPointerDown=${panic}
      onClick=${(/** @type {MouseEvent} */ event) => event.detail || panic()}><${Icon} name="panic" /><span>Panic</span></button>`;
}

function Position() {
  const text = useRef(/** @type {any} */ (null));
  const dots = useRef(/** @type {any} */ (null));
  usePainter((time) => {
    const beat = Math.max(0, beatAt(time));
    const inBar = Math.floor(beat) % BEATS_PER_BAR;
    const shown = `${Math.floor(beat / BEATS_PER_BAR) + 1}.${inBar + 1}`;
    if (text.current.textContent !== shown) text.current.textContent = shown;
    const running = session.get().running;
    [...dots.current.children].forEach((dot, index) => dot.classList.toggle('on', running && index === inBar));
  }, []);
  return html`
    <div class="position" aria-label="Position: bar and beat">
      <span class="digits" role="timer" ref=${text}>1.1</span>
      <div class="beats" ref=${dots}>${[0, 1, 2, 3].map(() => html`<i></i>`)}</div>
    </div>`;
}

function Tempo() {
  const tempo = session.use((state) => state.tempo);
  const [typed, type] = useState(/** @type {string | null} */ (null));
  const commit = () => {
    const value = Number(typed?.replace(',', '.'));
    type(null);
    if (typed !== null && value > 0 && value !== tempo) setTempo(value);
  };
  /** @param {KeyboardEvent & {target: HTMLInputElement}} event */
  const key = (event) => {
    if (event.key === 'Enter') event.target.blur();
    if (event.key === 'ArrowUp') setTempo(tempo + 1);
    if (event.key === 'ArrowDown') setTempo(tempo - 1);
  };
  return html`
    <div class="tempo">
      <button aria-label="Slower" onClick=${() => setTempo(tempo - 1)}>−</button>
      <label>
        <input type="text" inputmode="decimal" aria-label="Tempo" value=${typed ?? tempo.toFixed(1)} onFocus=${(/** @type {any} */ event) => event.target.select()}
          onInput=${(/** @type {any} */ event) => type(event.target.value)} onBlur=${commit} onKeyDown=${key} />
        <span>bpm</span>
      </label>
      <button aria-label="Faster" onClick=${() => setTempo(tempo + 1)}>+</button>
      <button class="tap" onPointerDown=${() => ask('/transport/tap')}
        onClick=${(/** @type {MouseEvent} */ event) => event.detail || ask('/transport/tap')}>Tap</button>
    </div>`;
}

function Quantum() {
  const quantum = session.use((state) => state.quantum);
  const known = QUANTA.some(([beats]) => beats === quantum);
  return html`
    <label class="quantum">
      <span>Launch on</span>
      <select aria-label="Quantum" value=${quantum} onChange=${(/** @type {any} */ event) => ask('/transport/quantum', [Number(event.target.value)])}>
        ${known ? null : html`<option value=${quantum} selected>${quantum} beats</option>`}
        ${QUANTA.map(([beats, name]) => html`<option value=${beats} selected=${beats === quantum}>${name}</option>`)}
      </select>
    </label>`;
}

function Link() {
  const link = session.use((state) => state.link);
  const rtt = session.use((state) => (state.rtt === null ? null : Math.max(1, Math.round(state.rtt))));
  const engine = session.use((state) => state.engine);
  const words = link !== 'live' ? 'no connection' : engine === 'lost' ? 'engine lost' : rtt === null ? 'connected' : `${rtt} ms`;
  return html`<span class="link ${link === 'live' && engine !== 'lost' ? 'up' : ''}" title="Round trip to the daemon">${words}</span>`;
}

/** Who we are; while something is heard on the cue bus, what that is. */
function Brand() {
  const heard = session.use(listened);
  return html`
    <div class="brand" aria-live="polite">${heard ? html`<${Listening} heard=${heard} />` : html`<${Door}><img src="icon.svg" alt="" width="36" height="36" /><${Others} /><//>`}</div>
    <div class="name ${heard ? 'cue' : ''}"><b>${heard || 'Traum-Engine'}</b><${Link} /></div>`;
}

/** The bar on top of every pane. */
export function Transport() {
  const running = session.use((state) => state.running);
  return html`
    <header class="bar ${running ? 'running' : ''}">
      <${Brand} /><${Acts} need="play"><${Play} /><//><${Position} /><${Acts} need="play"><${Tempo} /><${Quantum} /><//><${MasterMeter} />
      <${Panic} />
    </header>`;
}

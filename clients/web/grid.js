// @ts-check
/** The slot grid: tracks side by side, scenes below each other; as many as fit, the map moves the window. */
import { html, useEffect, useMemo, useRef } from './vendor/preact.js';
import { Chosen } from './chosen.js';
import { audible, launchScene, stopAll, stopTrack } from './clips.js';
import { hue } from './colour.js';
import { Hands } from './door.js';
import { Icon } from './icons.js';
import { Overview, shift } from './overview.js';
import { Acts } from './may.js';
import { Meter } from './meters.js';
import { Faders } from './mixer.js';
import { session } from './session.js';
import { Slot } from './slot.js';
import { view } from './view.js';
import { Wish } from './wish.js';

const SCENE_WIDTH = 76;
const GAP = 5;

/** @param {number} first counted from 0 @param {number} count @param {number} all @returns {number[]} counted from 1 */
const span = (first, count, all) => Array.from({ length: Math.min(count, all - first) }, (_, index) => first + index + 1);

/** @param {HTMLElement} box @param {number} slot smallest width of a slot @param {number} row smallest height */
function measure(box, slot, row) {
  const columns = Math.max(3, Math.floor((box.clientWidth - SCENE_WIDTH) / (slot + GAP)));
  const rows = Math.max(3, Math.floor((box.clientHeight + GAP) / (row + GAP)));
  const { tracks, scenes } = session.get();
  const { track, scene } = view.get();
  view.set({
    columns, rows,
    track: Math.max(0, Math.min(track, tracks - columns)),
    scene: Math.max(0, Math.min(scene, scenes - rows)),
  });
}

/** @param {{track: number}} props */
function Head({ track }) {
  const category = session.use((state) => {
    const own = Object.entries(state.clips).filter(([key]) => key.startsWith(`${track}/`)).map(([, clip]) => clip);
    return (own.find(audible) ?? own[0])?.category ?? '';
  });
  const sounds = session.use((state) => Object.entries(state.clips).some(([key, clip]) => key.startsWith(`${track}/`) && audible(clip)));
  const name = session.use((state) => state.strips[`track/${track}`]?.name ?? '');
  const own = name === `Track ${track}` ? category : name;
  return html`
    <button class="head ${hue(category)} ${sounds ? 'on' : ''}" title=${name} aria-label="Track ${track}, ${own || 'empty'}: change what plays"
      onClick=${() => view.set({ dream: track })}><b>${track}</b><span>${own}</span><${Hands} track=${track} /></button>`;
}

/** @param {{scene: number}} props */
function Scene({ scene }) {
  const section = session.use((state) => state.plan?.structure[scene - 1]?.section ?? '');
  const current = session.use((state) => state.section === scene);
  const filled = session.use((state) => Object.keys(state.clips).some((key) => key.endsWith(`/${scene}`)));
  return html`
    <button class="scene ${filled ? 'filled' : ''} ${current ? 'current' : ''}" aria-label="Launch scene ${scene} ${section}"
      onPointerDown=${() => launchScene(scene)} onClick=${(/** @type {MouseEvent} */ event) => event.detail || launchScene(scene)}>
      <b>${scene}</b>${section ? html`<span>${section}</span>` : null}<${Icon} name="play" />
    </button>`;
}

/** @param {{track: number}} props */
function Foot({ track }) {
  return html`
    <button class="halt" aria-label="Stop track ${track}" onPointerDown=${() => stopTrack(track)}
      onClick=${(/** @type {MouseEvent} */ event) => event.detail || stopTrack(track)}>
      <${Icon} name="stop" /><${Meter} at="track/${track}" wide />
    </button>`;
}

/** @param {{name: 'left' | 'right' | 'up' | 'down', title: string, columns?: number, rows?: number}} props */
function Turn({ name, title, columns = 0, rows = 0 }) {
  return html`<button class="turn" aria-label=${title} onClick=${() => shift(columns, rows)}><${Icon} name=${name} /></button>`;
}

/** What a touch on the grid means now, when it is no launch. */
function Hint() {
  const editing = view.use((state) => state.editing);
  const held = view.use((state) => state.held);
  if (held)
    return html`<p class="hint ${hue(held.category)}"><i></i>Touch a slot for <b>${held.name}</b>
      <button class="plain" aria-label="Put it back" onClick=${() => view.set({ held: null })}><${Icon} name="close" /></button></p>`;
  return html`<p class="hint">${editing ? 'Touch a clip to hear, replace or clear it.' : ''}</p>`;
}

/** What stands in the bar while a slot is chosen, or after a sentence has chosen a stem. */
function Asked() {
  const target = view.use((state) => state.target);
  const told = view.use((state) => (state.shown === null ? undefined : state.told[state.shown]));
  if (!target) return told ? html`<${Chosen} key=${told.track} told=${told} />` : null;
  const [track, slot] = target.split('/').map(Number);
  return html`
    <${Wish} key=${target} track=${track} slot=${slot} label="What shall track ${track}, slot ${slot} play?" words="What shall play here?" />
    <button class="plain back" aria-label="Forget this slot" onClick=${() => view.set({ target: null })}><${Icon} name="close" /></button>`;
}

function Bar() {
  const asked = view.use((state) => state.target !== null || state.shown !== null);
  const editing = view.use((state) => state.editing);
  const columns = view.use((state) => state.columns);
  const rows = view.use((state) => state.rows);
  const { tracks, scenes } = session.use((state) => state);
  return html`
    <div class="gridbar ${asked ? 'asked' : ''}">
      <${Overview} />
      ${tracks > columns ? html`<${Turn} name="left" title="Tracks before" columns=${-columns} /><${Turn} name="right" title="Tracks after" columns=${columns} />` : null}
      ${scenes > rows ? html`<${Turn} name="up" title="Scenes above" rows=${-rows} /><${Turn} name="down" title="Scenes below" rows=${rows} />` : null}
      <${Asked} />
      <${Acts} need="play">
        <button class="edit ${editing ? 'on' : ''}" aria-pressed=${editing} aria-label="Edit clips"
          onClick=${() => view.set({ editing: !editing })}><${Icon} name="edit" /></button><//>
    </div>`;
}

/** @param {{desk: boolean}} props with faders below the slots when there is room */
export function Live({ desk }) {
  const box = useRef(/** @type {any} */ (null));
  const tracks = session.use((state) => state.tracks);
  const scenes = session.use((state) => state.scenes);
  const { track, scene, columns, rows, editing, held } = view.use((state) => state);
  useEffect(() => {
    const observer = new ResizeObserver(() => measure(box.current, innerWidth < 700 ? 66 : 88, 46));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [desk, tracks, scenes]);
  const shown = useMemo(() => span(track, columns, tracks), [track, columns, tracks]);
  const rowsShown = useMemo(() => span(scene, rows, scenes), [scene, rows, scenes]);
  const columnStyle = { gridTemplateColumns: `repeat(${shown.length}, minmax(0, 1fr)) ${SCENE_WIDTH - GAP}px` };
  return html`
    <section class="live ${editing ? 'editing' : ''} ${held ? 'placing' : ''}" aria-label="Live">
      <${Bar} /><${Hint} />
      <${Acts} need="play">
      <div class="line heads" style=${columnStyle}>${shown.map((number) => html`<${Head} key=${number} track=${number} />`)}<div class="head scenehead">Scene</div></div>
      <div class="box" ref=${box}>
        <div class="grid" style=${{ ...columnStyle, gridTemplateRows: `repeat(${rowsShown.length}, minmax(0, 1fr))` }}>
          ${rowsShown.map((row) => html`
            ${shown.map((column) => html`<${Slot} key=${`${column}/${row}`} track=${column} slot=${row} />`)}
            <${Scene} key=${`scene${row}`} scene=${row} />`)}
        </div>
      </div>
      <div class="line feet" style=${columnStyle}>
        ${shown.map((number) => html`<${Foot} key=${number} track=${number} />`)}
        <button class="halt all" aria-label="Stop all clips" onPointerDown=${stopAll}
          onClick=${(/** @type {MouseEvent} */ event) => event.detail || stopAll()}><${Icon} name="stop" />All</button>
      </div>
      <//>
      ${desk ? html`<${Faders} shown=${shown} columns=${columnStyle} />` : null}
    </section>`;
}

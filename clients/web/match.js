// @ts-check
/** One match of a search: hear it, load it, open what is known of it. */
import { html, useRef, useState } from './vendor/preact.js';
import { hear, heardShare, useHeard } from './audition.js';
import { loadNext } from './clips.js';
import { hue } from './colour.js';
import { usePainter } from './frame.js';
import { Icon } from './icons.js';
import { Mark } from './lineage.js';
import { Acts, useMay } from './may.js';
import { keep } from './propose.js';
import { ask } from './remote.js';
import { short } from './title.js';
import { view } from './view.js';
import { Wave } from './wave.js';

/**
 * @typedef {{id: number, title: string, filename: string, category: string, bpm: number | null, key: string | null, duration: number,
 *   loop: boolean, favourite: boolean, provenance?: string, similarity?: number, reasons?: string[], alike?: number[]}} Match
 */

/** How far it has played in this browser; on cue it is lit as a whole. @param {{match: Match}} props */
function Sounding({ match }) {
  const bar = useRef(/** @type {any} */ (null));
  const here = view.use((state) => state.heard === match.id);
  usePainter(() => void (bar.current.style.transform = `scaleX(${here ? heardShare() : 1})`), [here]);
  return html`<i class="progress" ref=${bar}></i>`;
}

/** @param {{match: Match, provenance: string | undefined}} props */
function Facts({ match, provenance }) {
  const facts = [
    match.bpm && `${Math.round(match.bpm)} bpm`,
    match.key,
    match.loop ? '' : `${match.duration.toFixed(1)} s`,
  ];
  return html`<span class="told"><b>${match.category}</b><${Mark} provenance=${provenance} />${facts.filter(Boolean).map((fact) => html`<span>${fact}</span>`)}</span>`;
}

/** @param {{match: Match}} props */
export function MatchRow({ match }) {
  const heard = useHeard(match.id);
  const cue = view.use((state) => state.cue);
  const [favourite, favour] = useState(match.favourite);
  const [offered, settle] = useState(match.provenance === 'proposed');
  const stem = { id: match.id, name: match.title, category: match.category };
  const near = match.alike?.length ?? 0;
  const why = [...(match.reasons ?? []), ...(near ? [`${near} more like it`] : [])];
  const take = () => view.set({ held: stem, pane: view.get().pane === 'search' ? 'live' : view.get().pane });
  /** @param {DragEvent} event */
  const drag = (event) => {
    event.dataTransfer?.setData('text/stem', String(match.id));
    view.set({ held: stem });
  };
  const like = () => {
    favour(!favourite);
    ask(`/stem/${match.id}/favourite`, [!favourite]);
  };
  return html`
    <li class="match ${hue(match.category)} ${heard ? 'heard' : ''} ${offered ? 'offered' : ''}" draggable=${useMay('play')} onDragStart=${drag} onDragEnd=${() => view.set({ held: null })}>
      <button class="hear" aria-label="Hear ${stem.name}" aria-pressed=${heard} onClick=${() => hear(match.id)}>
        <${Wave} stem=${match.id} />${heard ? html`<${Sounding} match=${match} />` : null}<${Icon} name=${heard ? 'stop' : cue ? 'phones' : 'play'} />
      </button>
      <button class="what" aria-label="What is known of ${stem.name}" onClick=${() => view.set({ stem: match.id })}>
        <b class="called">${short(match.title, match.category)}</b>
        <${Facts} match=${match} provenance=${offered || match.provenance !== 'proposed' ? match.provenance : 'generated'} />
        ${match.similarity === undefined ? null : html`<span class="similar" title="Similarity"><span><i style=${{ width: `${Math.max(0, match.similarity) * 100}%` }}></i></span>${Math.round(match.similarity * 100)} %</span>`}
      </button>
      <${Acts} need="play">
      ${offered
        ? html`<button class="plain keep" aria-label="Keep ${stem.name}" title="Keep it: it becomes a stem of the library" onClick=${() => keep(match.id).then((kept) => settle(!kept))}><${Icon} name="keep" /></button>`
        : html`<button class="plain like ${favourite ? 'on' : ''}" aria-pressed=${favourite} aria-label="Favourite" onClick=${like}><${Icon} name="heart" /></button>`}
      <button class="plain" aria-label="Choose a slot for ${stem.name}" onClick=${take}><${Icon} name="place" /></button>
      <button class="take" aria-label="Load ${stem.name} into the next free slot" onClick=${() => loadNext(stem)}><${Icon} name="plus" /></button>
      <//>
      ${why.length ? html`<p class="why" aria-label="Why">${why.map((one) => html`<span>${one}</span>`)}</p>` : null}
    </li>`;
}

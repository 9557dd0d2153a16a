// @ts-check
/** What is known of one stem: its facts, its quality with reasons, where it stands on five axes; what the player thinks of it. */
import { html, useEffect, useState } from './vendor/preact.js';
import { Apart } from './apart.js';
import { loadNext } from './clips.js';
import { Drawer } from './drawer.js';
import { Toggle } from './form.js';
import { Icon } from './icons.js';
import { Lineage, Mark } from './lineage.js';
import { Make } from './make.js';
import { Acts } from './may.js';
import { ask } from './remote.js';
import { session } from './session.js';
import { Hear } from './sheet.js';
import { view } from './view.js';
import { Wave } from './wave.js';

/**
 * @typedef {{name: string, kind: 'technical' | 'creative', score: number, words: string}} Part
 * @typedef {{percentile: number}} Axis
 */

/** The low and the high end of each axis. @type {Record<string, [string, string]>} */
const ENDS = {
  energy: ['calm', 'driving'], mood: ['dark', 'bright'], texture: ['smooth', 'rough'], movement: ['still', 'moving'], space: ['dry', 'wide'],
};
/** Below: a fault; below the second: a remark. */
const POOR = 0.35;
const FAIR = 0.8;

/** @param {Part} part */
const mark = ({ kind, score }) => (kind === 'creative' ? 'creative' : score < POOR ? 'poor' : score < FAIR ? 'fair' : 'good');

/** @param {{kind: Part['kind'], title: string, parts: Part[]}} props */
function Parts({ kind, title, parts }) {
  const own = parts.filter((part) => part.kind === kind);
  if (!own.length) return null;
  return html`<h3>${title}</h3>
    <ul class="parts">${own.map((part) => html`<li class=${mark(part)}><b>${part.name}</b><span>${part.words}</span></li>`)}</ul>`;
}

/** @param {{profile: Record<string, Axis>}} props */
function Profile({ profile }) {
  const axes = Object.entries(ENDS).filter(([name]) => name in profile);
  if (!axes.length) return null;
  return html`<h3>Within your library</h3>
    <ul class="axes">${axes.map(([name, [low, high]]) => {
      const share = Math.round(profile[name].percentile * 100);
      return html`<li aria-label="${name}: ${share} % of the library lies below"><span>${low}</span>
        <div><i style=${{ left: `${share}%` }}></i></div><span>${high}</span></li>`;
    })}</ul>`;
}

/** Ask what is said of a stem. @param {number} stem */
async function look(stem) {
  const [like, reject] = await Promise.all([ask(`/stem/${stem}/like`), ask(`/stem/${stem}/reject`)]);
  session.set({ said: { ...session.get().said, [stem]: like ? 'like' : reject ? 'reject' : '' } });
}

/** Like and reject: one takes the other back. @param {{stem: number}} props */
export function Opinion({ stem }) {
  const said = session.use((state) => state.said[stem] ?? '');
  useEffect(() => void look(stem), [stem]);
  /** @param {'like' | 'reject'} kind */
  const change = (kind) => (/** @type {boolean} */ value) => ask(`/stem/${stem}/${kind}`, [value]).then(() => look(stem));
  return html`
    <div class="row">
      <${Toggle} label="More like this" value=${said === 'like'} change=${change('like')} />
      <${Toggle} label="Less like this" value=${said === 'reject'} change=${change('reject')} />
    </div>`;
}

/** @param {any} stem @returns {string} */
function about({ category, bpm, key, loop, bars, duration }) {
  const facts = [category, bpm && `${Math.round(bpm * 10) / 10} bpm`, key, loop ? (bars ? `loop, ${bars} bars` : 'loop') : 'one-shot', `${duration.toFixed(1)} s`];
  return facts.filter(Boolean).join(' · ');
}

/** @param {{stem: any}} props */
function Known({ stem }) {
  const rows = [
    ['Stem', stem.id],
    ['File', stem.filename],
    ['Loudness', typeof stem.loudness === 'number' ? `${stem.loudness.toFixed(1)} LUFS` : ''],
    ['Licence', stem.licence],
    ['Pack', stem.pack],
    ['Creator', stem.creator],
    ['Tags', stem.tags.join(', ').replaceAll('_', ' ')],
  ].filter(([, value]) => value);
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function StemSheet() {
  const number = view.use((state) => state.stem);
  const [stem, tell] = useState(/** @type {any} */ (null));
  useEffect(() => {
    if (number === null) return;
    ask(`/stem/${number}`).then((facts) => facts && number === view.get().stem && tell(facts));
  }, [number]);
  if (number === null || stem?.id !== number) return null;
  const close = () => view.set({ stem: null });
  const quality = typeof stem.quality === 'number' ? `Quality ${Math.round(stem.quality * 100)} %` : 'Quality';
  return html`
    <${Drawer} key=${number} title=${stem.title} about=${html`${about(stem)} <${Mark} provenance=${stem.provenance} />`} category=${stem.category} close=${close}>
      <${Wave} stem=${number} />
      <div class="row">
        <${Hear} stem=${number} />
        <${Acts} need="play"><button onClick=${() => loadNext({ id: number, name: stem.title, category: stem.category })}><${Icon} name="plus" />Load</button><//>
      </div>
      <${Acts} need="play"><${Opinion} stem=${number} /><//>
      <${Parts} kind="technical" title=${quality} parts=${stem.reasons} />
      <${Parts} kind="creative" title="What there is to hear" parts=${stem.reasons} />
      <${Profile} profile=${stem.profile} />
      <${Make} key=${`make${number}`} stem=${number} category=${stem.category} />
      <${Apart} key=${`apart${number}`} stem=${number} />
      <${Lineage} stem=${number} />
      <${Known} stem=${stem} />
    <//>`;
}

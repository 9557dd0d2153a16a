// @ts-check
/** A plan as a picture: sections over bars, one row per category, lit where it plays. */
import { html, useRef } from './vendor/preact.js';
import { beatAt } from './clock.js';
import { CATEGORIES, hue } from './colour.js';
import { usePainter } from './frame.js';
import { launchScene } from './clips.js';
import { session } from './session.js';

/** @typedef {{section: string, bars: number, stem_queries: {category: string, tags: string[], count: number}[]}} Section */

/** @param {Section[]} structure @returns {string[]} the categories that the plan uses, low drums first */
function rowsOf(structure) {
  const used = new Set(structure.flatMap((section) => section.stem_queries.map((query) => query.category)));
  return [...CATEGORIES.filter((category) => used.has(category)), ...[...used].filter((category) => !CATEGORIES.includes(category))];
}

/** @param {{structure: Section[]}} props where the current section is, moved by the beat */
function Playhead({ structure }) {
  const line = useRef(/** @type {any} */ (null));
  const total = structure.reduce((sum, section) => sum + section.bars, 0);
  usePainter((time) => {
    const { section, sectionBeat } = session.get();
    line.current.hidden = section === null;
    if (section === null) return;
    const before = structure.slice(0, section - 1).reduce((sum, part) => sum + part.bars, 0);
    const inside = Math.min(structure[section - 1]?.bars ?? 0, Math.max(0, beatAt(time) - sectionBeat) / 4);
    line.current.style.left = `${((before + inside) / total) * 100}%`;
  }, [structure]);
  return html`<i class="playhead" ref=${line} hidden></i>`;
}

/** @param {{plan: {structure: Section[]}}} props */
export function Picture({ plan }) {
  const current = session.use((state) => state.section);
  const { structure } = plan;
  const rows = rowsOf(structure);
  const columns = { gridTemplateColumns: structure.map((section) => `minmax(0, ${section.bars}fr)`).join(' ') };
  /** @param {Section} section @param {string} category */
  const count = (section, category) => section.stem_queries.filter((query) => query.category === category).reduce((sum, query) => sum + query.count, 0);
  return html`
    <div class="plan">
      <div class="roles"><span></span>${rows.map((category) => html`<span class=${hue(category)}>${category}</span>`)}</div>
      <div class="score">
        <div class="sections" style=${columns}>
          ${structure.map((section, index) => html`
            <button class=${index + 1 === current ? 'current' : ''} title="${section.section}, ${section.bars} bars" onClick=${() => launchScene(index + 1)}>
              <b>${section.section}</b><span>${section.bars}</span></button>`)}
        </div>
        ${rows.map((category) => html`
          <div class="lane ${hue(category)}" style=${columns}>
            ${structure.map((section, index) => html`<i class="${count(section, category) ? 'on' : ''} ${index + 1 === current ? 'current' : ''} ${count(section, category) > 1 ? 'more' : ''}"></i>`)}
          </div>`)}
        <${Playhead} structure=${structure} />
      </div>
    </div>`;
}

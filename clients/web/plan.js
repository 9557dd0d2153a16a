// @ts-check
/** A plan as a picture: sections over bars, one row per category, lit where it plays. */
import { html, useRef } from './vendor/preact.js';
import { beatAt } from './clock.js';
import { CATEGORIES, hue } from './colour.js';
import { usePainter } from './frame.js';
import { launchScene } from './clips.js';
import { session } from './session.js';

const BEATS_PER_BAR = 4;
/** With more sections than this their names stand upright. */
const MANY = 7;

/**
 * @typedef {{section: string, bars: number}} Section
 * @typedef {{slot: number, category: string, name: string}} Placement
 */

/** @param {Placement[]} placements @returns {string[]} the categories that the plan uses, low drums first */
function rowsOf(placements) {
  const used = new Set(placements.map(({ category }) => category));
  return [...CATEGORIES.filter((category) => used.has(category)), ...[...used].filter((category) => !CATEGORIES.includes(category))];
}

/** @param {{structure: Section[]}} props where the music is, moved by the beat */
function Playhead({ structure }) {
  const line = useRef(/** @type {any} */ (null));
  const total = structure.reduce((sum, section) => sum + section.bars, 0);
  usePainter((time) => {
    const { section, start } = session.get();
    line.current.hidden = section === null;
    if (section !== null) line.current.style.left = `${Math.min(1, Math.max(0, beatAt(time) - start) / BEATS_PER_BAR / total) * 100}%`;
  }, [structure]);
  return html`<i class="playhead" ref=${line} hidden></i>`;
}

/** @param {{plan: {structure: Section[], placements: Placement[]}}} props */
export function Picture({ plan }) {
  const current = session.use((state) => state.section);
  const { structure, placements } = plan;
  const rows = rowsOf(placements);
  const columns = { gridTemplateColumns: structure.map((section) => `minmax(0, ${section.bars}fr)`).join(' ') };
  /** @param {number} index of the section, from 0 @param {string} category */
  const stems = (index, category) => placements.filter((one) => one.slot === index + 1 && one.category === category);
  /** @param {number} index @param {string} category */
  const block = (index, category) => {
    const found = stems(index, category);
    const look = [found.length && 'on', found.length > 1 && 'more', index + 1 === current && 'current'];
    return html`<i class=${look.filter(Boolean).join(' ')} title=${found.map(({ name }) => name).join(', ')}></i>`;
  };
  return html`
    <div class="plan ${structure.length > MANY ? 'many' : ''}">
      <div class="roles"><span></span>${rows.map((category) => html`<span class=${hue(category)}>${category}</span>`)}</div>
      <div class="score">
        <div class="sections" style=${columns}>
          ${structure.map((section, index) => html`
            <button class=${index + 1 === current ? 'current' : ''} title="${section.section}, ${section.bars} bars" onClick=${() => launchScene(index + 1)}>
              <b>${section.section}</b><span>${section.bars}</span></button>`)}
        </div>
        ${rows.map((category) => html`
          <div class="lane ${hue(category)}" style=${columns}>
            ${structure.map((_, index) => block(index, category))}
          </div>`)}
        <${Playhead} structure=${structure} />
      </div>
    </div>`;
}

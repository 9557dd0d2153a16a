// @ts-check
/** Where a stem comes from: a mark for what was made here, the stems it was made from, what was made of it. */
import { html, useEffect, useState } from './vendor/preact.js';
import { hue } from './colour.js';
import { ask } from './remote.js';
import { short } from './title.js';
import { view } from './view.js';

/**
 * @typedef {{stem: number, of: number, generation: number, share: number, title: string, category: string, provenance: string,
 *   made_by: string, there: boolean}} Relative
 * @typedef {{stem: number, made_by: string, model: string, seed: number | null, terms: Record<string, any>, parents: Relative[],
 *   children: Relative[]}} Told
 */

/** Relatives that are shown in each direction. */
const SHOWN = 8;

/** What was done, as one says it. @type {Record<string, string>} */
const DONE = { separate: 'separated', generate: 'generated', mutate: 'mutated', propose: 'proposed', dream: 'dreamt' };

/** What is no recording of somebody's bears a mark. @param {{provenance?: string}} props */
export const Mark = ({ provenance = 'original' }) =>
  provenance === 'original' ? null : html`<i class="mark ${provenance}">${provenance}</i>`;

/** How it was made: what was done, in which mode, with which model and seed. @param {Told} told @returns {string} */
function how({ made_by, model, seed, terms }) {
  const mode = terms.mode ?? terms.style ?? terms.kind ?? '';
  const amount = typeof terms.amount === 'number' ? `amount ${Math.round(terms.amount * 100)} %` : '';
  const track = made_by === 'separate' && terms.track ? `${terms.part ?? 'a part'} of ${terms.track}` : '';
  return [DONE[made_by] ?? made_by, mode, amount, track, model, seed === null ? '' : `seed ${seed}`].filter(Boolean).join(' · ');
}

/** @param {{one: Relative, share: boolean}} props */
function Relation({ one, share }) {
  const what = one.there ? [DONE[one.made_by] ?? one.provenance, one.category].filter(Boolean).join(' ') : 'deleted';
  return html`
    <li class=${hue(one.category)} style=${{ '--deep-by': one.generation - 1 }}>
      <button disabled=${!one.there} aria-label="What is known of ${one.title}" onClick=${() => view.set({ stem: one.stem })}>
        <b>${short(one.title, one.category)}</b><span>${what}${share ? ` · ${Math.round(one.share * 100)} %` : ''}</span></button>
    </li>`;
}

/** @param {{title: string, about?: string, relatives: Relative[], share?: boolean}} props */
function Relatives({ title, about = '', relatives, share = false }) {
  if (!relatives.length && !about) return null;
  const more = relatives.length - SHOWN;
  return html`
    <h3>${title}</h3>
    ${about ? html`<p class="how">${about}</p>` : null}
    <ul class="kin">${relatives.slice(0, SHOWN).map((one) => html`<${Relation} key=${`${one.of}/${one.stem}`} one=${one} share=${share} />`)}</ul>
    ${more > 0 ? html`<p class="how">and ${more} more</p>` : null}`;
}

/** @param {{stem: number}} props */
export function Lineage({ stem }) {
  const [told, tell] = useState(/** @type {Told | null} */ (null));
  useEffect(() => {
    let wanted = true;
    ask(`/stem/${stem}/lineage`).then((found) => wanted && found && tell(found));
    return () => void (wanted = false);
  }, [stem]);
  if (told?.stem !== stem) return null;
  return html`
    <${Relatives} title="Made from" about=${told.made_by ? how(told) : ''} relatives=${told.parents} share />
    <${Relatives} title="What was made of it" relatives=${told.children} />`;
}

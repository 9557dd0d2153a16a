// @ts-check
/** What the library learns from itself: a model of each category, and a dream after all that was kept. */
import { html, useEffect, useState } from './vendor/preact.js';
import { hue } from './colour.js';
import { Icon } from './icons.js';
import { follow, open } from './jobs.js';
import { Acts, Why } from './may.js';
import { ask } from './remote.js';
import { session } from './session.js';

/** @typedef {{name: string, kind: string, state: string}} Model */

/** The kinds of jobs after which there may be another model of a category. */
const LEARNS = ['train', 'dream'];
/** @param {Model} one */
const model = ({ kind, state }) => kind === 'category' && state === 'ok';

/** Hook: how many stems each category holds, the largest first. @returns {[string, number][]} */
function useCategories() {
  const [counts, show] = useState(/** @type {[string, number][]} */ ([]));
  const stems = session.use((state) => state.stems);
  useEffect(() => {
    ask('/stems/categories').then((found) => found && show(/** @type {[string, number][]} */ (Object.entries(found)).sort((one, other) => other[1] - one[1])));
  }, [stems]);
  return counts;
}

/** Fewer stems of a category than this show no character, and are not learnt. */
const LEAST = 8;

/** Hook: the categories that have a model, null until that is known. @returns {Set<string> | null} */
export function useTaught() {
  const [taught, show] = useState(/** @type {Set<string> | null} */ (null));
  const ended = session.use(({ jobs }) => Object.values(jobs).filter(({ kind, state }) => LEARNS.includes(kind) && state === 'done').length);
  useEffect(() => {
    let wanted = true;
    ask('/models').then((found) => wanted && found && show(new Set(found.filter(model).map((/** @type {Model} */ { name }) => name.replace(/^.*\//, '')))));
    return () => void (wanted = false);
  }, [ended]);
  return taught;
}

/** Begin a job and show it. @param {string} kind @param {string} address @param {Record<string, unknown>} [terms] */
const begin = (kind, address, terms) => ask(address, terms).then((accepted) => follow(accepted, kind));
/** @param {string} category */
const learn = (category) => begin('train', '/train', { category });

/** What has no model can be taught one from here. @param {{category: string}} props */
export const Untaught = ({ category }) => html`
  <div class="untaught"><p class="how">No model of ${category} has been taught yet. It takes minutes and ${LEAST} stems, and the music goes on.</p>
    <${Acts} need="ingest"><button onClick=${() => learn(category)}>Learn ${category}</button><//></div>`;

/** @param {{category: string, count: number, taught: boolean}} props */
function Lesson({ category, count, taught }) {
  const few = count < LEAST;
  const more = few ? `, ${count} of ${LEAST} stems that are needed` : taught ? ', which has a model' : '';
  return html`
    <button class="chip ${hue(category)} ${few ? 'few' : ''}" aria-label="Learn ${category}${more}" title=${taught ? 'It has a model; touch to learn it anew' : ''} onClick=${() => learn(category)}>
      <i></i>${category} <span>${few ? `${count} of ${LEAST}` : count}</span>${taught ? html`<${Icon} name="check" />` : null}</button>`;
}

export function Teach() {
  const categories = useCategories();
  const taught = useTaught();
  const dreams = session.use(({ jobs }) => Object.values(jobs).some((job) => job.kind === 'dream' && open(job)));
  if (!categories.length) return null;
  return html`
    <h3>Learn</h3>
    <p class="how">A model learns what the stems of a category have in common; new ones and mutations come from it. A dream learns from what you kept.</p>
    <${Why} need="arrange" what="Learning" />
    <${Acts} need="arrange">
    <div class="teach" role="group" aria-label="Learn a category">
      ${categories.map(([category, count]) => html`
        <${Lesson} key=${category} category=${category} count=${count} taught=${taught?.has(category) ?? false} />`)}
      <button class="chip dreaming" disabled=${dreams} aria-label="Dream" onClick=${() => begin('dream', '/dream')}><${Icon} name="vary" />dream</button>
    </div><//>`;
}

// @ts-check
/** What the library learns from itself: a model of each category, and a dream after all that was kept. */
import { html, useEffect, useState } from './vendor/preact.js';
import { hue } from './colour.js';
import { Icon } from './icons.js';
import { follow, open } from './jobs.js';
import { Acts, Why } from './may.js';
import { ask } from './remote.js';
import { session } from './session.js';

/** Hook: how many stems each category holds, the largest first. @returns {[string, number][]} */
function useCategories() {
  const [counts, show] = useState(/** @type {[string, number][]} */ ([]));
  const stems = session.use((state) => state.stems);
  useEffect(() => {
    ask('/stems/categories').then((found) => found && show(/** @type {[string, number][]} */ (Object.entries(found)).sort((one, other) => other[1] - one[1])));
  }, [stems]);
  return counts;
}

/** Begin a job and show it. @param {string} kind @param {string} address @param {Record<string, unknown>} [terms] */
const begin = (kind, address, terms) => ask(address, terms).then((accepted) => follow(accepted, kind));

export function Teach() {
  const categories = useCategories();
  const dreams = session.use(({ jobs }) => Object.values(jobs).some((job) => job.kind === 'dream' && open(job)));
  if (!categories.length) return null;
  return html`
    <h3>Learn</h3>
    <p class="how">A model learns what the stems of a category have in common; new ones and mutations come from it. A dream learns from what you kept.</p>
    <${Why} need="arrange" what="Learning" />
    <${Acts} need="arrange">
    <div class="teach" role="group" aria-label="Learn a category">
      ${categories.map(([category, count]) => html`
        <button key=${category} class="chip ${hue(category)}" aria-label="Learn ${category}" onClick=${() => begin('train', '/train', { category })}><i></i>${category} <span>${count}</span></button>`)}
      <button class="chip dreaming" disabled=${dreams} aria-label="Dream" onClick=${() => begin('dream', '/dream')}><${Icon} name="vary" />dream</button>
    </div><//>`;
}

// @ts-check
/** New stems after one that is there: near it, its rhythm with another timbre, or between it and another of its category. */
import { html, useEffect, useState } from './vendor/preact.js';
import { Fader } from './fader.js';
import { Choice, Pick, Row } from './form.js';
import { Icon } from './icons.js';
import { follow } from './jobs.js';
import { Acts, Why } from './may.js';
import { ask } from './remote.js';
import { Untaught, useTaught } from './teach.js';
import { short } from './title.js';
import { notify } from './view.js';
import { useWork } from './wish.js';

const MODES = [['walk', 'Near it'], ['hybrid', 'Its rhythm'], ['interpolate', 'Between two']];
const COUNTS = [[1, '1'], [4, '4'], [8, '8']];
const OTHERS = 12;
/** A seed of its own for each time: the same one would make the same stems again. */
const SEEDS = 2 ** 31;

/** The stems of its category that sound most like it. @param {number} stem @param {string} category @returns {Promise<[number, string][]>} */
const near = async (stem, category) => ((await ask(`/stem/${stem}/similar`, { top_k: OTHERS, category })) ?? [])
  .filter((/** @type {{id: number}} */ { id }) => id !== stem)
  .map((/** @type {any} */ { id, title }) => [id, short(title, category)]);

/** @param {{stem: number, category: string}} props */
export function Make({ stem, category }) {
  const [mode, choose] = useState('walk');
  const [amount, move] = useState(0.5);
  const [count, several] = useState(4);
  const [others, offer] = useState(/** @type {[number, string][]} */ ([]));
  const [other, pick] = useState(0);
  const [busy, run] = useWork();
  const taught = useTaught();
  useEffect(() => {
    if (mode === 'interpolate' && !others.length) near(stem, category).then((found) => {
      offer(found);
      pick(found[0]?.[0] ?? 0);
    });
  }, [mode]);
  const between = mode === 'interpolate';
  const stems = between && other ? `${stem},${other}` : `${stem}`;
  const shown = `${Math.round(amount * 100)} %`;
  const make = () => run('generate', () => ask('/generate', { category, mode, stems, amount, count, seed: Math.floor(Math.random() * SEEDS) }).then((accepted) => {
    follow(accepted, 'generate');
    if (accepted) notify('note', 'New stems are being made. The Library pane tells how far they are.');
  }));
  if (taught && !taught.has(category)) return html`<h3>Make more like this</h3><${Untaught} category=${category} />`;
  return html`
    <h3>Make more like this</h3>
    <${Why} need="arrange" what="Making stems" />
    <${Acts} need="arrange">
    <div class="settings">
      <${Row} title="Where"><${Choice} label="Where new stems lie" value=${mode} choices=${MODES} change=${choose} /><//>
      ${between ? html`<${Row} title="And"><${Pick} label="The other stem" value=${other} choices=${others} change=${pick} /><//>` : null}
      <${Row} title="How far">
        <${Fader} across value=${amount} low=${0} high=${1} base=${0.5} label="How far from it" text=${shown} change=${(/** @type {number} */ value) => move(Math.round(value * 100) / 100)} />
        <output>${shown}</output><//>
      <${Row} title="How many"><${Choice} label="How many new stems" value=${count} choices=${COUNTS} change=${several} />
        <button disabled=${busy !== '' || (between && !other)} onClick=${make}><${Icon} name="vary" />Make</button><//>
    </div><//>`;
}

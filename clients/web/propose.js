// @ts-check
/** Stems that are not there yet: made for what was asked, shown among the matches, kept or gone. */
import { html } from './vendor/preact.js';
import { Icon } from './icons.js';
import { follow, open } from './jobs.js';
import { Acts } from './may.js';
import { ask } from './remote.js';
import { session } from './session.js';
import { useWork } from './wish.js';

const KIND = 'propose';

/** How many proposals were finished while this page looked. @param {ReturnType<typeof session.get>} state */
export const proposed = ({ jobs }) => Object.values(jobs).filter(({ kind, state }) => kind === KIND && state === 'done').length;

/** A proposal becomes a stem of the library. @param {number} stem @returns {Promise<boolean>} whether it did */
export const keep = (stem) => ask(`/stem/${stem}/keep`).then((kept) => kept !== undefined);

/** @param {{prompt: string, category: string}} props */
export function Propose({ prompt, category }) {
  const [busy, run] = useWork();
  const job = session.use(({ jobs }) => Object.values(jobs).find((one) => one.kind === KIND && open(one)));
  const make = () => run(KIND, () => ask('/stems/propose', { prompt, ...(category && { category }) }).then((accepted) => follow(accepted, KIND)));
  const words = job ? job.text || 'New stems are being made.' : 'Nothing here is it? Stems that are made for this sentence come marked among the matches.';
  return html`
    <div class="propose"><p role="status">${words}</p>
      <${Acts} need="arrange"><button disabled=${busy !== '' || job !== undefined} onClick=${make}><${Icon} name="vary" />Propose some</button><//></div>`;
}

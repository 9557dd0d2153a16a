// @ts-check
/** Work that goes on elsewhere: ingest, analyse, render; how far, how long still, and why something failed. */
import { html } from './vendor/preact.js';
import { Icon } from './icons.js';
import { Acts } from './may.js';
import { ask } from './remote.js';
import { session } from './session.js';

/** @typedef {import('./session.js').Job} Job */

const WORDS = /** @type {Record<string, string>} */ ({
  queued: 'waits', running: 'runs', done: 'done', failed: 'failed', cancelled: 'cancelled',
});

/** @param {Job} job */
export const open = (job) => job.state === 'queued' || job.state === 'running';

/** Note a job that was accepted, until its first event comes. @param {{job: number} | undefined} accepted @param {string} kind */
export function follow(accepted, kind) {
  if (!accepted) return;
  const { jobs } = session.get();
  if (jobs[accepted.job]) return;
  const job = { job: accepted.job, kind, state: 'queued', done: 0, total: 0, text: '', began: Date.now(), message: '' };
  session.set({ jobs: { ...jobs, [job.job]: job } });
}

/** @param {Job} job @returns {string} the time that is left, by the pace so far */
function left(job) {
  if (job.state !== 'running' || !job.done || !job.total) return '';
  const seconds = (((Date.now() - job.began) / job.done) * (job.total - job.done)) / 1000;
  if (seconds < 60) return `${Math.ceil(seconds)} s left`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min left` : `${(seconds / 3600).toFixed(1)} h left`;
}

/** @param {{job: Job}} props */
export function JobBar({ job }) {
  const share = job.state === 'done' ? 1 : job.total ? job.done / job.total : 0;
  const told = [job.total ? `${job.done} of ${job.total}` : '', job.text, job.text.includes(' left') ? '' : left(job)].filter(Boolean).join(' · ');
  return html`
    <div class="job ${job.state}">
      <header><b>${job.kind}</b><span>${WORDS[job.state] ?? job.state}</span></header>
      <div class="track" role="progressbar" aria-label="${job.kind} ${job.job}" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share * 100)}>
        <i style=${{ transform: `scaleX(${share})` }}></i></div>
      <p>${job.message || told}</p>
    </div>`;
}

/** @param {{job: Job}} props */
function Row({ job }) {
  return html`
    <li><${JobBar} job=${job} />
      <${Acts} need="arrange">${open(job) ? html`<button class="plain" aria-label="Cancel job ${job.job}" onClick=${() => ask(`/job/${job.job}/cancel`)}><${Icon} name="close" /></button>` : null}
      ${job.state === 'failed' ? html`<button class="plain" aria-label="Try job ${job.job} again" onClick=${() => ask(`/job/${job.job}/retry`)}><${Icon} name="retry" /></button>` : null}<//>
    </li>`;
}

export function Jobs() {
  const jobs = session.use((state) => state.jobs);
  const sorted = Object.values(jobs).sort((one, other) => Number(open(other)) - Number(open(one)) || other.job - one.job).slice(0, 12);
  if (!sorted.length) return html`<p class="empty"><strong>No work waits.</strong>Files you add are analysed here.</p>`;
  return html`<ul class="jobs">${sorted.map((job) => html`<${Row} key=${job.job} job=${job} />`)}</ul>`;
}

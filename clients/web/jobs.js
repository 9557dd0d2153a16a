// @ts-check
/** Work that goes on elsewhere: ingest, separate, train, generate; how far, how long still, and why something failed. */
import { html, useEffect, useState } from './vendor/preact.js';
import { Icon } from './icons.js';
import { Acts } from './may.js';
import { ask } from './remote.js';
import { session } from './session.js';
import { view } from './view.js';

/** @typedef {import('./session.js').Job} Job */

const WORDS = /** @type {Record<string, string>} */ ({
  queued: 'waits', running: 'runs', done: 'done', failed: 'failed', cancelled: 'cancelled', set_aside: 'set aside',
});

/** What kept ending its process is not tried any more until somebody asks for it. */
const ASIDE = 'set_aside';
const SHOWN = 12;

/** How a job stands, as one says it: a job that was set aside has failed, too. @param {Job} job */
const stands = ({ state, code }) => (state === 'failed' && code === ASIDE ? ASIDE : state);

/** @param {Job} job */
export const open = (job) => job.state === 'queued' || job.state === 'running';

/** Note a job that was accepted, until its first event comes. @param {{job: number} | undefined} accepted @param {string} kind */
export function follow(accepted, kind) {
  if (!accepted) return;
  const { jobs } = session.get();
  if (jobs[accepted.job]) return;
  const job = { job: accepted.job, kind, state: 'queued', done: 0, total: 0, text: '', message: '' };
  session.set({ jobs: { ...jobs, [job.job]: job } });
}

/** @param {number} seconds @returns {string} */
function time(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** When it was asked for, and how long it took. @param {Job} job @returns {string} */
function when({ created_at: asked, seconds, ...job }) {
  if (!asked) return '';
  const at = new Date(asked * 1000);
  const day = at.toDateString() === new Date().toDateString() ? at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }) : at.toLocaleDateString();
  return [`asked ${day}`, typeof seconds === 'number' && !open(job) ? `took ${time(seconds)}` : ''].filter(Boolean).join(' · ');
}

/** @param {Job} job @returns {string} the time that is left, by the daemon's reckoning, which ages here */
function left({ state, left: told, told: at }) {
  if (state !== 'running' || typeof told !== 'number') return '';
  return `${time(Math.max(0, told - (Date.now() - (at ?? Date.now())) / 1000))} left`;
}

/** Hook: look again each second as long as something runs. @param {boolean} running */
function useClock(running) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [running]);
}

/** @param {{job: Job}} props */
export function JobBar({ job }) {
  useClock(job.state === 'running' && typeof job.left === 'number');
  const how = stands(job);
  const share = job.state === 'done' ? 1 : job.total ? job.done / job.total : 0;
  const steps = job.total && job.state !== 'done' ? `${job.done} of ${job.total}` : '';
  const told = [steps, job.state === 'done' ? '' : job.text, job.text.includes(' left') ? '' : left(job)].filter(Boolean).join(' · ');
  return html`
    <div class="job ${how}">
      <header><b>${job.kind}</b>${job.about ? html`<em title=${job.about}>${job.about}</em>` : null}<span>${WORDS[how] ?? how}</span></header>
      <div class="track" role="progressbar" aria-label="${job.kind} ${job.job}" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share * 100)}>
        <i style=${{ transform: `scaleX(${share})` }}></i></div>
      ${job.message || told ? html`<p>${job.message || told}</p>` : null}
      ${job.created_at ? html`<small>${when(job)}</small>` : null}
    </div>`;
}

/** The stems that came of a job, a touch away. @param {{stems: number[]}} props */
const Made = ({ stems }) => html`
  <div class="made">${stems.slice(0, SHOWN).map((stem) => html`
    <button key=${stem} aria-label="What is known of stem ${stem}" onClick=${() => view.set({ stem })}>Stem ${stem}</button>`)}</div>`;

/** What was noted of a job, line by line. @param {{job: number}} props */
function Log({ job }) {
  const [lines, show] = useState(/** @type {{at: number, level: string, text: string}[] | null} */ (null));
  useEffect(() => void ask(`/job/${job}/log`).then((found) => found && show(found)), [job]);
  if (!lines) return null;
  if (!lines.length) return html`<p class="log">Nothing was noted.</p>`;
  return html`<ol class="log">${lines.slice(-SHOWN).map(({ at, level, text }) => html`
    <li class=${level}><time>${new Date(at * 1000).toLocaleTimeString()}</time><span>${text}</span></li>`)}</ol>`;
}

/** @param {{job: Job}} props */
function Row({ job }) {
  const [read, unfold] = useState(false);
  const ended = job.state === 'failed' || job.state === 'cancelled' || job.state === ASIDE;
  return html`
    <li><${JobBar} job=${job} />
      <button class="plain" aria-expanded=${read} aria-label="What was noted of job ${job.job}" onClick=${() => unfold(!read)}><${Icon} name=${read ? 'up' : 'down'} /></button>
      <${Acts} need="arrange">${open(job) ? html`<button class="plain" aria-label="Cancel job ${job.job}" onClick=${() => ask(`/job/${job.job}/cancel`)}><${Icon} name="close" /></button>` : null}
      ${ended ? html`<button class="plain" aria-label="Try job ${job.job} again" onClick=${() => ask(`/job/${job.job}/retry`)}><${Icon} name="retry" /></button>` : null}<//>
      ${job.state === 'done' && job.made?.length ? html`<${Made} stems=${job.made} />` : null}
      ${read ? html`<${Log} key=${job.state} job=${job.job} />` : null}
    </li>`;
}

export function Jobs() {
  const jobs = session.use((state) => state.jobs);
  const sorted = Object.values(jobs).sort((one, other) => Number(open(other)) - Number(open(one)) || other.job - one.job).slice(0, SHOWN);
  if (!sorted.length) return html`<p class="empty"><strong>No work waits.</strong>What you add, take apart, teach or have made is told here.</p>`;
  return html`<ul class="jobs">${sorted.map((job) => html`<${Row} key=${job.job} job=${job} />`)}</ul>`;
}

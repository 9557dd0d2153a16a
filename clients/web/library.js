// @ts-check
/** The library's work, its rejected files, and how to reach this machine. */
import { html, useEffect, useState } from './vendor/preact.js';
import { Jobs } from './jobs.js';
import { Acts, Why } from './may.js';
import { load } from './meters.js';
import { session } from './session.js';
import { Teach } from './teach.js';
import { Upload } from './upload.js';

function Quarantine() {
  const files = session.use((state) => state.quarantine);
  if (!files.length) return null;
  return html`
    <h3>Set aside</h3>
    <ul class="quarantine">${files.map(({ path, reason }) => html`<li><b>${path.split(/[\\/]/).pop()}</b><span>${reason}</span></li>`)}</ul>`;
}

function Load() {
  const [share, show] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => show(load()), 500);
    return () => clearInterval(timer);
  }, []);
  return html`${Math.round(share * 100)} %`;
}

function Connect() {
  const { rtt, engine, tracks, scenes, stems } = session.use((state) => state);
  const rows = [
    ['This page', location.origin],
    ['Commands, described', html`<a href="docs" target="_blank" rel="noopener">${location.origin}/docs</a>`],
    ['Round trip', rtt === null ? '…' : `${rtt.toFixed(1)} ms`],
    ['Engine', html`${engine}, load <${Load} />`],
    ['Grid', `${tracks} tracks × ${scenes} scenes`],
    ['Library', `${stems} stems`],
  ];
  return html`
    <h3>Connect</h3>
    <dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <h3 class="wide-only">Keys</h3>
    <dl class="facts wide-only">
      ${[['Space', 'play, stop'], ['1 … 9, 0', 'launch scene 1 … 10'], ['/', 'search'], ['Shift + arrows', 'move the grid'], ['.', 'panic: silence, now'], ['Esc', 'let go, close']]
        .map(([key, does]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}
    </dl>`;
}

export function Library() {
  return html`<section class="library" aria-label="Library"><${Why} need="ingest" what="Adding files" /><${Acts} need="ingest"><${Upload} /><//><${Teach} /><h3>Work</h3><${Jobs} /><${Quarantine} /><${Connect} /></section>`;
}

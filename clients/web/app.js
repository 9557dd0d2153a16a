// @ts-check
/** The page: which panes stand where, on a phone, a tablet, a desk. */
import { html, render, useEffect, useState } from './vendor/preact.js';
import { Arrange } from './arrange.js';
import { Dream } from './dream.js';
import { Live } from './grid.js';
import { Icon } from './icons.js';
import { open as atWork } from './jobs.js';
import { listen } from './keys.js';
import { Library } from './library.js';
import { Mixer } from './mixer.js';
import { Barred } from './enter.js';
import { Why } from './may.js';
import { connect } from './remote.js';
import { Routing } from './routing.js';
import { Search } from './search.js';
import { session } from './session.js';
import { Sheet } from './sheet.js';
import { StemSheet } from './stem.js';
import { Transport } from './transport.js';
import { dismiss, view } from './view.js';
import { Who } from './who.js';

/** @type {{name: import('./view.js').Pane, title: string, part: (props: {desk: boolean}) => unknown}[]} */
const PANES = [
  { name: 'live', title: 'Live', part: Live },
  { name: 'search', title: 'Search', part: Search },
  { name: 'arrange', title: 'Arrange', part: Arrange },
  { name: 'mixer', title: 'Mixer', part: Mixer },
  { name: 'library', title: 'Library', part: Library },
];

/** Room for two panes side by side. */
const WIDE = matchMedia('(min-width: 1100px)');
/** Room for faders below the slots. */
const TALL = matchMedia('(min-width: 700px) and (min-height: 820px)');

/** Hook: whether it matches, kept up to date. @param {MediaQueryList} query @returns {boolean} */
function useMedia(query) {
  const [matches, set] = useState(query.matches);
  useEffect(() => {
    const change = () => set(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, [query]);
  return matches;
}

/** @param {{panes: typeof PANES, current: string}} props */
function Tabs({ panes, current }) {
  const busy = session.use((state) => Object.values(state.jobs).some(atWork));
  return html`
    <nav class="tabs" role="tablist">
      ${panes.map(({ name, title }) => html`
        <button role="tab" class=${name === 'library' && busy ? 'busy' : ''} aria-selected=${name === current} onClick=${() => view.set({ pane: name })}>
          <${Icon} name=${name} />${title}</button>`)}
    </nav>`;
}

function Notices() {
  const notices = view.use((state) => state.notices);
  return html`
    <div class="notices" role="status">
      ${notices.map(({ id, tone, text }) => html`
        <div key=${id} class="notice ${tone}"><span>${text}</span>
          <button class="plain" aria-label="Close" onClick=${() => dismiss(id)}><${Icon} name="close" /></button></div>`)}
    </div>`;
}

function Lost() {
  const link = session.use((state) => state.link);
  const [patient, lose] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => lose(link === 'live'), link === 'live' ? 0 : 600);
    return () => clearTimeout(timer);
  }, [link]);
  if (link === 'barred') return html`<${Barred} />`;
  if (link === 'live' || patient) return null;
  return html`
    <div class="lost" role="alert"><h2>No connection to the engine</h2>
      <p>What plays goes on playing. Is this device still on the same network, and does <code>liveengine serve</code> run?</p>
      <button onClick=${() => location.reload()}><${Icon} name="retry" />Load again</button></div>`;
}

function Page() {
  const wide = useMedia(WIDE);
  const tall = useMedia(TALL);
  const live = session.use((state) => state.link === 'live');
  const open = view.use((state) => state.who || Boolean(state.sheet ?? state.routing ?? state.stem ?? state.dream));
  const chosen = view.use((state) => state.pane);
  const panes = PANES.filter(({ name }) => !(wide && name === 'live') && !(tall && name === 'mixer'));
  const current = panes.find(({ name }) => name === chosen) ?? panes[0];
  const tabs = html`<${Tabs} panes=${panes} current=${current.name} />`;
  const pane = html`<main class="pane ${current.name}pane" key=${current.name}><${current.part} desk=${tall} /></main>`;
  return html`
    <div class="page ${wide ? 'wide' : ''} ${live ? '' : 'stale'}" inert=${!live || open}>
      <div><${Transport} /><${Why} need="play" what="Launching, loading and mixing" /></div>
      ${wide
        ? html`<div class="panes"><div class="pane livepane"><${Live} desk=${tall} /></div><aside class="side">${tabs}${pane}</aside></div>`
        : html`<div class="panes">${pane}</div>${tabs}`}
    </div>
    <${Sheet} /><${Routing} /><${StemSheet} /><${Dream} /><${Who} /><${Notices} /><${Lost} />`;
}

render(html`<${Page} />`, /** @type {Element} */ (document.getElementById('app')));
listen();
connect();

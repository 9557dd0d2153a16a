// @ts-check
/** The page: which panes stand where, on a phone, a tablet, a desk. */
import { html, render, useEffect, useState } from './vendor/preact.js';
import { Arrange } from './arrange.js';
import { Live } from './grid.js';
import { Icon } from './icons.js';
import { open } from './jobs.js';
import { listen } from './keys.js';
import { Library } from './library.js';
import { Mixer } from './mixer.js';
import { connect } from './remote.js';
import { Search } from './search.js';
import { session } from './session.js';
import { Transport } from './transport.js';
import { dismiss, view } from './view.js';

/** @type {{name: import('./view.js').Pane, title: string, part: () => unknown}[]} */
const PANES = [
  { name: 'live', title: 'Live', part: Live },
  { name: 'search', title: 'Search', part: Search },
  { name: 'arrange', title: 'Arrange', part: Arrange },
  { name: 'mixer', title: 'Mixer', part: Mixer },
  { name: 'library', title: 'Library', part: Library },
];

const WIDE = matchMedia('(min-width: 1100px)');

/** @returns {boolean} whether there is room for two panes side by side */
function useDesk() {
  const [desk, set] = useState(WIDE.matches);
  useEffect(() => {
    const change = () => set(WIDE.matches);
    WIDE.addEventListener('change', change);
    return () => WIDE.removeEventListener('change', change);
  }, []);
  return desk;
}

/** @param {{panes: typeof PANES, current: string}} props */
function Tabs({ panes, current }) {
  const busy = session.use((state) => Object.values(state.jobs).some(open));
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
  if (link === 'live' || patient) return null;
  return html`
    <div class="lost" role="alert"><h2>No connection to the engine</h2>
      <p>What plays goes on playing. Is this device still on the same network, and does <code>liveengine serve</code> run?</p>
      <button onClick=${() => location.reload()}><${Icon} name="retry" />Load again</button></div>`;
}

function Page() {
  const desk = useDesk();
  const live = session.use((state) => state.link === 'live');
  const chosen = view.use((state) => state.pane);
  const panes = desk ? PANES.filter(({ name }) => name !== 'live' && name !== 'mixer') : PANES;
  const current = panes.find(({ name }) => name === chosen) ?? panes[0];
  const tabs = html`<${Tabs} panes=${panes} current=${current.name} />`;
  const pane = html`<main class="pane ${current.name}pane" key=${current.name}><${current.part} /></main>`;
  return html`
    <div class="page ${desk ? 'wide' : ''} ${live ? '' : 'stale'}" inert=${!live}>
      <${Transport} />
      ${desk
        ? html`<div class="panes"><div class="pane livepane"><${Live} desk /></div><aside class="side">${tabs}${pane}</aside></div>`
        : html`<div class="panes">${pane}</div>${tabs}`}
    </div>
    <${Notices} /><${Lost} />`;
}

render(html`<${Page} />`, /** @type {Element} */ (document.getElementById('app')));
listen();
connect();

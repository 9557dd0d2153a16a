// @ts-check
/** Who else is there: names, roles, and what each has in hand. */
import { html, useState } from './vendor/preact.js';
import { colour } from './door.js';
import { Drawer } from './drawer.js';
import { Enter } from './enter.js';
import { Line, Row } from './form.js';
import { Icon } from './icons.js';
import { rename } from './remote.js';
import { session } from './session.js';
import { view } from './view.js';

/** @typedef {import('./session.js').Client} Client */

/** @param {{one: Client, mine: boolean}} props */
function Peer({ one, mine }) {
  const { name, role, door, tracks } = one;
  const hands = tracks.length ? `${tracks.length > 1 ? 'tracks' : 'track'} ${tracks.join(', ')}` : '';
  return html`
    <li style=${colour(one.client)}><i></i><b>${name}${mine ? html` <em>you</em>` : null}</b>
      <span>${[role, door === 'websocket' ? '' : door, hands].filter(Boolean).join(' · ')}</span></li>`;
}

/** Another token is another role. */
function Token() {
  const [open, set] = useState(false);
  const local = session.use(({ me }) => me.local);
  if (local) return html`<p class="place">This device is the engine’s own machine and needs no token.</p>`;
  if (open) return html`<${Enter} word="Take this role" />`;
  return html`<button onClick=${() => set(true)}><${Icon} name="lock" />Enter another token</button>`;
}

export function Who() {
  const open = view.use((state) => state.who);
  const { me, clients } = session.use((state) => state);
  if (!open) return null;
  const all = Object.values(clients).sort((one, other) => one.client - other.client);
  return html`
    <${Drawer} title="Who is here" about="Your role: ${me.role}" close=${() => view.set({ who: false })}>
      <ul class="peers" aria-label="Who is here">${all.map((one) => html`<${Peer} key=${one.client} one=${one} mine=${one.client === me.client} />`)}</ul>
      <div class="settings"><${Row} title="Your name"><${Line} label="Your name" value=${me.name} change=${rename} /><//></div>
      <${Token} />
    <//>`;
}

// @ts-check
/** Who else is there, as dots of their colours: in the bar, at the tracks that they have in hand. */
import { html } from './vendor/preact.js';
import { session } from './session.js';
import { view } from './view.js';

/** @typedef {import('./session.js').Client} Client */

/** Neighbours in number are far apart in hue. @param {number} client */
export const colour = (client) => ({ '--peer': `hsl(${(client * 137.5) % 360} 85% 68%)` });

/** @param {Client[]} clients @param {number} me */
const others = (clients, me) => clients.filter(({ client }) => client !== me);

/** A dot for each of the others, in the bar. */
export function Others() {
  const there = session.use(({ clients, me }) => others(Object.values(clients), me.client).map(({ client }) => client).join());
  const numbers = there ? there.split(',').map(Number) : [];
  return html`<span class="others">${numbers.slice(0, 5).map((number) => html`<i key=${number} style=${colour(number)}></i>`)}${numbers.length > 5 ? `+${numbers.length - 5}` : ''}</span>`;
}

/** Opens the drawer. @param {{children?: unknown}} props */
export function Door({ children }) {
  const count = session.use(({ clients }) => Object.keys(clients).length);
  return html`<button class="plain door" aria-haspopup="dialog" aria-label="Who is here: ${count}" onClick=${() => view.set({ who: true })}>${children}</button>`;
}

/** Who else has a track in hand. @param {{track: number}} props */
export function Hands({ track }) {
  const told = session.use(({ clients, me }) =>
    others(Object.values(clients), me.client).filter(({ tracks }) => tracks.includes(track)).map(({ client, name }) => `${client} ${name}`).join('\n'));
  if (!told) return null;
  const names = told.split('\n').map((line) => line.slice(line.indexOf(' ') + 1)).join(', ');
  return html`<span class="hands" role="img" aria-label="In the hands of ${names}" title="In the hands of ${names}">
    ${told.split('\n').map((line) => html`<i style=${colour(parseInt(line, 10))}></i>`)}</span>`;
}

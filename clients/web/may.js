// @ts-check
/** What this device may do: what it may not rests, and says why. */
import { html } from './vendor/preact.js';
import { Icon } from './icons.js';
import { session } from './session.js';
import { view } from './view.js';

/** Each may do what those before it may. */
const ROLES = ['watch', 'play', 'arrange', 'ingest', 'admin'];

/** @param {string} mine @param {string} need */
const reaches = (mine, need) => ROLES.indexOf(mine) >= ROLES.indexOf(need);

/** @param {string} need */
export const may = (need) => reaches(session.get().me.role, need);

/** Hook. @param {string} need */
export const useMay = (need) => session.use(({ me }) => reaches(me.role, need));

/** What takes a role: without it, it cannot be touched. It has no box of its own. @param {{need: string, children?: unknown}} props */
export function Acts({ need, children }) {
  return html`<div class="acts" inert=${!useMay(need)}>${children}</div>`;
}

/** Why something rests, if it does. @param {{need: string, what: string}} props `what`: what takes the role */
export function Why({ need, what }) {
  const mine = session.use(({ me }) => me.role);
  if (reaches(mine, need)) return null;
  return html`
    <p class="whynot" role="note"><${Icon} name="lock" /><span>${what} needs the role <b>${need}</b>; this device has <b>${mine}</b>.</span>
      <button onClick=${() => view.set({ who: true })}>Change</button></p>`;
}

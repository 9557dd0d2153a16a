// @ts-check
/** A drawer over the page: what lies behind rests until it is closed, then has the focus again. */
import { html, useLayoutEffect, useRef } from './vendor/preact.js';
import { hue } from './colour.js';
import { Icon } from './icons.js';
import { session } from './session.js';
import { Panic } from './transport.js';

/** What had the focus last behind the drawers: before what a drawer shows has come, the page rests already. @type {HTMLElement | null} */
let behind = null;
addEventListener('focusin', ({ target }) => {
  const one = /** @type {HTMLElement} */ (target);
  if (!one.closest('.drawer')) behind = one;
});

/** @param {{title: string, about: unknown, category?: string, close: () => void, children?: unknown}} props */
export function Drawer({ title, about, category = '', close, children }) {
  const box = useRef(/** @type {any} */ (null));
  const live = session.use((state) => state.link === 'live');
  useLayoutEffect(() => {
    box.current.focus({ preventScroll: true });
    return () => requestAnimationFrame(() => behind?.focus({ preventScroll: true })); // once the page may be touched again
  }, []);
  return html`
    <div class="veil ${live ? '' : 'stale'}" inert=${!live} onPointerDown=${close}>
      <div class="drawer ${hue(category)}" role="dialog" aria-modal="true" aria-label=${title} tabindex="-1" ref=${box}
        onPointerDown=${(/** @type {Event} */ event) => event.stopPropagation()}>
        <header><div><h2>${title}</h2><p>${about}</p></div>
          <div class="row"><button class="plain" aria-label="Close" onClick=${close}><${Icon} name="close" /></button><${Panic} /></div></header>
        ${children}
      </div>
    </div>`;
}

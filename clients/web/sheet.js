// @ts-check
/** The sheet of one clip: set it, hear it, replace it, take it out. */
import { html } from './vendor/preact.js';
import { audition } from './audition.js';
import { clear } from './clips.js';
import { hue } from './colour.js';
import { Icon } from './icons.js';
import { session } from './session.js';
import { Settings } from './settings.js';
import { view } from './view.js';
import { Wave } from './wave.js';

export function Sheet() {
  const key = view.use((state) => state.sheet);
  const clip = session.use((state) => (key ? state.clips[key] : undefined));
  if (!key || !clip) return null;
  const [track, slot] = key.split('/').map(Number);
  const close = () => view.set({ sheet: null });
  const replace = () => view.set({ sheet: null, target: key, pane: 'search', editing: false });
  const remove = () => {
    clear(track, slot);
    close();
  };
  return html`
    <div class="veil" onPointerDown=${close}>
      <div class="sheet ${hue(clip.category)}" role="dialog" aria-label=${clip.name} onPointerDown=${(/** @type {Event} */ event) => event.stopPropagation()}>
        <header><div><h2>${clip.name}</h2><p>Track ${track}, slot ${slot} · ${clip.category}</p></div>
          <button class="plain" aria-label="Close" onClick=${close}><${Icon} name="close" /></button></header>
        <${Wave} stem=${clip.stem} />
        <${Settings} track=${track} slot=${slot} clip=${clip} />
        <div class="row">
          <button onClick=${() => audition(clip.stem)}><${Icon} name="play" />Hear it here</button>
          <button onClick=${replace}><${Icon} name="swap" />Replace</button>
          <button class="danger" onClick=${remove}><${Icon} name="close" />Clear the slot</button>
        </div>
      </div>
    </div>`;
}

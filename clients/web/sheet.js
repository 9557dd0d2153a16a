// @ts-check
/** The sheet of one clip: set it, hear it, replace it, take it out. */
import { html } from './vendor/preact.js';
import { hear, useHeard } from './audition.js';
import { clear } from './clips.js';
import { Drawer } from './drawer.js';
import { Icon } from './icons.js';
import { session } from './session.js';
import { Settings } from './settings.js';
import { view } from './view.js';
import { Wave } from './wave.js';

/** @param {{stem: number}} props */
export function Hear({ stem }) {
  const heard = useHeard(stem);
  const cue = view.use((state) => state.cue);
  const words = heard ? 'Stop' : cue ? 'Hear it on cue' : 'Hear it here';
  return html`<button onClick=${() => hear(stem)}><${Icon} name=${heard ? 'stop' : cue ? 'phones' : 'play'} />${words}</button>`;
}

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
    <${Drawer} key=${key} title=${clip.name} about="Track ${track}, slot ${slot} · ${clip.category}" category=${clip.category} close=${close}>
      <${Wave} stem=${clip.stem} />
      <${Settings} track=${track} slot=${slot} clip=${clip} />
      <div class="row">
        <${Hear} stem=${clip.stem} />
        <button onClick=${replace}><${Icon} name="swap" />Replace</button>
        <button class="danger" onClick=${remove}><${Icon} name="close" />Clear the slot</button>
      </div>
    <//>`;
}

// @ts-check
/** The drawer of a track: what it plays, made darker, brighter, busier; mutated while it plays; liked or not; or something else, by a sentence. */
import { html } from './vendor/preact.js';
import { audible } from './clips.js';
import { compromise, When } from './chosen.js';
import { Drawer } from './drawer.js';
import { Mutation } from './mutation.js';
import { session } from './session.js';
import { Opinion } from './stem.js';
import { view } from './view.js';
import { Wave } from './wave.js';
import { swap, useWork, Wish } from './wish.js';

/** What a swap may go towards; '' = another one like it. */
const WORDS = ['darker', 'brighter', 'busier', 'calmer', 'harder', 'warmer', 'less reverb', ''];

/** @param {{track: number}} props */
function Swaps({ track }) {
  const [busy, run] = useWork();
  return html`
    <h3>Swap at the next boundary</h3>
    <div class="swaps" role="group" aria-label="Swap it for something">
      ${WORDS.map((word) => {
        const shown = word || 'another';
        return html`<button key=${shown} class=${busy === shown ? 'busy' : ''} disabled=${busy !== '' && busy !== shown}
          onClick=${() => run(shown, () => swap(track, word))}>${shown}</button>`;
      })}
    </div>`;
}

/** Why it is this one. @param {{told: import('./chosen.js').Told}} props */
function Because({ told }) {
  const short = compromise(told);
  return html`
    ${short ? html`<p class="verdict none">${short}</p>` : null}
    <p class="why" aria-label="Why">${told.why.map((one) => html`<span>${one}</span>`)}</p>`;
}

/** What a track plays, else what waits on it. @param {ReturnType<typeof session.get>} state @param {number | null} track */
function heard({ clips }, track) {
  const own = Object.entries(clips).filter(([key]) => key.startsWith(`${track}/`)).map(([, clip]) => clip);
  return own.find((clip) => clip.state === 'queued') ?? own.find(audible);
}

export function Dream() {
  const track = view.use((state) => state.dream);
  const clip = session.use((state) => (track === null ? undefined : heard(state, track)));
  const name = session.use((state) => state.strips[`track/${track}`]?.name ?? '');
  const told = view.use((state) => state.told[track ?? 0]);
  if (track === null) return null;
  const own = told && clip?.stem === told.stem ? told : null;
  const about = clip ? html`Track ${track} · ${clip.category} ${own ? html`<${When} told=${own} />` : null}` : 'It plays nothing.';
  return html`
    <${Drawer} key=${track} title=${clip?.name ?? name} about=${about} category=${clip?.category} close=${() => view.set({ dream: null })}>
      ${clip ? html`
        <${Wave} stem=${clip.stem} />
        ${own ? html`<${Because} told=${own} />` : null}
        <${Swaps} track=${track} />
        <${Mutation} track=${track} clip=${clip} />
        <${Opinion} key=${clip.stem} stem=${clip.stem} />` : null}
      <${Wish} key=${`wish${track}`} track=${track} label="What shall track ${track} play?" words=${clip ? 'Or say what instead' : 'dunkler, hypnotischer Kick'} />
    <//>`;
}

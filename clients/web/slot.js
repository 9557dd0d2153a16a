// @ts-check
/** One slot of the grid: what it holds, what it does, how far its loop has gone. */
import { html, useRef } from './vendor/preact.js';
import { audible, choose, launch, press } from './clips.js';
import { beatAt } from './clock.js';
import { hue } from './colour.js';
import { usePainter } from './frame.js';
import { Icon } from './icons.js';
import { place, session } from './session.js';
import { short } from './title.js';
import { view } from './view.js';
import { Wave } from './wave.js';

const WORDS = { stopped: 'stopped', queued: 'waits for the boundary', playing: 'plays', stopping: 'stops at the boundary' };

/** The part of the loop that has played. @param {{slot: string}} props */
function Progress({ slot }) {
  const bar = useRef(/** @type {any} */ (null));
  usePainter((time) => {
    const clip = session.get().clips[slot];
    if (!clip || !bar.current) return;
    const past = Math.max(0, beatAt(time) - clip.since);
    bar.current.style.transform = `scaleX(${clip.beats ? (past % clip.beats) / clip.beats : 1})`;
  }, [slot]);
  return html`<i class="progress" ref=${bar}></i>`;
}

/** Beats until what waits takes effect. @param {{due: number}} props */
function Count({ due }) {
  const text = useRef(/** @type {any} */ (null));
  usePainter((time) => {
    const left = Math.ceil(due - beatAt(time));
    const shown = left > 0 ? String(left) : '';
    if (text.current.textContent !== shown) text.current.textContent = shown;
  }, [due]);
  return html`<i class="count" ref=${text}></i>`;
}

/** @param {{track: number, slot: number}} props both counted from 1 */
export function Slot({ track, slot }) {
  const key = place(track, slot);
  const clip = session.use((state) => state.clips[key]);
  const target = view.use((state) => state.target === key);
  const held = useRef(false);
  /** @param {PointerEvent & {currentTarget: HTMLElement}} [event] the finger, none for a key */
  const down = (event) => {
    if (choose(track, slot) || !clip) return;
    if (!clip.mode || clip.mode === 'trigger') {
      launch(track, slot);
      return;
    }
    event?.currentTarget.setPointerCapture(event.pointerId); // the release is ours wherever the finger goes
    held.current = true;
    press(track, slot, 1);
  };
  const up = () => {
    if (held.current) press(track, slot, 0);
    held.current = false;
  };
  /** @param {MouseEvent} event */
  const click = (event) => {
    if (event.detail) return;
    down();
    up();
  };
  /** @param {DragEvent} event */
  const over = (event) => event.dataTransfer?.types.includes('text/stem') && event.preventDefault();
  /** @param {DragEvent} event */
  const drop = (event) => {
    event.preventDefault();
    choose(track, slot);
  };
  const shared = { onPointerDown: down, onPointerUp: up, onPointerCancel: up, onClick: click, onDragOver: over, onDrop: drop, 'data-slot': key };
  if (!clip)
    return html`<button class="slot empty ${target ? 'target' : ''}" aria-label="Track ${track}, slot ${slot}: empty" ...${shared}><i></i></button>`;
  return html`
    <button class="slot ${clip.state} ${hue(clip.category)} ${target ? 'target' : ''}" title=${clip.name} ...${shared}
      aria-label="Track ${track}, slot ${slot}: ${clip.name}, ${WORDS[clip.state]}">
      <${Wave} stem=${clip.stem} />
      ${audible(clip) ? html`<${Progress} slot=${key} />` : null}
      ${clip.state === 'queued' || clip.state === 'stopping' ? html`<${Count} due=${clip.due} />` : null}
      ${clip.mutation ? html`<i class="varied" title="A variation"><${Icon} name="vary" /></i>` : null}
      <i class="state"></i><span class="title">${short(clip.name, clip.category)}</span>
    </button>`;
}

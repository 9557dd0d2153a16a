// @ts-check
/** The computer keyboard. */
import { launchScene } from './clips.js';
import { shift } from './overview.js';
import { session } from './session.js';
import { panic, toggle } from './transport.js';
import { view } from './view.js';

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {EventTarget | null} target */
const typing = (target) => target instanceof HTMLInputElement || target instanceof HTMLSelectElement;

/** @param {KeyboardEvent} event @returns {boolean} whether the key meant something */
function act(event) {
  const digit = /^Digit(\d)$/.exec(event.code);
  if (event.code === 'Space') {
    // A button in focus would also take the key when it is released.
    if (document.activeElement instanceof HTMLButtonElement) document.activeElement.blur();
    if (!event.repeat) toggle();
  } else if (digit && !event.shiftKey) {
    const scene = Number(digit[1]) || 10;
    if (!event.repeat && scene <= session.get().scenes) launchScene(scene);
  } else if (event.key === '/') {
    view.set({ pane: 'search' });
    requestAnimationFrame(() => document.getElementById('search')?.focus());
  } else if (event.key === '.') panic();
  else if (event.shiftKey && ARROWS[event.key]) shift(...ARROWS[event.key]);
  else return false;
  return true;
}

export function listen() {
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      view.set({ held: null, target: null, sheet: null, routing: null, stem: null, dream: null, who: false, editing: false });
      if (typing(event.target)) /** @type {HTMLElement} */ (event.target).blur();
    } else if (!event.defaultPrevented && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey && act(event)) event.preventDefault();
  });
}

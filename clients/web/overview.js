// @ts-check
/** The whole grid as a field of lights; a touch or drag moves the window that the grid shows. */
import { html, useRef } from './vendor/preact.js';
import { hue } from './colour.js';
import { session } from './session.js';
import { view } from './view.js';

const STEP = 5;

/** @param {number} wanted @param {number} shown @param {number} all */
const within = (wanted, shown, all) => Math.max(0, Math.min(Math.round(wanted), all - shown));

/** Move the window by whole columns and rows. @param {number} columns @param {number} rows */
export function shift(columns, rows) {
  const { tracks, scenes } = session.get();
  const shown = view.get();
  view.set({
    track: within(shown.track + columns, shown.columns, tracks),
    scene: within(shown.scene + rows, shown.rows, scenes),
  });
}

export function Overview() {
  const svg = useRef(/** @type {any} */ (null));
  const { tracks, scenes, clips } = session.use((state) => state);
  const { track, scene, columns, rows } = view.use((state) => state);
  /** @param {PointerEvent} event */
  const move = (event) => {
    if (!event.buttons) return;
    svg.current.setPointerCapture(event.pointerId);
    const edge = svg.current.getBoundingClientRect();
    const column = ((event.clientX - edge.left) / edge.width) * tracks;
    const row = ((event.clientY - edge.top) / edge.height) * scenes;
    view.set({
      track: within(column - columns / 2, columns, tracks),
      scene: within(row - rows / 2, rows, scenes),
    });
  };
  const lights = [];
  for (let slot = 1; slot <= scenes; slot++)
    for (let column = 1; column <= tracks; column++) {
      const clip = clips[`${column}/${slot}`];
      lights.push(html`<circle class=${clip ? `${clip.state} ${hue(clip.category)}` : ''} cx=${(column - 0.5) * STEP} cy=${(slot - 0.5) * STEP}
        r=${clip ? 1.7 : 0.7} />`);
    }
  return html`
    <svg class="map" ref=${svg} role="img" aria-label="Tracks ${track + 1} to ${Math.min(track + columns, tracks)}, scenes ${scene + 1} to ${Math.min(scene + rows, scenes)} of the grid"
      viewBox="0 0 ${tracks * STEP} ${scenes * STEP}" onPointerDown=${move} onPointerMove=${move}>
      <rect x=${track * STEP} y=${scene * STEP} width=${Math.min(columns, tracks) * STEP} height=${Math.min(rows, scenes) * STEP} rx="2" />
      ${lights}
    </svg>`;
}

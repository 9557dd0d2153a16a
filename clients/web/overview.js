// @ts-check
/** The whole grid as a field of lights; a touch or drag moves the window that the grid shows. */
import { html, useRef } from './vendor/preact.js';
import { hue } from './colour.js';
import { session } from './session.js';
import { view } from './view.js';

/** Size of a light's place, in the units of the drawing. */
const STEP_X = 10;
const STEP_Y = 5;

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
      const size = clip ? [7, 3] : [1.5, 1];
      lights.push(html`<rect class="light ${clip ? `${clip.state} ${hue(clip.category)}` : ''}" x=${(column - 0.5) * STEP_X - size[0] / 2}
        y=${(slot - 0.5) * STEP_Y - size[1] / 2} width=${size[0]} height=${size[1]} rx="1" />`);
    }
  return html`
    <svg class="map" ref=${svg} role="img" aria-label="Tracks ${track + 1} to ${Math.min(track + columns, tracks)}, scenes ${scene + 1} to ${Math.min(scene + rows, scenes)} of the grid"
      viewBox="0 0 ${tracks * STEP_X} ${scenes * STEP_Y}" preserveAspectRatio="none" onPointerDown=${move} onPointerMove=${move}>
      <rect class="window" x=${track * STEP_X} y=${scene * STEP_Y} width=${Math.min(columns, tracks) * STEP_X} height=${Math.min(rows, scenes) * STEP_Y} rx="2" />
      ${lights}
    </svg>`;
}

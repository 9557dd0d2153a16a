// @ts-check
/** One animation loop for everything that moves: meters, playheads, the position. It rests while the page is hidden. */
import { useEffect } from './vendor/preact.js';

/** @type {Set<(time: number) => void>} */
const painters = new Set();

/** @param {number} time */
function paint(time) {
  for (const painter of painters) painter(time);
  if (painters.size) requestAnimationFrame(paint);
}

/**
 * Hook: call `painter` once per screen frame while the component is shown.
 * @param {(time: number) => void} painter
 * @param {unknown[]} inputs as for an effect
 */
export function usePainter(painter, inputs) {
  useEffect(() => {
    painters.add(painter);
    if (painters.size === 1) requestAnimationFrame(paint);
    return () => void painters.delete(painter);
  }, inputs);
}

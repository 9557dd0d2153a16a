// @ts-check
/** Waveforms: the peaks that the library measured, drawn as one closed path. */
import { html, useEffect, useState } from './vendor/preact.js';
import { fetchJson } from './remote.js';

const BINS = 512;
/** Bins shown; 512 would be finer than any slot or row on a screen. */
const SHOWN = 128;

/** @type {Map<number, Promise<string>>} path data by stem */
const known = new Map();

/** @param {string} peaks base64 of 512 int8 minima, then 512 maxima; @returns {string} path data in a 128 x 2 box */
function outline(peaks) {
  const values = Int8Array.from(atob(peaks), (letter) => letter.charCodeAt(0));
  const step = BINS / SHOWN;
  const top = [];
  const bottom = [];
  for (let x = 0; x < SHOWN; x++) {
    const low = Math.min(...values.subarray(x * step, (x + 1) * step));
    const high = Math.max(...values.subarray(BINS + x * step, BINS + (x + 1) * step));
    top.push(`${x} ${(1 - Math.max(high / 127, 0.02)).toFixed(3)}`);
    bottom.unshift(`${x} ${(1 - Math.min(low / 127, -0.02)).toFixed(3)}`);
  }
  return `M${top.join('L')}L${bottom.join('L')}Z`;
}

/** Ask again next time: the daemon could not answer now. @param {number} stem */
function forget(stem) {
  known.delete(stem);
  return '';
}

/** @param {number} stem */
function load(stem) {
  let path = known.get(stem);
  if (!path) {
    path = fetchJson(`/stem/${stem}/peaks`).then(({ peaks }) => outline(peaks), () => forget(stem));
    known.set(stem, path);
  }
  return path;
}

/** The waveform of a stem, in the colour around it. @param {{stem: number}} props */
export function Wave({ stem }) {
  const [path, setPath] = useState('');
  useEffect(() => {
    let wanted = true;
    load(stem).then((loaded) => wanted && setPath(loaded));
    return () => void (wanted = false);
  }, [stem]);
  return html`<svg class="wave" viewBox="0 0 ${SHOWN - 1} 2" preserveAspectRatio="none" aria-hidden="true"><path d=${path} /></svg>`;
}

// @ts-check
/** Meters: 30 frames a second come in, every screen frame is drawn, with a fall that the eye can follow. */
import { html, useRef } from './vendor/preact.js';
import { usePainter } from './frame.js';
import { session } from './session.js';

const FLOOR_DB = -54;
const FALL_DB_PER_S = 36;
const HOLD_MS = 1200;

/* Peaks of the latest meter frame: left and right per track, per bus, of cue and master; then beat, load. */
/** @type {Float32Array} */
let latest = new Float32Array(4);

/** @param {Float32Array} frame */
export const takeMeters = (frame) => void (latest = frame);

/** Where the left peak of a strip is in the frame; the right one follows. @param {string} at as "track/1" @returns {number} */
function place(at) {
  if (at === 'master') return latest.length - 4;
  if (at === 'cue') return latest.length - 6;
  const [kind, number] = at.split('/');
  return 2 * (Number(number) - 1 + (kind === 'bus' ? session.get().tracks : 0));
}

/** @returns {number} share of the time of a block that the engine needed, 0..1 and beyond */
export const load = () => latest[latest.length - 1];

/** @param {number} peak linear; @returns {number} 0..1 along the meter */
const height = (peak) => Math.max(0, 1 - (20 * Math.log10(Math.max(peak, 1e-6))) / FLOOR_DB);

/** One channel's fall and held peak. */
class Needle {
  shown = 0;
  held = 0;
  heldAt = 0;

  /** @param {number} peak @param {number} time @param {number} past ms since the last frame */
  move(peak, time, past) {
    const fall = (FALL_DB_PER_S * past) / 1000 / -FLOOR_DB;
    this.shown = Math.max(Math.min(1.1, height(peak)), this.shown - fall);
    if (this.shown >= this.held || time - this.heldAt > HOLD_MS) {
      this.held = this.shown;
      this.heldAt = time;
    }
  }
}

/** @param {HTMLCanvasElement} canvas @param {Needle[]} needles @param {boolean} wide drawn from left to right */
function draw(canvas, needles, wide) {
  const scale = devicePixelRatio;
  const width = Math.round(canvas.clientWidth * scale);
  const tall = Math.round(canvas.clientHeight * scale);
  if (canvas.width !== width || canvas.height !== tall) Object.assign(canvas, { width, height: tall });
  const paper = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const length = wide ? width : tall;
  const gap = Math.max(1, scale);
  const thick = ((wide ? tall : width) - gap) / 2;
  const gradient = wide ? paper.createLinearGradient(0, 0, width, 0) : paper.createLinearGradient(0, tall, 0, 0);
  for (const [stop, colour] of /** @type {[number, string][]} */ ([[0, '#2b6f86'], [0.55, '#4de8b8'], [0.82, '#d9f26b'], [0.94, '#ffb347'], [1, '#ff5468']]))
    gradient.addColorStop(stop, colour);
  paper.clearRect(0, 0, width, tall);
  needles.forEach((needle, channel) => {
    const at = channel * (thick + gap);
    /** @param {string | CanvasGradient} style @param {number} from @param {number} size */
    const bar = (style, from, size) => {
      paper.fillStyle = style;
      if (wide) paper.fillRect(from, at, size, thick);
      else paper.fillRect(at, tall - from - size, thick, size);
    };
    bar('#1b2030', 0, length);
    bar(gradient, 0, Math.min(1, needle.shown) * length);
    if (needle.held > 0.02) bar(needle.held >= 1 ? '#ff5468' : '#eef1fb', Math.min(1, needle.held) * length - 2 * scale, 2 * scale);
  });
}

/** The left and right peak of a strip. @param {{at: string, wide?: boolean}} props `at`: as "track/1", "cue", "master" */
export function Meter({ at, wide = false }) {
  const canvas = useRef(/** @type {any} */ (null));
  const last = useRef(0);
  const needles = useRef([new Needle(), new Needle()]);
  usePainter((time) => {
    const first = place(at);
    const before = needles.current.map((needle) => needle.shown + needle.held);
    needles.current.forEach((needle, channel) => needle.move(latest[first + channel] ?? 0, time, time - last.current));
    last.current = time;
    const still = needles.current.every((needle, channel) => needle.shown + needle.held === before[channel]);
    if (!still || canvas.current.width !== Math.round(canvas.current.clientWidth * devicePixelRatio)) draw(canvas.current, needles.current, wide);
  }, [at, wide]);
  return html`<canvas class="meter ${wide ? 'wide' : ''}" aria-hidden="true" ref=${canvas}></canvas>`;
}

export const MasterMeter = () => html`<div class="mastermeter" title="Master"><${Meter} at="master" wide /></div>`;

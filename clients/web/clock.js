// @ts-check
/** The beat now: meters bring it 30 times a second, the tempo carries it between them at the screen's rate. */

/** A difference beyond this is a jump (locate, reconnect) and is followed at once. In beats. */
const JUMP = 0.25;
/** Share of a small difference that is corrected per meter frame, so that the playheads do not jitter. */
const PULL = 0.15;

let beat = 0;
let at = 0;
let perMs = 0;

/**
 * @param {boolean} running
 * @param {number} tempo beats per minute
 */
export function setRate(running, tempo) {
  const time = performance.now();
  beat = beatAt(time);
  at = time;
  perMs = running ? tempo / 60000 : 0;
}

/** @param {number} reported the beat that the engine has reached */
export function setBeat(reported) {
  const time = performance.now();
  const expected = beatAt(time);
  const error = reported - expected;
  beat = Math.abs(error) > JUMP || perMs === 0 ? reported : expected + error * PULL;
  at = time;
}

/** @param {number} time as of `performance.now()`; @returns {number} the beat then */
export function beatAt(time) {
  return beat + Math.max(0, time - at) * perMs;
}

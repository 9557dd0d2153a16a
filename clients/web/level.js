// @ts-check
/** The fader's law in words: 0.75 is 0 dB, 1 is +6 dB, the same factor is the same step in dB. It is the session's. */

/** The fader at 0 dB. */
export const UNITY = 0.75;
const LAW = 6 / Math.log(1 / UNITY);
const QUIETEST_DB = -60;

/** @param {number} fader @returns {string} the level in decibels */
export function levelText(fader) {
  const level = LAW * Math.log(fader / UNITY);
  if (level < QUIETEST_DB) return '−∞';
  return `${level < -0.05 ? '−' : level > 0.05 ? '+' : ''}${Math.abs(level).toFixed(1)}`;
}

/** @param {number} pan -1 left to 1 right */
export const panText = (pan) => (Math.abs(pan) < 0.005 ? 'C' : `${Math.round(Math.abs(pan) * 100)}${pan < 0 ? 'L' : 'R'}`);

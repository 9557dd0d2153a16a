// @ts-check
/** Titles for narrow places. */

const TEMPO = /^\d+(\.\d+)?bpm$/i;
const KEY = /^[A-G][#b]?(m|min|maj)?$/;
const SHORTEST = 4;
/** "imagined kick 2408": a number alone names nobody. */
const LETTER = /\p{L}/u;

/**
 * What tells this stem from its neighbours: without what the colour, the track and the facts say already.
 * "traum kick dark deep rolling 135bpm Fm" of the kicks → "dark deep rolling".
 * @param {string} title @param {string} category
 */
export function short(title, category) {
  const words = title.split(' ').filter((word) => !TEMPO.test(word) && !KEY.test(word));
  const named = words.findIndex((word) => word.toLowerCase() === category);
  const rest = words.slice(named + 1).join(' ');
  return rest.length < SHORTEST || !LETTER.test(rest) ? title : rest;
}

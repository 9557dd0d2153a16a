// @ts-check
/** What a sentence or a swap has chosen: its name, when it sounds, why it is this one, and what could not be had. */
import { html, useEffect, useRef } from './vendor/preact.js';
import { beatAt } from './clock.js';
import { hue } from './colour.js';
import { usePainter } from './frame.js';
import { Icon } from './icons.js';
import { place, session } from './session.js';
import { short } from './title.js';
import { view } from './view.js';

/**
 * @typedef {{track: number, slot: number, stem: number, name: string, category: string, why: string[], beat: number,
 *   fallback: 'none' | 'other' | 'later', verdict: 'good' | 'weak' | 'none', unknown: string[]}} Told
 */

/** How long it stays after it has begun to sound. */
const STAY_MS = 6000;

const LATE = {
  none: '',
  other: 'The best was not ready in time: this is the next best.',
  later: 'It was not ready in time: it comes one boundary later.',
};
const WEAK = { good: '', weak: 'Not quite what you asked for.', none: 'Nothing answers that; this is the nearest.' };

/** Hook: what the slot does now, '' once it holds something else. @param {Told} told @returns {string} */
export const useSlot = ({ track, slot, stem }) =>
  session.use((state) => {
    const clip = state.clips[place(track, slot)];
    return clip?.stem === stem ? clip.state : '';
  });

/** What was compromised, in a line; '' = nothing. @param {Told} told */
export const compromise = ({ fallback, verdict, unknown }) =>
  [LATE[fallback], WEAK[verdict], unknown.length ? `Not understood: ${unknown.join(', ')}.` : ''].filter(Boolean).join(' ');

/** The beats until it sounds, or what it does. @param {{told: Told}} props */
export function When({ told }) {
  const text = useRef(/** @type {any} */ (null));
  const state = useSlot(told);
  usePainter((time) => {
    const left = Math.ceil(told.beat - beatAt(time));
    const waits = state === 'queued' && session.get().running && left > 0;
    const shown = waits ? `in ${left} ${left === 1 ? 'beat' : 'beats'}` : state === 'playing' ? 'plays' : '';
    if (text.current.textContent !== shown) text.current.textContent = shown;
  }, [told, state]);
  return html`<em class="when ${state}" role="timer" ref=${text}></em>`;
}

/** In the bar above the grid: touched, it opens the track. @param {{told: Told}} props */
export function Chosen({ told }) {
  const state = useSlot(told);
  const close = () => view.set({ shown: null });
  useEffect(() => {
    if (!state) close();
    const timer = state === 'playing' && !compromise(told) ? setTimeout(close, STAY_MS) : 0;
    return () => clearTimeout(timer);
  }, [told, state]);
  return html`
    <div class="chosen ${hue(told.category)}" role="status">
      <button class="what" aria-label="Change ${told.name}" onClick=${() => view.set({ dream: told.track })}>
        <span><b>${short(told.name, told.category)}</b><${When} told=${told} /></span>
        <span class="because">${compromise(told) || told.why.join(' · ')}</span>
      </button>
      <button class="plain" aria-label="Close" onClick=${close}><${Icon} name="close" /></button>
    </div>`;
}

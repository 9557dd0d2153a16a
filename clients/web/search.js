// @ts-check
/** Find a stem by what it sounds like, hear it, put it into a slot. */
import { html, useEffect, useState } from './vendor/preact.js';
import { CATEGORIES, hue } from './colour.js';
import { Icon } from './icons.js';
import { MatchRow } from './match.js';
import { Propose, proposed } from './propose.js';
import { ask } from './remote.js';
import { session } from './session.js';
import { view } from './view.js';

const WAIT_MS = 220;
const SHOWN = 40;
const GUESSED = 8;

/**
 * @typedef {{matches: import('./match.js').Match[], verdict?: 'good' | 'weak' | 'none',
 *   told?: {language: 'en' | 'de' | null, en: string, de: string}}} Answer
 *   `told`: what was understood, as a sentence in each language; a list and what fits tell matches alone
 */

/** What is said of an answer that is not good. @type {Record<string, string>} */
const VERDICTS = {
  weak: 'No stem answers all of it. These come nearest.',
  none: 'No good answer. These are the nearest there are.',
};

/** What a sentence can be narrowed by beside the category; one of a pair takes the other away. @type {{text: string, by: Record<string, boolean>}[]} */
const FILTERS = [
  { text: 'loops', by: { loop: true } },
  { text: 'one-shots', by: { loop: false } },
  { text: 'favourites', by: { favourite: true } },
  { text: 'never heard', by: { unheard: true } },
  { text: 'proposals', by: { proposals: true } },
];

/** What was found last outlives a change of pane. */
const memory = { prompt: '', category: '', fits: false, filter: /** @type {Record<string, boolean>} */ ({}), answer: /** @type {Answer | null} */ (null) };

/** @returns {Promise<Answer | undefined>} */
async function find() {
  const { prompt, category, fits, filter } = memory;
  const narrowed = { ...(category && { category }) };
  const said = prompt.trim() && { prompt };
  if (said && !fits) return ask('/stems/find', { top_k: SHOWN, ...said, ...narrowed, ...filter });
  const matches = await (fits ? ask('/stems/fitting', { top_k: SHOWN, ...said, ...narrowed }) : ask('/stems/list', { limit: SHOWN, ...narrowed }));
  return matches && { matches };
}

/** What a sentence that is being typed may become. @param {string} text @returns {Promise<string[]>} */
const guess = async (text) => ((await ask('/stems/suggest', { text, limit: GUESSED })) ?? []).map((/** @type {{text: string}} */ one) => one.text);

function Nothing() {
  const { prompt, category } = memory;
  const stems = session.use((state) => state.stems);
  if (!prompt && !category && !stems)
    return html`<p class="empty"><strong>The library is empty.</strong>Add audio files in the Library pane, or run <code>liveengine demo</code>.</p>`;
  return html`<p class="empty"><strong>Nothing fits.</strong>Use fewer words${category || Object.keys(memory.filter).length ? ', or take away what narrows the search' : ''}.</p>`;
}

/** How the sentence was taken, and whether anything answers it. @param {{answer: Answer}} props */
function Taken({ answer: { matches, told, verdict = 'good' } }) {
  if (!told || !matches.length) return null;
  return html`
    <div class="taken" aria-live="polite">
      ${VERDICTS[verdict] ? html`<p class="verdict ${verdict}">${VERDICTS[verdict]}</p>` : null}
      <p>Understood: ${told[told.language ?? 'en']}</p>
    </div>`;
}

function Target() {
  const target = view.use((state) => state.target);
  if (!target) return null;
  const [track, slot] = target.split('/');
  return html`<p class="hint">The next load goes to <b>track ${track}, slot ${slot}</b>
    <button class="plain" aria-label="Forget this slot" onClick=${() => view.set({ target: null })}><${Icon} name="close" /></button></p>`;
}

/** @param {{filter: Record<string, boolean>, change: (filter: Record<string, boolean>) => void}} props */
function Filters({ filter, change }) {
  return FILTERS.map(({ text, by }) => {
    const [name, value] = Object.entries(by)[0];
    const on = filter[name] === value;
    const { [name]: _, ...rest } = filter;
    return html`<button class="chip ${on ? 'on' : ''}" aria-pressed=${on} onClick=${() => change(on ? rest : { ...rest, ...by })}>${text}</button>`;
  });
}

/** Where the matches are heard. */
function Where() {
  const cue = view.use((state) => state.cue);
  const words = 'Hear stems on the cue bus, in tempo and key, instead of in this browser';
  return html`<button class="where ${cue ? 'on' : ''}" aria-pressed=${cue} aria-label=${words} title=${words}
    onClick=${() => view.set({ cue: !cue })}><${Icon} name="phones" /></button>`;
}

export function Search() {
  const [prompt, type] = useState(memory.prompt);
  const [category, narrow] = useState(memory.category);
  const [fits, fit] = useState(memory.fits);
  const [filter, sift] = useState(memory.filter);
  const [answer, show] = useState(memory.answer);
  const [guesses, offer] = useState(/** @type {string[]} */ ([]));
  const stems = session.use((state) => state.stems);
  const live = session.use((state) => state.link === 'live');
  const dreamt = session.use(proposed);
  useEffect(() => {
    if (!live) return undefined;
    let wanted = true;
    Object.assign(memory, { prompt, category, fits, filter });
    const timer = setTimeout(async () => {
      guess(prompt).then((words) => wanted && offer(words));
      const found = await find();
      if (wanted && found) show((memory.answer = found));
    }, memory.answer ? WAIT_MS : 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [prompt, category, fits, filter, stems, live, dreamt]);
  return html`
    <section class="search" aria-label="Search">
      <div class="seek"><div class="ask"><${Icon} name="search" />
        <input id="search" type="search" enterkeyhint="search" autocomplete="off" spellcheck=${false} list="guesses" aria-label="What should it sound like?"
          placeholder="dunkler, hypnotischer Kick" value=${prompt} onInput=${(/** @type {any} */ event) => type(event.target.value)} />
        ${prompt ? html`<button class="plain" aria-label="Clear the search" onClick=${() => type('')}><${Icon} name="close" /></button>` : null}
        <datalist id="guesses">${guesses.map((one) => html`<option key=${one} value=${one} />`)}</datalist>
      </div><${Where} /></div>
      <div class="chips" role="group" aria-label="Category">
        <button class="chip ${fits ? 'on' : ''}" aria-pressed=${fits} title="In key, in time, and where the spectrum is free"
          onClick=${() => fit(!fits)}>fits what plays</button>
        ${CATEGORIES.map((one) => html`<button class="chip ${hue(one)} ${one === category ? 'on' : ''}" aria-pressed=${one === category}
          onClick=${() => narrow(one === category ? '' : one)}><i></i>${one}</button>`)}
        ${prompt.trim() && !fits ? html`<${Filters} filter=${filter} change=${sift} />` : null}
      </div>
      <${Target} />
      ${answer ? html`<${Taken} answer=${answer} />` : null}
      ${prompt.trim() && !fits && filter.proposals ? html`<${Propose} prompt=${prompt} category=${category} />` : null}
      <ul class="matches">${answer?.matches.map((match) => html`<${MatchRow} key=${match.id} match=${match} />`)}</ul>
      ${answer?.matches.length === 0 ? html`<${Nothing} />` : null}
    </section>`;
}

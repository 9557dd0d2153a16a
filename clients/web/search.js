// @ts-check
/** Find a stem by what it sounds like, hear it, put it into a slot. */
import { html, useEffect, useRef, useState } from './vendor/preact.js';
import { hear, heardShare, useHeard } from './audition.js';
import { loadNext } from './clips.js';
import { CATEGORIES, hue } from './colour.js';
import { usePainter } from './frame.js';
import { Icon } from './icons.js';
import { ask } from './remote.js';
import { session } from './session.js';
import { short } from './title.js';
import { view } from './view.js';
import { Wave } from './wave.js';

const WAIT_MS = 220;
const SHOWN = 40;
const GUESSED = 8;

/**
 * @typedef {{id: number, title: string, filename: string, category: string, bpm: number | null, key: string | null, duration: number,
 *   loop: boolean, favourite: boolean, similarity?: number}} Match
 */

/** What was found last outlives a change of pane. */
const memory = { prompt: '', category: '', fits: false, matches: /** @type {Match[] | null} */ (null) };

/** @returns {Promise<Match[] | undefined>} */
function find() {
  const { prompt, category, fits } = memory;
  const narrowed = { ...(category && { category }) };
  const said = prompt.trim() && { prompt };
  if (fits) return ask('/stems/fitting', { top_k: SHOWN, ...said, ...narrowed });
  return said ? ask('/stems/search', { top_k: SHOWN, ...said, ...narrowed }) : ask('/stems/list', { limit: SHOWN, ...narrowed });
}

/** What a sentence that is being typed may become. @param {string} text @returns {Promise<string[]>} */
const guess = async (text) => ((await ask('/stems/suggest', { text, limit: GUESSED })) ?? []).map((/** @type {{text: string}} */ one) => one.text);

/** How far it has played in this browser; on cue it is lit as a whole. @param {{match: Match}} props */
function Sounding({ match }) {
  const bar = useRef(/** @type {any} */ (null));
  const here = view.use((state) => state.heard === match.id);
  usePainter(() => void (bar.current.style.transform = `scaleX(${here ? heardShare() : 1})`), [here]);
  return html`<i class="progress" ref=${bar}></i>`;
}

/** @param {{match: Match}} props */
function Facts({ match }) {
  const facts = [
    match.bpm && `${Math.round(match.bpm * 10) / 10} bpm`,
    match.key,
    match.loop ? '' : `${match.duration.toFixed(1)} s`,
  ];
  return html`<p><b>${match.category}</b>${facts.filter(Boolean).map((fact) => html`<span>${fact}</span>`)}</p>`;
}

/** @param {{match: Match}} props */
function Row({ match }) {
  const heard = useHeard(match.id);
  const cue = view.use((state) => state.cue);
  const [favourite, favour] = useState(match.favourite);
  const stem = { id: match.id, name: match.title, category: match.category };
  const take = () => view.set({ held: stem, pane: view.get().pane === 'search' ? 'live' : view.get().pane });
  /** @param {DragEvent} event */
  const drag = (event) => {
    event.dataTransfer?.setData('text/stem', String(match.id));
    view.set({ held: stem });
  };
  const like = () => {
    favour(!favourite);
    ask(`/stem/${match.id}/favourite`, [!favourite]);
  };
  return html`
    <li class="match ${hue(match.category)} ${heard ? 'heard' : ''}" draggable="true" onDragStart=${drag} onDragEnd=${() => view.set({ held: null })}>
      <button class="hear" aria-label="Hear ${stem.name}" aria-pressed=${heard} onClick=${() => hear(match.id)}>
        <${Wave} stem=${match.id} />${heard ? html`<${Sounding} match=${match} />` : null}<${Icon} name=${heard ? 'stop' : cue ? 'phones' : 'play'} />
      </button>
      <div class="what">
        <h2 title=${stem.name}>${short(match.title, match.category)}</h2>
        <${Facts} match=${match} />
        ${match.similarity === undefined ? null : html`<div class="similar" title="Similarity"><div><i style=${{ width: `${Math.max(0, match.similarity) * 100}%` }}></i></div>${Math.round(match.similarity * 100)} %</div>`}
      </div>
      <button class="plain like ${favourite ? 'on' : ''}" aria-pressed=${favourite} aria-label="Favourite" onClick=${like}><${Icon} name="heart" /></button>
      <button class="plain" aria-label="Choose a slot for ${stem.name}" onClick=${take}><${Icon} name="place" /></button>
      <button class="take" aria-label="Load ${stem.name} into the next free slot" onClick=${() => loadNext(stem)}><${Icon} name="plus" /></button>
    </li>`;
}

function Nothing() {
  const { prompt, category } = memory;
  const stems = session.use((state) => state.stems);
  if (!prompt && !category && !stems)
    return html`<p class="empty"><strong>The library is empty.</strong>Add audio files in the Library pane, or run <code>liveengine demo</code>.</p>`;
  return html`<p class="empty"><strong>Nothing fits.</strong>Use fewer words${category ? html`, or take away the category “${category}”` : ''}.</p>`;
}

function Target() {
  const target = view.use((state) => state.target);
  if (!target) return null;
  const [track, slot] = target.split('/');
  return html`<p class="hint">The next load goes to <b>track ${track}, slot ${slot}</b>
    <button class="plain" aria-label="Forget this slot" onClick=${() => view.set({ target: null })}><${Icon} name="close" /></button></p>`;
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
  const [matches, show] = useState(memory.matches);
  const [guesses, offer] = useState(/** @type {string[]} */ ([]));
  const stems = session.use((state) => state.stems);
  const live = session.use((state) => state.link === 'live');
  useEffect(() => {
    if (!live) return undefined;
    let wanted = true;
    Object.assign(memory, { prompt, category, fits });
    const timer = setTimeout(async () => {
      guess(prompt).then((words) => wanted && offer(words));
      const found = await find();
      if (wanted && found) show((memory.matches = found));
    }, memory.matches ? WAIT_MS : 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [prompt, category, fits, stems, live]);
  return html`
    <section class="search" aria-label="Search">
      <div class="seek"><div class="ask"><${Icon} name="search" />
        <input id="search" type="search" enterkeyhint="search" autocomplete="off" spellcheck="false" list="guesses" aria-label="What should it sound like?"
          placeholder="dunkler, hypnotischer Kick" value=${prompt} onInput=${(/** @type {any} */ event) => type(event.target.value)} />
        ${prompt ? html`<button class="plain" aria-label="Clear the search" onClick=${() => type('')}><${Icon} name="close" /></button>` : null}
        <datalist id="guesses">${guesses.map((one) => html`<option key=${one} value=${one} />`)}</datalist>
      </div><${Where} /></div>
      <div class="chips" role="group" aria-label="Category">
        <button class="chip ${fits ? 'on' : ''}" aria-pressed=${fits} title="In key, in time, and where the spectrum is free"
          onClick=${() => fit(!fits)}>fits what plays</button>
        ${CATEGORIES.map((one) => html`<button class="chip ${hue(one)} ${one === category ? 'on' : ''}" aria-pressed=${one === category}
          onClick=${() => narrow(one === category ? '' : one)}><i></i>${one}</button>`)}
      </div>
      <${Target} />
      <ul class="matches">${matches?.map((match) => html`<${Row} key=${match.id} match=${match} />`)}</ul>
      ${matches?.length === 0 ? html`<${Nothing} />` : null}
    </section>`;
}

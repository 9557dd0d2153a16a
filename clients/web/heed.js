// @ts-check
/** What each event of the daemon changes in the session. */
import { beatAt, setRate } from './clock.js';
import { outcome, session } from './session.js';
import { notify } from './view.js';

/** @typedef {import('./session.js').Clip} Clip */

/** @param {string} at as "track/1" @param {Partial<import('./session.js').Strip>} change */
function strip(at, change) {
  const { strips } = session.get();
  session.set({ strips: { ...strips, [at]: { ...strips[at], ...change } } });
}

/** @param {string} at as "track/1" @param {number} bus @param {number} fader */
function send(at, bus, fader) {
  strip(at, { sends: session.get().strips[at].sends.map((one, index) => (index === bus - 1 ? fader : one)) });
}

/** One takes the other back. @param {number} stem @param {'like' | 'reject'} kind @param {boolean} value */
function opinion(stem, kind, value) {
  const { said } = session.get();
  if (value || said[stem] === kind) session.set({ said: { ...said, [stem]: value ? kind : '' } });
}

/** @param {{running?: boolean, tempo?: number}} change */
function transport(change) {
  session.set(change);
  const { running, tempo } = session.get();
  setRate(running, tempo);
}

const BEATS_PER_BAR = 4;
/** How far the page's clock may be behind the engine's, in beats. */
const SLACK = 0.5;

/** A clip that was loaded: the event names its stem, the rest comes with the whole state. @type {any} */
const UNKNOWN = { stem: 0, name: '', category: '', state: 'stopped', beats: 0, since: 0, due: 0 };

/** @param {string} place "track/slot" @param {any[]} values @returns {boolean} */
function clip(place, [state, ...values]) {
  const clips = { ...session.get().clips };
  const loaded = state === 'stopped' && typeof values[1] === 'string';
  const incomplete = loaded || !(place in clips);
  if (state === 'empty') delete clips[place];
  else clips[place] = { ...UNKNOWN, ...clips[place], state };
  if (loaded) Object.assign(clips[place], { stem: values[0], name: values[1] });
  if (state === 'playing') clips[place].since = values[1];
  if (state === 'queued' || state === 'stopping') clips[place].due = values[0];
  session.set({ clips });
  return incomplete && state !== 'empty';
}

const FOLLOWS = /** @type {Record<string, string>} */ ({ beats: 'beats', a: 'a', b: 'b', chance: 'chance', 'a/slot': 'jump_a', 'b/slot': 'jump_b' });

/** @param {string} place "track/slot" @param {Partial<Clip>} change */
function setting(place, change) {
  const { clips } = session.get();
  if (place in clips) session.set({ clips: { ...clips, [place]: { ...clips[place], ...change } } });
}

/** @param {string} place "track/slot" @param {'start' | 'end'} edge @param {number} frame */
function loop(place, edge, frame) {
  const { region, source_frames_per_beat: perBeat } = session.get().clips[place] ?? {};
  if (!region) return;
  const [start, end] = edge === 'start' ? [frame, region[1]] : [region[0], frame];
  setting(place, { region: [start, end], beats: perBeat ? (end - start) / perBeat : 0 });
}

/** @param {string} place "track/slot" @param {string} name @param {unknown} value */
function follow(place, name, value) {
  const clip = session.get().clips[place];
  if (clip?.follow) setting(place, { follow: { ...clip.follow, [FOLLOWS[name]]: value } });
}

/** @param {number} track @param {string} name @param {unknown} value */
function mutation(track, name, value) {
  const known = session.get().strips[`track/${track}`]?.mutation;
  if (known) strip(`track/${track}`, { mutation: { ...known, [name]: value } });
}

/** The next variation could not be made: told once, and in the drawer until one is. @param {number} track @param {number} slot @param {string} fault */
function stuck(track, slot, fault) {
  const place = `${track}/${slot}`;
  if (session.get().clips[place]?.fault !== fault) notify('fault', `Track ${track} plays on as it is: ${fault}`);
  setting(place, { fault });
}

/** A section begins on a bar, and this is told right after. @param {number} number counted from 1, 0 = none */
function section(number) {
  const { plan } = session.get();
  const bar = Math.floor((beatAt(performance.now()) + SLACK) / BEATS_PER_BAR) * BEATS_PER_BAR;
  const before = plan.structure.slice(0, Math.max(0, number - 1)).reduce((/** @type {number} */ sum, /** @type {any} */ part) => sum + part.bars, 0);
  session.set({ section: number || null, start: bar - before * BEATS_PER_BAR });
}

/** A stem is whole; one that was named before is counted already. */
function added() {
  const { stems, named } = session.get();
  session.set(named > 0 ? { named: named - 1 } : { stems: stems + 1 });
}

/** @param {number} job @param {Partial<import('./session.js').Job>} change */
export function work(job, change) {
  const { jobs } = session.get();
  const known = jobs[job] ?? { job, kind: '', state: 'running', done: 0, total: 0, text: '', message: '' };
  session.set({ jobs: { ...jobs, [job]: { ...known, ...change } } });
}

/** @param {number} number @param {Partial<import('./session.js').Client>} change */
function client(number, change) {
  const { clients, me } = session.get();
  const known = clients[number] ?? { client: number, name: '', role: '', door: '', tracks: [] };
  session.set({ clients: { ...clients, [number]: { ...known, ...change } } });
  if (number === me.client && change.name) session.set({ me: { ...me, name: change.name } });
}

/** @param {number} number */
function left(number) {
  const { [number]: _, ...clients } = session.get().clients;
  session.set({ clients });
}

/** A rule that returns true asks for the whole state. @type {[RegExp, (path: any[], values: any[]) => unknown][]} */
const RULES = [
  [/^\/track\/(\d+)\/clip\/(\d+)\/state$/, ([track, slot], values) => clip(`${track}/${slot}`, values)],
  [/^\/track\/(\d+)\/clip\/(\d+)\/(mode|legato|choke|warp|quality|transpose|reverse|loop)$/, ([track, slot, name], [value]) => setting(`${track}/${slot}`, { [name]: value })],
  [/^\/track\/(\d+)\/clip\/(\d+)\/loop\/(start|end)\/frame$/, ([track, slot, edge], [frame]) => loop(`${track}/${slot}`, edge, frame)],
  [/^\/track\/(\d+)\/clip\/(\d+)\/follow\/(beats|chance|[ab](?:\/slot)?)$/, ([track, slot, name], [value]) => follow(`${track}/${slot}`, name, value)],
  [/^\/(track\/\d+|bus\/\d+|cue|master)\/(name|gain|pan|mute|solo|cue|output)$/, ([at, name], [value]) => strip(at, { [name]: value })],
  [/^\/(track\/\d+)\/send\/(\d+)$/, ([at, bus], [fader]) => send(at, bus, fader)],
  [/^\/track\/(\d+)\/mutation(?:\/(kind|bars|style|seed))?$/, ([track, name], [value]) => mutation(track, name ?? 'amount', value)],
  [/^\/track\/(\d+)\/clip\/(\d+)\/mutated$/, ([track, slot], [kind, amount, step]) =>
    setting(`${track}/${slot}`, { mutation: amount ? { kind, amount, step } : null, fault: '' })],
  [/^\/track\/(\d+)\/clip\/(\d+)\/mutation\/late$/, ([track]) => notify('note', `Track ${track}: the next variation is late. What plays goes on.`)],
  [/^\/track\/(\d+)\/clip\/(\d+)\/mutation\/failed$/, ([track, slot], values) => stuck(track, slot, values[values.length - 1])],
  [/^\/client\/(\d+)\/joined$/, ([number], [name, role, door]) => client(number, { name, role, door })],
  [/^\/client\/(\d+)\/(name|tracks)$/, ([number, what], [value]) => client(number, { [what]: value })],
  [/^\/client\/(\d+)\/left$/, ([number]) => left(number)],
  [/^\/transport\/running$/, (_, [running]) => transport({ running })],
  [/^\/transport\/tempo$/, (_, [tempo]) => transport({ tempo })],
  [/^\/transport\/quantum$/, (_, [quantum]) => session.set({ quantum })],
  [/^\/arrange\/section$/, (_, [number]) => section(number)],
  [/^\/engine\/state$/, (_, [engine]) => session.set({ engine })],
  [/^\/record\/state$/, (_, [state, path]) => session.set({ recording: state === 'recording' ? path : null })],
  [/^\/track\/(\d+)\/muted$/, ([track], [slot]) =>
    notify('fault', `Track ${track}, slot ${slot} sent a broken sample and was muted. Launch it again, or load another stem.`)],
  [/^\/engine\/overloaded$/, (_, [voices, faded]) =>
    notify('fault', `Too much to play at once: ${voices} voices lost quality, ${faded} faded. Stop something.`)],
  [/^\/engine\/relieved$/, (_, [silent]) =>
    silent ? notify('fault', `There is room again, but ${silent} voices were cut. Launch them again.`) : undefined],
  [/^\/stem\/(\d+)\/(like|reject)$/, ([stem, kind], [value]) => opinion(stem, kind, value)],
  [/^\/stems\/named$/, (_, [count]) => session.set({ stems: session.get().stems + count, named: session.get().named + count })],
  [/^\/stem\/added$/, () => added()],
  [/^\/stem\/quarantined$/, (_, [path, reason]) => session.set({ quarantine: [{ path, reason }, ...session.get().quarantine].slice(0, 50) })],
  [/^\/job\/(\d+)\/progress$/, ([job], [kind, done, total, text, left]) => work(job, { kind, done, total, text, left, told: Date.now(), state: 'running', message: '' })],
  [/^\/job\/(\d+)\/done$/, ([job], [kind, result]) => work(job, { kind, state: 'done', ...outcome(kind, result) })],
  [/^\/job\/(\d+)\/failed$/, ([job], [kind, code, message]) => work(job, { kind, state: code === 'cancelled' ? 'cancelled' : 'failed', code, message })],
];

/**
 * @param {string} address @param {any[]} values
 * @returns {boolean} whether the event does not tell all, so that the whole state must be asked for
 */
export function heed(address, values) {
  for (const [pattern, rule] of RULES) {
    const path = pattern.exec(address);
    if (path) return rule(path.slice(1).map((part) => (/^\d+$/.test(part) ? Number(part) : part)), values) === true;
  }
  return false;
}

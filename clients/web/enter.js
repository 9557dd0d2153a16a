// @ts-check
/** The form for the token that another machine needs. */
import { html, useState } from './vendor/preact.js';
import { takeToken } from './remote.js';
import { session } from './session.js';

/** @param {{word: string}} props what the button says */
export function Enter({ word }) {
  const [token, type] = useState('');
  const [fault, tell] = useState(session.get().barred);
  const [busy, wait] = useState(false);
  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    if (!token.trim() || busy) return;
    wait(true);
    tell(await takeToken(token.trim()));
    wait(false);
  };
  return html`
    <form class="enter" onSubmit=${send}>
      <input type="text" aria-label="Token" placeholder="abcd-efgh-2345-wxyz" autocomplete="off" autocapitalize="none" spellcheck=${false} enterkeyhint="go"
        maxlength="64" value=${token} onInput=${(/** @type {any} */ event) => type(event.target.value)} />
      <button class="main" disabled=${busy || !token.trim()}>${word}</button>
      ${fault ? html`<p class="wrong" role="alert">${fault}</p>` : null}
    </form>`;
}

/** Stands before everything else while nothing lets this device in. */
export const Barred = () => html`
  <div class="lost" role="dialog" aria-label="Token"><h2>Which token lets you in?</h2>
    <p>On the engine’s machine <code>liveengine tokens</code> shows it, or scan the code of <code>liveengine serve --lan</code>.</p>
    <${Enter} word="Let me in" /></div>`;

// @ts-check
/** Pairing: a token is handed over for a cookie that no script can read; it stands in no address that is sent. */

/** As in the link of `liveengine serve --lan`, behind the #, where no server and no log sees it. */
const TOKEN = /^#([a-z2-7]{4}-?){4}$/i;

const hello = new URL('api/v1/hello', new URL('.', location.href));

/** @typedef {{role: string | null, local: boolean}} Greeting `role`: null = a token is asked for; `local`: none is needed */

/** What the daemon lets this device do; undefined while it does not answer. @returns {Promise<Greeting | undefined>} */
export const greet = () => fetch(hello).then((answer) => answer.json()).catch(() => undefined);

/** Hand a token over. @param {string} token @returns {Promise<string>} why it does not count, empty if it does */
export async function enter(token) {
  const headers = { 'content-type': 'application/json' };
  try {
    const answer = await fetch(hello, { method: 'POST', headers, body: JSON.stringify({ token }) });
    if (answer.ok) return '';
    return answer.status === 401 ? 'This token does not count, or no longer.' : (await answer.json()).detail;
  } catch {
    return 'The engine does not answer. Is this device on the same network?';
  }
}

/** Hand over the token of the link, and take it out of the address. @returns {Promise<string>} why it does not count */
export async function enterByLink() {
  if (!TOKEN.test(location.hash)) return '';
  const token = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
  return enter(token);
}

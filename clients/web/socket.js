// @ts-check
/**
 * The WebSocket to the daemon: calls with replies, ordered events, binary meters.
 *
 * It comes back by itself (back-off 0.25-5 s, at once when the page becomes visible or the network returns) and
 * tells when what is shown may be stale.
 */

const HEARTBEAT_MS = 2000;
const SILENCE_MS = 3000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5000;

/** What the daemon or the way to it refused: a stable code and a sentence with the remedy. */
export class Fault extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @typedef {object} Listener
 * @property {(state: any, you: any) => void} state  the whole session and who we are in it, on each connection
 * @property {(address: string, values: any[]) => void} event
 * @property {(frame: Float32Array) => void} meters
 * @property {(status: 'live' | 'lost', rtt: number | null) => void} link  `rtt`: the round trip in ms, when measured
 */

export class Socket {
  /** @param {() => string} url where to connect, asked each time @param {Listener} listener */
  constructor(url, listener) {
    this.url = url;
    this.resting = false;
    this.listener = listener;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {Map<number, {resolve: (value: any) => void, reject: (fault: Fault) => void}>} */
    this.waiting = new Map();
    /** @type {Map<string, unknown>} */
    this.soon = new Map();
    this.id = 0;
    this.seq = -1;
    this.heard = 0;
    this.retry = FIRST_RETRY_MS;
    this.timer = 0;
  }

  /** Connect, and stay connected until the page is closed. */
  open() {
    if (!this.resting) this.connect();
    for (const event of ['pageshow', 'online', 'focus']) addEventListener(event, () => this.wake());
    document.addEventListener('visibilitychange', () => document.hidden || this.wake());
    setInterval(() => this.beat(), HEARTBEAT_MS);
    setInterval(() => this.watch(), 500);
  }

  /**
   * Run the command at `address`; resolves with its reply, rejects with a Fault.
   * @param {string} address @param {unknown[] | Record<string, unknown>} [args]
   * @returns {Promise<any>}
   */
  call(address, args = []) {
    const id = ++this.id;
    return new Promise((resolve, reject) => {
      if (this.socket?.readyState !== WebSocket.OPEN) {
        reject(new Fault('offline', 'Not connected: nothing was sent. The page reconnects by itself.'));
        return;
      }
      this.waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ type: 'call', id, address, args }));
    });
  }

  /**
   * Set a property at the next animation frame; only the latest value of each address is sent.
   * @param {string} address @param {unknown} value @param {(fault: Fault) => void} failed
   */
  set(address, value, failed) {
    if (this.soon.size === 0) requestAnimationFrame(() => this.flush(failed));
    this.soon.set(address, value);
  }

  /** @param {(fault: Fault) => void} failed */
  flush(failed) {
    const values = [...this.soon];
    this.soon.clear();
    for (const [address, value] of values) this.call(address, [value]).catch(failed);
  }

  connect() {
    clearTimeout(this.timer);
    const socket = new WebSocket(this.url());
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (message) => this.received(socket, message.data);
    socket.onclose = () => this.closed(socket);
    this.socket = socket;
    this.heard = performance.now();
  }

  /** @param {WebSocket} socket */
  opened(socket) {
    socket.send(JSON.stringify({ type: 'subscribe', address: '/*' }));
    this.beat();
  }

  /** @param {WebSocket} socket @param {string | ArrayBuffer} data */
  received(socket, data) {
    if (socket !== this.socket) return;
    this.heard = performance.now();
    if (typeof data !== 'string') this.listener.meters(new Float32Array(data));
    else this.dispatch(JSON.parse(data));
  }

  /** @param {any} message */
  dispatch(message) {
    if (message.type === 'state') {
      this.seq = message.seq;
      this.retry = FIRST_RETRY_MS;
      this.listener.state(message.value, message.you);
      this.listener.link('live', null);
    } else if (message.type === 'event') {
      if (message.seq <= this.seq) return; // already part of the state
      this.seq = message.seq;
      this.listener.event(message.address, message.values);
    } else if (message.type === 'pong') this.listener.link('live', performance.now() - message.id);
    else this.answer(message);
  }

  /** @param {any} message */
  answer(message) {
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    if (message.type === 'error') waiting.reject(new Fault(message.code, message.message));
    else waiting.resolve(message.value);
  }

  /** @param {WebSocket} socket */
  closed(socket) {
    if (socket !== this.socket) return;
    this.socket = null;
    this.listener.link('lost', null);
    for (const { reject } of this.waiting.values())
      reject(new Fault('offline', 'The connection broke before the answer came. Look before you try again.'));
    this.waiting.clear();
    if (!this.resting) this.timer = window.setTimeout(() => this.connect(), this.retry);
    this.retry = Math.min(this.retry * 2, LAST_RETRY_MS);
  }

  /** Connect no more, until `renew`. */
  rest() {
    this.resting = true;
    clearTimeout(this.timer);
  }

  /** Connect afresh, as whoever we are now. */
  renew() {
    this.resting = false;
    const old = this.socket;
    this.socket = null;
    old?.close();
    this.retry = FIRST_RETRY_MS;
    this.connect();
  }

  /** Connect at once when there is no connection. */
  wake() {
    if (this.resting) return;
    if (this.socket) {
      this.beat();
      return;
    }
    this.retry = FIRST_RETRY_MS;
    this.connect();
  }

  beat() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ type: 'ping', id: performance.now() }));
  }

  /** Nothing heard for too long, not even meters: drop this connection and start afresh. */
  watch() {
    if (!this.socket || performance.now() - this.heard < SILENCE_MS) return;
    const silent = this.socket;
    this.closed(silent);
    silent.close();
  }
}

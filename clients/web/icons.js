// @ts-check
/** Drawn signs; each is a path in a 24 x 24 box. */
import { html } from './vendor/preact.js';

const PATHS = {
  play: 'M7 4.5v15l13-7.5z',
  stop: 'M6 6h12v12H6z',
  panic: 'M12 2 1.5 21h21zM11 9h2v6h-2zm0 8h2v2h-2z',
  search: 'M10.5 3a7.5 7.5 0 0 1 5.9 12.1l4.8 4.8-1.4 1.4-4.8-4.8A7.5 7.5 0 1 1 10.5 3m0 2a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11',
  live: 'M3 3h5v5H3zm6.5 0h5v5h-5zM16 3h5v5h-5zM3 9.5h5v5H3zm6.5 0h5v5h-5zm6.5 0h5v5h-5zM3 16h5v5H3zm6.5 0h5v5h-5zm6.5 0h5v5h-5z',
  arrange: 'M3 4h8v4H3zm6 6h9v4H9zm-4 6h16v4H5z',
  mixer: 'M5 3h2v8h2v4H7v6H5v-6H3v-4h2zm6 0h2v3h2v4h-2v11h-2V10H9V6h2zm6 0h2v10h2v4h-2v4h-2v-4h-2v-4h2z',
  library: 'M4 4h4v16H4zm6 0h4v16h-4zm6.3.8 3.8-1 4 15.4-3.8 1z',
  heart: 'M12 20.5 4 12.7a5.2 5.2 0 0 1 0-7.4 5.2 5.2 0 0 1 7.3 0l.7.7.7-.7a5.2 5.2 0 0 1 7.3 7.4z',
  plus: 'M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z',
  place: 'M3 3h8v8H3zm1.8 1.8v4.4h4.4V4.8zM13 3h8v8h-8zm1.8 1.8v4.4h4.4V4.8zM3 13h8v8H3zm1.8 1.8v4.4h4.4v-4.4zM13 13h8v8h-8z',
  edit: 'M16.5 3.5l4 4L8 20H4v-4zm-1.4 4.2L6 16.8V18h1.2l9.1-9.1z',
  left: 'M15.5 4 17 5.5 10.5 12l6.5 6.5-1.5 1.5-8-8z',
  right: 'M8.5 4 7 5.5l6.5 6.5L7 18.5 8.5 20l8-8z',
  up: 'M4 15.5 5.5 17l6.5-6.5L18.5 17l1.5-1.5-8-8z',
  down: 'M4 8.5 5.5 7l6.5 6.5L18.5 7 20 8.5l-8 8z',
  close: 'm6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z',
  retry: 'M12 4a8 8 0 0 1 7.4 5H22l-3.8 4.6L14.4 9h2.8A6 6 0 1 0 18 12h2a8 8 0 1 1-8-8',
  render: 'M11 3h2v9l3.5-3.5L18 10l-6 6-6-6 1.5-1.5L11 12zM4 18h16v2.5H4z',
  upload: 'M11 16V7L7.5 10.5 6 9l6-6 6 6-1.5 1.5L13 7v9zM4 18h16v2.5H4z',
  phones: 'M12 3a9 9 0 0 0-9 9v6a3 3 0 0 0 3 3h3v-8H5v-1a7 7 0 0 1 14 0v1h-4v8h3a3 3 0 0 0 3-3v-6a9 9 0 0 0-9-9',
  route: 'M16 3l5 4-5 4V8h-2.5l-3 4 3 4H16v-3l5 4-5 4v-3h-3.5L8.7 13H3v-2h5.7l3.8-5H16z',
  lock: 'M12 2a5 5 0 0 0-5 5v3H5v11h14V10h-2V7a5 5 0 0 0-5-5m-3 8V7a3 3 0 0 1 6 0v3zm2 3h2v5h-2z',
  check: 'M9.5 18.5 3 12l1.5-1.5 5 5 10-10L21 7z',
  keep: 'M6 3h12v18l-6-4.5L6 21zm2 2v12l4-3 4 3V5z',
  split: 'M3 11h6l5-6h7v2h-6l-4.2 5 4.2 5h6v2h-7l-5-6H3z',
  vary: 'M2 13.5c2.2-8.700 6.900-9 10.200-1.400 2.400 5.500 5.600 5.300 7.800-1.600l2 .6c-2.900 9.600-8.300 9.400-11.600 1.800-2.500-5.700-4.900-5.600-6.400 1.100z',
  swap: 'M7 3l5 5-1.4 1.4L8 6.8V20H6V6.8L3.4 9.4 2 8zm10 18-5-5 1.4-1.4 2.6 2.6V4h2v13.2l2.6-2.6L22 16z',
};

/** @param {{name: keyof typeof PATHS}} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}

// @ts-check
/** Files from this device into the library: as stems, or as whole tracks that fall apart into stems. */
import { html, useRef, useState } from './vendor/preact.js';
import { Toggle } from './form.js';
import { Icon } from './icons.js';
import { follow } from './jobs.js';
import { resource } from './remote.js';
import { notify } from './view.js';

const ACCEPT = '.wav,.flac,.aif,.aiff,.ogg,.mp3,audio/*';

/**
 * Send one file. XMLHttpRequest, since fetch tells no progress of what it sends.
 * @param {string} to @param {File} file @param {(share: number) => void} progress
 * @returns {Promise<any>}
 */
function send(to, file, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('file', file);
    const request = new XMLHttpRequest();
    request.open('POST', resource(to));
    request.responseType = 'json';
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve(request.response) : reject(new Error(request.response?.detail ?? request.statusText)));
    request.onerror = () => reject(new Error('The connection broke. Try again when the page is connected.'));
    request.send(form);
  });
}

export function Upload() {
  const input = useRef(/** @type {any} */ (null));
  const [busy, setBusy] = useState(/** @type {{name: string, share: number} | null} */ (null));
  const [over, setOver] = useState(false);
  const [whole, part] = useState(false);
  /** @param {FileList | File[]} files */
  const take = async (files) => {
    for (const file of files) {
      setBusy({ name: file.name, share: 0 });
      await send(whole ? '/upload/track' : '/upload', file, (share) => setBusy({ name: file.name, share }))
        .then((accepted) => follow(accepted, whole ? 'separate' : 'ingest'))
        .catch((/** @type {Error} */ error) => notify('fault', `${file.name}: ${error.message}`));
    }
    setBusy(null);
  };
  /** @param {DragEvent} event */
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files ?? []);
  };
  return html`
    <div class="upload ${over ? 'over' : ''}" onDragOver=${(/** @type {Event} */ event) => (event.preventDefault(), setOver(true))} onDragLeave=${() => setOver(false)} onDrop=${drop}>
      <input ref=${input} type="file" multiple accept=${ACCEPT} hidden aria-label="Files to add" onChange=${(/** @type {any} */ event) => take(event.target.files)} />
      <button onClick=${() => input.current.click()} disabled=${busy !== null}><${Icon} name="upload" />${busy ? busy.name : 'Add audio files'}</button>
      <p>${busy ? `${Math.round(busy.share * 100)} % sent` : 'or drop them here: WAV, FLAC, AIFF, OGG, MP3'}</p>
      <${Toggle} label="Whole tracks: take them apart" value=${whole} change=${part} />
      ${busy ? html`<div class="track"><i style=${{ transform: `scaleX(${busy.share})` }}></i></div>` : null}
    </div>`;
}

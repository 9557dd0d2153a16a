// @ts-check
/** A whole track, or any stem, falls apart into vocals, drums, bass and other: into the library, and into a scene. */
import { html, useState } from './vendor/preact.js';
import { Pick } from './form.js';
import { Icon } from './icons.js';
import { follow } from './jobs.js';
import { Acts, Why } from './may.js';
import { ask } from './remote.js';
import { session } from './session.js';
import { notify } from './view.js';
import { useWork } from './wish.js';

/** The parts of a track, each in a slot of its own. */
const PARTS = 4;

/** The first scene that has room for them. @param {ReturnType<typeof session.get>} state @returns {number} counted from 1, 0 = none */
function free({ clips, tracks, scenes }) {
  for (let scene = 1; scene <= scenes; scene += 1)
    if (Object.keys(clips).filter((key) => key.endsWith(`/${scene}`)).length + PARTS <= tracks) return scene;
  return 0;
}

/** @param {{stem: number}} props */
export function Apart({ stem }) {
  const scenes = session.use((state) => state.scenes);
  const [scene, choose] = useState(() => free(session.get()));
  const [busy, run] = useWork();
  const choices = [[0, 'the library alone'], ...Array.from({ length: scenes }, (_, index) => [index + 1, `scene ${index + 1}`])];
  const part = () => run('separate', () => ask('/separate', { stem, ...(scene && { scene }) }).then((accepted) => {
    follow(accepted, 'separate');
    if (accepted) notify('note', 'It is being taken apart. The Library pane tells how far it is.');
  }));
  return html`
    <h3>Take it apart</h3>
    <${Why} need="arrange" what="Taking a stem apart" />
    <${Acts} need="arrange">
    <div class="make">
      <${Pick} label="Where its parts go" value=${scene} choices=${choices} change=${choose} />
      <button disabled=${busy !== ''} onClick=${part}><${Icon} name="split" />Into four</button>
    </div><//>`;
}

// @ts-check
/** One value that components watch: a component is drawn again only when the part that it selects has changed. */
import { useLayoutEffect, useRef, useState } from './vendor/preact.js';

/**
 * @template {object} T
 * @param {T} initial
 */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<() => void>} */
  const watchers = new Set();

  const get = () => state;

  /** @param {Partial<T>} patch */
  const set = (patch) => {
    state = { ...state, ...patch };
    for (const watcher of [...watchers]) watcher();
  };

  /**
   * Hook: the selected part, kept up to date.
   * @template S
   * @param {(state: T) => S} select
   * @returns {S}
   */
  const use = (select) => {
    const [, redraw] = useState({});
    const value = select(state);
    const latest = useRef({ select, value });
    latest.current = { select, value };
    useLayoutEffect(() => {
      const check = () => {
        const { select: current, value: drawn } = latest.current;
        if (!Object.is(current(state), drawn)) redraw({});
      };
      watchers.add(check);
      check();
      return () => void watchers.delete(check);
    }, []);
    return value;
  };

  /** @param {() => void} watcher */
  const watch = (watcher) => {
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  };

  return { get, set, use, watch };
}

// @ts-check
/** One luminous hue per category: it marks the sound wherever it appears. */

export const CATEGORIES = ['kick', 'snare', 'hihat', 'percussion', 'bass', 'synth', 'vocal', 'atmo', 'fx'];

/** The class that sets `--hue` (style/base.css). @param {string} category */
export const hue = (category) => `hue hue-${CATEGORIES.includes(category) || category === 'drums' ? category : 'other'}`;

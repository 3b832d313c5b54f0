/** The channels between preload and main: the whole of what a window can say to the main process. */

/** window → main, no arguments: the page has loaded and listens for its engine port. */
export const WINDOW_READY = 'parallax:window-ready';
/** main → window, with one MessagePort. */
export const ENGINE_PORT = 'parallax:engine-port';

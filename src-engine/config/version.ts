import manifest from '../../package.json' with { type: 'json' };

/** This Parallax's own version, from its package. */
export const VERSION: string = manifest.version;

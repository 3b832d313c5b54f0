/** `npm run boundaries`: who may import whom. */
import './node-version.mjs';
import { fileURLToPath } from 'node:url';

const { checkBoundaries } = await import('./boundaries/boundaries.ts');
process.exitCode = checkBoundaries(fileURLToPath(new URL('..', import.meta.url)));

/** Electron's entry: where the built parts lie; all else is in app-lifecycle.ts. */
import { join } from 'node:path';
import { runApp } from './app-lifecycle.ts';

const out = join(import.meta.dirname, '..');

runApp({
  engine: join(out, 'main', 'engine.js'),
  preload: join(out, 'preload', 'preload.cjs'),
  windowDir: join(out, 'renderer'),
  resourcesDir: join(out, '..', 'resources'),
});

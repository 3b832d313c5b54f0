/** Electron's entry: where the built parts lie; all else is in app-lifecycle.ts. */
import { app } from 'electron';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runApp } from './app-lifecycle.ts';

const out = join(import.meta.dirname, '..');

runApp({
  engine: join(out, 'main', 'engine.js'),
  link: join(out, 'main', 'remote.js'),
  // Unpackaged, the second argument is the application's folder.
  args: process.argv.slice(app.isPackaged ? 1 : 2),
  preload: join(out, 'preload', 'preload.cjs'),
  windowDir: join(out, 'renderer'),
  resourcesDir: join(out, '..', 'resources'),
  manifest: JSON.parse(readFileSync(join(out, '..', 'package.json'), 'utf8')),
});

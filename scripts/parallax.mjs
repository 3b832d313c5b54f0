#!/usr/bin/env node
/** The command line: `parallax COMMAND` where npm installed it, `npm run -s parallax -- COMMAND` in this folder. */
import './node-version.mjs';

const { enableCompileCache } = await import('node:module');
const { COMPILE_CACHE } = await import('./start/run.ts');
enableCompileCache(COMPILE_CACHE);
const { prepare } = await import('./start/prepare.ts');
if (await prepare(process.argv.slice(2))) await import('../src-engine/entry/cli.ts');
else process.exitCode = 1;

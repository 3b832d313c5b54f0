import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { COMPILE_CACHE } from './scripts/start/run.ts';
import LongestFirst from './scripts/test/longest-first.ts';
import { SPARING } from './src-engine/testing/sparing.ts';
import { PATIENCE_MS } from './src-engine/testing/until.ts';

/** Files that change what others of their process would see: spies on shared classes, the double of Electron, globals. */
const ALONE = [
  'src-main/**/*.test.ts',
  'src-engine/assembly/no-live-orders.test.ts',
  'src-engine/lab/jobs.test.ts',
  'src-engine/backtest/sweep/remote/*.test.ts',
  'src-engine/secrets/*.test.ts',
  'src-renderer/engine/*.test.ts',
  'bench/way/*.test.ts',
];
/** The product's own engines as processes, whose watchdogs count seconds: they run when nothing else does. */
const PROCESSES = ['scripts/trials*.test.ts', 'scripts/canary.test.ts'];
const ALL = ['src-*/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'];

// For the processes and threads that tests start: from the environment of vitest's own processes, since threads read it there.
process.env['NODE_COMPILE_CACHE'] ??= COMPILE_CACHE;

// Claims of accounts by engines of tests are none of this user's own engines.
process.env['XDG_STATE_HOME'] = join(tmpdir(), `parallax-test-state-${process.getuid?.() ?? ''}`);

export default defineConfig({
  resolve: {
    // Importing the real one in plain Node starts a download and throws.
    alias: { electron: fileURLToPath(new URL('src-main/testing/electron-double.ts', import.meta.url)) },
  },
  test: {
    // Nets against hanging: no test depends on how fast its machine is (src-engine/testing/until.ts).
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: PATIENCE_MS, interval: 25 } },
    maxWorkers: 2,
    execArgv: [...SPARING],
    globalSetup: './src-engine/testing/postgres-of-run.ts',
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE } },
      // A process for each file costs more than most files do: these share one after another.
      {
        extends: true,
        test: { name: 'together', include: ALL, exclude: [...ALONE, ...PROCESSES], isolate: false },
      },
      { extends: true, test: { name: 'processes', include: PROCESSES } },
    ],
  },
});

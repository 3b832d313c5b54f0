/** How the desktop is built: the main process and the engine's entries, the preload, the window. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';
import window from './src-renderer/vite.config.ts';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node24',
      // The few functions of it that the command line uses: a package of Parallax has no other part of it.
      externalizeDeps: { exclude: ['viem'] },
      rolldownOptions: {
        input: {
          main: source('src-main/main.ts'),
          engine: source('src-engine/entry/utility.ts'),
          remote: source('src-engine/entry/remote.ts'),
          watchdog: source('src-engine/entry/watchdog.ts'),
          cli: source('src-engine/entry/cli.ts'),
          'exchange-worker': source('src-engine/venues/local-exchange/worker.ts'),
          'sweep-worker': source('src-engine/backtest/sweep/sweep-worker.ts'),
          'lab-worker': source('src-engine/lab/lab-worker.ts'),
          'replay-worker': source('src-engine/lab/replay-worker.ts'),
          'library-worker': source('src-engine/backtest/library/library-worker.ts'),
          'bus-worker': source('src-engine/bus/bus-worker.ts'),
          'bot-worker': source('src-engine/ops-bot/bot-worker.ts'),
          'round-worker': source('src-engine/intelligence/round-worker.ts'),
          'reading-worker': source('src-engine/reading/reading-worker.ts'),
          'listing-worker': source('src-engine/assembly/listing-worker.ts'),
          'own-strategy-worker': source('src-engine/assembly/own-strategy-worker.ts'),
          'perpetuals-worker': source('src-engine/assembly/perpetuals-worker.ts'),
          'sqlite-worker': source('src-engine/storage/writer/sqlite-worker.ts'),
          'sync-worker': source('src-engine/storage/intents/sync-worker.ts'),
          'postgres-worker': source('src-engine/storage/writer/postgres-worker.ts'),
        },
        // Beside the entries: shared code finds the worker and the window from where it lies.
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload is one CommonJS file that can require nothing but Electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: source('src-main/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: window,
});

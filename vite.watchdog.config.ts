/** How the watchdog of a packaged desktop is built: one file with all it needs, for a plain Node beside the archive. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: path('src-engine/entry/watchdog.ts'),
    outDir: path('out/watchdog'),
    emptyOutDir: true,
    target: 'node24',
    rolldownOptions: { output: { entryFileNames: 'watchdog.mjs', codeSplitting: false } },
  },
});

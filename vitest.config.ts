import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './src-engine/testing/until.ts';

export default defineConfig({
  resolve: {
    // Importing the real one in plain Node starts a download and throws.
    alias: { electron: fileURLToPath(new URL('src-main/testing/electron-double.ts', import.meta.url)) },
  },
  test: {
    include: ['src-*/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    // Nets against hanging: no test depends on how fast its machine is (src-engine/testing/until.ts).
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: PATIENCE_MS, interval: 10 } },
    // Two workers on two cores: the tests that start real servers and databases stay within their bounds.
    maxWorkers: 2,
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Importing the real one in plain Node starts a download and throws.
    alias: { electron: fileURLToPath(new URL('src-main/testing/electron-double.ts', import.meta.url)) },
  },
  test: {
    include: ['src-*/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two workers on two cores: the tests that start real servers and databases stay within their bounds.
    maxWorkers: 2,
  },
});

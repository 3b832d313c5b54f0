/** How the gallery of components is built: a page for eyes and for screenshots, and no part of what users get. */
import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vite';
import shared from './vite.config.ts';

export default mergeConfig(
  shared,
  defineConfig({
    build: {
      outDir: '../out/gallery',
      rolldownOptions: { input: fileURLToPath(new URL('./gallery/gallery.html', import.meta.url)) },
    },
  }),
);

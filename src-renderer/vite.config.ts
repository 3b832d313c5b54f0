/** How the window is built. The desktop's build and plain `vite build` share it. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that the window may be served from any path and from the desktop's own protocol.
  base: './',
  plugins: [react()],
  build: {
    // In full: the desktop's build takes a relative one from the working folder, plain `vite build` from the root.
    outDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    emptyOutDir: true,
    minify: true,
    target: 'es2024',
    // The page's policy allows no data: addresses but for images, and no inline script.
    assetsInlineLimit: 0,
    // One local file: splitting it would only delay the first picture.
    chunkSizeWarningLimit: 2_000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: fileURLToPath(new URL('./index.html', import.meta.url)),
        docs: fileURLToPath(new URL('./docs.html', import.meta.url)),
        popout: fileURLToPath(new URL('./popout.html', import.meta.url)),
        api: fileURLToPath(new URL('./api.html', import.meta.url)),
      },
    },
  },
});

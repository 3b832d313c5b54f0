/**
 * The window in a browser while working on it. /testing/preview.html runs it against made-up data; / runs it against
 * an engine started by `serve`, whose address goes into PARALLAX_ENGINE; /gallery/gallery.html shows every component in
 * every state.
 */
import { defineConfig, mergeConfig } from 'vite';
import shared from './vite.config.ts';

const engine = process.env['PARALLAX_ENGINE'] ?? 'http://127.0.0.1:4777';

export default mergeConfig(
  shared,
  defineConfig({
    server: {
      host: '127.0.0.1',
      proxy: { '/ws': { target: engine, ws: true, changeOrigin: true, rewriteWsOrigin: true } },
    },
  }),
);

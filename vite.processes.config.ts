/**
 * How the processes beside the engine are built, each in one file with all it needs: a plain Node runs them, and reads nothing but them. A
 * process of ccxt loads the class that it serves from where ccxt lies, one of ONNX its runtime.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: path('out/processes'),
    emptyOutDir: true,
    target: 'node24',
    rolldownOptions: {
      input: {
        ccxt: path('src-engine/venues/ccxt/process/main.ts'),
        pools: path('src-engine/venues/uniswap/process/main.ts'),
        wallet: path('src-engine/venues/uniswap/wallet/main.ts'),
        onnx: path('src-engine/onnx/process/main.ts'),
      },
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});

/** The command line: `npm run -s parallax -- COMMAND`. */
import './node-version.mjs';

await import('../src-engine/entry/cli.ts');

/** `npm test` */
import './node-version.mjs';

const { runAllTests } = await import('./test/run-all.ts');
process.exitCode = await runAllTests();

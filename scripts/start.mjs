/** `npm start [-- --browser] [options of serve]` */
import './node-version.mjs';

const { start } = await import('./start/start.ts');
process.exitCode = await start(process.argv.slice(2));

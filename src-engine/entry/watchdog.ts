/** The watchdog, a process of its own: it must outlive the engine, and what ends the engine from a terminal. */
import { lineText } from '../lib/terminal-text.ts';
import { watch } from '../watchdog/watch.ts';

// It ends with its engine: when that one says so, or when its orders are canceled.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Nobody may be left to read.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

await watch({
  input: process.stdin,
  say: (message) => process.stdout.write(`${JSON.stringify(message)}\n`),
  note: (text) => process.stderr.write(`${lineText(text)}\n`),
});
process.exit(0);

/**
 * A real engine in a process of its own, for what must be measured from outside: `node bench/engine-child.ts '<json>'`.
 * Prints how it stands, a JSON line a second, and ends when its standard input does.
 */
import { createEngine } from '../src-engine/assemble.ts';
import { engineHealth, engineStatus } from '../src-engine/contract/records.ts';

export type ChildOptions = {
  readonly dataDir: string;
  readonly profile: 'demo' | 'paper';
  readonly exchangeUrl?: string;
  readonly venueUrls?: Readonly<Record<string, { readonly rest: string; readonly stream: string }>>;
  readonly maxInstruments?: number;
  readonly venues?: readonly string[];
};

const options = JSON.parse(process.argv[2] ?? '{}') as ChildOptions;
const running = await createEngine({ ...options, note: (text) => process.stderr.write(`${text}\n`) });
const timer = setInterval(() => {
  const status = engineStatus.parse(running.engine.readView('status', {}));
  const health = engineHealth.optional().parse(running.engine.readView('health', {}));
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ status, health, cpuUs: user + system })}\n`);
}, 1_000);
process.stdin.resume();
process.stdin.on('end', () => {
  clearInterval(timer);
  void running.stop().then(() => process.exit(0));
});

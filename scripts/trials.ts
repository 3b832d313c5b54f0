/**
 * `npm run trials -- --kill 1000 [--json]`: an engine trades on the local exchange over real sockets, and is killed in the
 * middle of its orders again and again. The exchange's own log says whether anything came after the acknowledgement.
 */
import { parseArgs } from 'node:util';
import type { EngineEvent } from '../src-engine/domain/event.ts';
import { SeededRandom } from '../src-engine/lib/random.ts';
import { LiveEngine, TRADER } from '../src-engine/testing/live-engine.ts';

const MAX_TRIALS = 100_000;
/** So long after a verified kill nothing may come. */
const WATCHED_MS = 150;
const PATIENCE_MS = 60_000;
const KILLS_AN_ACCOUNT = 5;
/** Longest way of an order over loopback. */
const IN_FLIGHT_MS = 20;
const MID_CYCLE: ReadonlySet<string> = new Set(['orderCreated', 'orderAccepted', 'orderFilled']);

const { values } = parseArgs({
  options: { kill: { type: 'string', default: '10' }, json: { type: 'boolean', default: false } },
});
const trials = Number(values.kill);
if (!Number.isSafeInteger(trials) || trials < 1 || trials > MAX_TRIALS) {
  process.stderr.write(
    `trials: --kill: "${values.kill}" is not a whole number from 1 to ${MAX_TRIALS}. Write for example --kill 100.\n`,
  );
  process.exit(2);
}

const random = new SeededRandom(1);
const verifiedMs: number[] = [];
const violations: string[] = [];
let latestMs = 0;

/** Resolves within the very step in which the fact is told. */
function when(engine: LiveEngine, fits: (event: EngineEvent) => boolean, act: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing came within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    engine.onEvent = (event) => {
      if (!fits(event)) return;
      engine.onEvent = () => undefined;
      clearTimeout(timer);
      act();
      resolve();
    };
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function killOnce(engine: LiveEngine, trial: number): Promise<void> {
  const { clock, exchange } = engine;
  const placed = (): number => exchange.log.entries.filter(({ kind }) => kind === 'placed').length;
  // In the middle of a cycle: some of its orders on their way, some done, some not yet made.
  let skip = random.integer(0, 3);
  await when(
    engine,
    ({ type }) => MID_CYCLE.has(type) && skip-- === 0,
    () => undefined,
  );
  const killedUs = clock.nowUs();
  const verified = when(
    engine,
    ({ type }) => type === 'killVerified',
    () => verifiedMs.push((clock.nowUs() - killedUs) / 1_000),
  );
  engine.command({ type: 'kill', reason: `trial ${trial}` });
  await engine.runner.settled();
  const acknowledgedUs = clock.nowUs();
  await verified;
  const before = placed();
  await pause(WATCHED_MS);
  if (placed() !== before) violations.push(`trial ${trial}: an order came after the kill was verified`);
  // What had left before the kill may still arrive: how much later is told, and more than that is a breach.
  for (const { kind, atUs } of exchange.log.entries) {
    if (kind !== 'placed' || atUs <= acknowledgedUs) continue;
    const lateMs = (atUs - acknowledgedUs) / 1_000;
    latestMs = Math.max(latestMs, lateMs);
    if (lateMs > IN_FLIGHT_MS)
      violations.push(`trial ${trial}: an order came ${lateMs} ms after the acknowledgement`);
  }
  const open = exchange.accounts.byKey(TRADER.key)?.openOrders.size ?? 0;
  if (open > 0) violations.push(`trial ${trial}: ${open} orders are open after a verified kill`);
  engine.command({ type: 'rearm' });
  engine.command({ type: 'resume' });
}

for (let trial = 1; trial <= trials; ) {
  // A kill leaves what a cycle held where it was: an account that has seen many has nothing left to begin with.
  const engine = await LiveEngine.start(trial);
  try {
    for (let k = 0; k < KILLS_AN_ACCOUNT && trial <= trials; k++) await killOnce(engine, trial++);
  } finally {
    await engine.stop();
  }
}
verifiedMs.sort((a, b) => a - b);
const quantile = (share: number): number =>
  Number(
    (verifiedMs[Math.min(verifiedMs.length - 1, Math.floor(verifiedMs.length * share))] ?? 0).toFixed(1),
  );
const told = {
  trials,
  violations,
  latestArrivalMs: Number(latestMs.toFixed(2)),
  verifiedMs: { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) },
};
process.stdout.write(
  values.json
    ? `${JSON.stringify(told)}\n`
    : `${trials} kills: ${violations.length} violations; verified empty after ${told.verifiedMs.p50} ms (p99 ${told.verifiedMs.p99}, longest ${told.verifiedMs.max})\n${violations.join('\n')}`,
);
process.exitCode = violations.length === 0 ? 0 : 1;

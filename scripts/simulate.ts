/**
 * `npm run simulate -- --seeds 1000 --from 1 [--venues kraken,binance] [--quotes BTC/USDT@simulated>sim-binance] [--strategy] [--fails-leg] [--json]`:
 * the whole engine against local exchanges under a made clock, seed by seed, on all cores (`--workers N`: on so many). `--seed N` runs one and prints its story. Exit
 * code 1 when something that must hold did not.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { MAKER_SETTINGS } from '../src-engine/domain/maker-settings.ts';
import { faultsOf } from '../src-engine/simulation/fault-plan.ts';
import { type SeedResult, simulate } from '../src-engine/simulation/simulate.ts';
import { ONE_VENUE } from '../src-engine/simulation/world.ts';
import { FACES, type FaceName } from '../src-engine/venues/local-exchange/face-names.ts';

/** What a worker is asked: one seed of a world; it answers with the result, or with what it fell over. */
type Asked = World & { readonly seed: number };
/** Of all seeds of a run. */
type World = {
  readonly venues: readonly FaceName[];
  readonly quotes: string;
  readonly hasStrategy: boolean;
  /** One leg of each route fails, every time. */
  readonly failsLeg: boolean;
};
type Answer = { readonly result: SeedResult } | { readonly seed: number; readonly error: string };

const MAX_SEEDS = 10_000_000;
/** Failing seeds that are listed; each reproduces alone. */
const MAX_LISTED = 100;

function wholeNumber(name: string, text: string, min: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= min && value <= MAX_SEEDS) return value;
  process.stderr.write(
    `simulate: --${name}: "${text}" is not a whole number from ${min} to ${MAX_SEEDS}. Write for example --${name} 100.\n`,
  );
  process.exit(2);
}

/** Venues by their names, each once. Ends the process with one line when one is not known. */
function venuesOf(text: string): readonly FaceName[] {
  const names = text.split(',').map((name) => name.trim());
  const known = names.flatMap((name) => FACES.find((face) => face === name) ?? []);
  if (known.length === names.length && new Set(known).size === names.length) return known;
  process.stderr.write(
    `simulate: --venues: "${text}" is not a list of different venues out of ${FACES.join(', ')}. Write for example --venues ${FACES.join(',')}.\n`,
  );
  process.exit(2);
}

/** Quoted markets as the setting has them. Ends the process with one line when they are none. */
function quotesOf(text: string): string {
  if (MAKER_SETTINGS.makerMarkets.pattern.test(text)) return text;
  process.stderr.write(
    `simulate: --quotes: "${text}" is no list of quoted markets. Write for example --quotes ${MAKER_SETTINGS.makerMarkets.example}.\n`,
  );
  process.exit(2);
}

async function runOne({ seed, ...world }: Asked): Promise<number> {
  const print = (line: string): boolean => process.stdout.write(`${line}\n`);
  const { violations, faults, crashes, digest } = await simulate(seed, { ...world, print });
  const list = faults.map(({ atUs, fault }) => `${(atUs / 1e6).toFixed(1)} s ${fault}`).join(', ');
  process.stdout.write(`seed ${seed}: ${list}; ${crashes} crashes; digest ${digest}\n`);
  for (const violation of violations) process.stdout.write(`VIOLATION: ${violation}\n`);
  return violations.length === 0 ? 0 : 1;
}

type Run = World & { readonly from: number; readonly seeds: number; readonly workers: number };

/** The seeds over the cores, one at a time each; results in any order. */
async function runMany(
  { from, seeds, workers, ...world }: Run,
  take: (answer: Answer) => void,
): Promise<void> {
  let next = from;
  const end = from + seeds;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL(import.meta.url));
    while (next < end) {
      const seed = next++;
      take(
        await new Promise<Answer>((resolve) => {
          worker.once('message', resolve);
          worker.postMessage({ seed, ...world } satisfies Asked);
        }),
      );
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(seeds, workers) }, work));
}

/** The options as written. Ends the process with one line when one is unknown or lacks its value. */
function options() {
  try {
    return parseArgs({
      options: {
        seeds: { type: 'string', default: '100' },
        from: { type: 'string', default: '1' },
        seed: { type: 'string' },
        venues: { type: 'string', default: ONE_VENUE.join(',') },
        quotes: { type: 'string', default: '' },
        strategy: { type: 'boolean', default: false },
        'fails-leg': { type: 'boolean', default: false },
        workers: { type: 'string', default: String(availableParallelism()) },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/\.?(?:\n|\. |$)/);
    process.stderr.write(
      `simulate: ${problem}. Give --seeds N, --from N, --venues A,B, --quotes MARKETS, --strategy, --fails-leg, --workers N and --json, or --seed N for the events of one.\n`,
    );
    process.exit(2);
  }
}

async function main(): Promise<number> {
  const values = options();
  if (values.seed !== undefined && values.json) {
    process.stderr.write(
      'simulate: --json: the story of one --seed is text. Write --seeds 1 --from N --json.\n',
    );
    process.exit(2);
  }
  const venues = venuesOf(values.venues);
  const quotes = quotesOf(values.quotes);
  const hasStrategy = values.strategy;
  const failsLeg = values['fails-leg'];
  if (failsLeg && venues.length < 2) {
    process.stderr.write(
      `simulate: --fails-leg: one venue has no routes. Write for example --venues ${FACES.slice(0, 2).join(',')} --fails-leg.\n`,
    );
    process.exit(2);
  }
  if (failsLeg && hasStrategy) {
    process.stderr.write(
      'simulate: --fails-leg: accounts are not armed then, and a strategy trades armed ones. Leave one of both out.\n',
    );
    process.exit(2);
  }
  const world = { venues, quotes, hasStrategy, failsLeg };
  if (values.seed !== undefined) return runOne({ seed: wholeNumber('seed', values.seed, 0), ...world });
  const seeds = wholeNumber('seeds', values.seeds, 1);
  const from = wholeNumber('from', values.from, 0);
  const workers = wholeNumber('workers', values.workers, 1);
  const kinds = failsLeg ? [] : faultsOf(venues.length, venues.length > 1);
  const faults: Record<string, number> = Object.fromEntries(kinds.map((fault) => [fault, 0]));
  const sums = {
    events: 0,
    crashes: 0,
    orders: 0,
    fills: 0,
    tradedOn: 0,
    rested: 0,
    quoted: 0,
    ofStrategies: 0,
    uneven: 0,
  };
  const unwantedMs = { calm: 0, any: 0 };
  const nakedMs = { calm: 0, any: 0, routes: 0 };
  const violations: { readonly seed: number; readonly violations: readonly string[] }[] = [];
  let failed = 0;
  const began = performance.now();
  await runMany({ from, seeds, workers, ...world }, (answer) => {
    if ('error' in answer) {
      failed++;
      if (violations.length < MAX_LISTED) violations.push({ seed: answer.seed, violations: [answer.error] });
      return;
    }
    const { result } = answer;
    sums.events += result.events;
    sums.crashes += result.crashes;
    sums.orders += result.orders;
    sums.fills += result.fills;
    sums.tradedOn += result.tradedOn;
    sums.rested += result.rested;
    sums.quoted += result.quoted;
    sums.ofStrategies += result.ofStrategies;
    sums.uneven += result.uneven;
    unwantedMs.calm = Math.max(unwantedMs.calm, result.unwantedMs.calm);
    unwantedMs.any = Math.max(unwantedMs.any, result.unwantedMs.any);
    for (const key of ['calm', 'any', 'routes'] as const)
      nakedMs[key] = Math.max(nakedMs[key], result.nakedMs[key]);
    const { failingLeg } = result;
    if (failingLeg !== undefined)
      faults[failingLeg.failure] = (faults[failingLeg.failure] ?? 0) + failingLeg.orders;
    for (const { fault } of result.faults) faults[fault] = (faults[fault] ?? 0) + 1;
    if (result.violations.length === 0) return;
    failed++;
    if (violations.length < MAX_LISTED) violations.push({ seed: result.seed, violations: result.violations });
  });
  const eventsPerSecond = Math.round((sums.events / (performance.now() - began)) * 1_000);
  violations.sort((a, b) => a.seed - b.seed);
  const summary = {
    venues,
    seeds,
    from,
    ...sums,
    unwantedMs,
    nakedMs,
    failed,
    faults,
    violations,
    eventsPerSecond,
  };
  const unwanted =
    quotes === undefined || quotes === ''
      ? ''
      : `, of which one stood for ${Math.round(unwantedMs.calm)} ms after nothing was to be quoted (${Math.round(unwantedMs.any)} ms under a fault), and a fill was open for ${Math.round(nakedMs.calm)} ms (${Math.round(nakedMs.any)} ms under a fault)`;
  const uneven =
    nakedMs.routes > 0
      ? `, legs of ${sums.uneven} routes were uneven, for ${Math.round(nakedMs.routes)} ms at most`
      : '';
  process.stdout.write(
    values.json
      ? `${JSON.stringify(summary)}\n`
      : [
          `${seeds} seeds from ${from}: ${sums.events} events, ${sums.orders} orders, ${sums.fills} fills, ${sums.crashes} crashes, ${sums.tradedOn} orders at a venue untouched while another was struck, ${sums.rested} orders that rested, ${sums.quoted} records of quotes${sums.ofStrategies > 0 ? `, ${sums.ofStrategies} orders of a strategy` : ''}${unwanted}${uneven}, ${eventsPerSecond} events/s`,
          `faults: ${Object.entries(faults)
            .map(([fault, count]) => `${fault} ${count}`)
            .join(', ')}`,
          ...violations.map(({ seed, violations: found }) => `seed ${seed}: ${found.join('; ')}`),
          failed === 0
            ? 'all held'
            : `${failed} seeds FAILED; npm run simulate -- --seed N --venues ${venues.join(',')}${failsLeg ? ' --fails-leg' : ''} prints the events of one`,
          '',
        ].join('\n'),
  );
  return failed === 0 ? 0 : 1;
}

if (isMainThread) process.exitCode = await main();
else {
  parentPort?.on('message', ({ seed, venues, quotes, hasStrategy }: Asked) => {
    simulate(seed, { venues, quotes, hasStrategy }).then(
      (result) => parentPort?.postMessage({ result } satisfies Answer),
      (error: unknown) => {
        const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
        parentPort?.postMessage({ seed, error: problem } satisfies Answer);
      },
    );
  });
}

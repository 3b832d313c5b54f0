/**
 * Who may import whom. Every room names what it may reach; everything else of ours is forbidden, and so are
 * cycles. Tests reach further: they put things together.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The kernel's rooms, in the order in which a book update walks through them. */
const WAY = ['books', 'detection', 'portfolio', 'inventory', 'strategies', 'risk', 'execution'];

const PORTS = [
  'venues/venue-adapter.ts',
  'venues/venue-account.ts',
  'venues/market-feed.ts',
  'venues/network.ts',
  'venues/perpetual-source.ts',
  'execution/order-venue.ts',
];

/** One venue each, which knows no other. */
const VENUE_FOLDERS = [
  'binance',
  'bitfinex',
  'bitget',
  'bitstamp',
  'bybit',
  'ccxt',
  'coinbase',
  'cryptocom',
  'gate',
  'gemini',
  'htx',
  'kraken',
  'kucoin',
  'mexc',
  'okx',
  'poloniex',
  'uniswap',
  'upbit',
];

/** By room, relative to src-engine: what it may import besides itself, `domain` and `lib`. */
const ENGINE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  statistics: [],
  ...Object.fromEntries(WAY.map((room, index) => [room, WAY.slice(0, index)])),
  features: ['statistics'],
  models: [],
  strategies: ['features', 'statistics'],
  // Agents that vote: their scores become probabilities by what came of them.
  'strategies/ensemble': ['features', 'models', 'statistics', 'strategies'],
  // Targets, bands and what signals were worth.
  'strategies/rebalancing': ['features', 'models', 'statistics', 'strategies'],
  // Not behind the strategy port, which sees closed bars: a quote is priced on the hedge's ladder.
  'strategies/maker-taker': ['books', 'detection'],
  // A strategy beside its exact book: fills of a ladder, payments of a perpetual.
  'strategies/carry': ['books', 'features', 'strategies'],
  // Carries out what a strategy wants: reads books and the fees of a fill, and hosts the strategy.
  'strategies/session': ['books', 'detection', 'features', 'strategies'],
  // A scorer's answer is summed up and calibrated as its training did.
  kernel: [...WAY, 'models/calibration.ts', 'models/linear-score.ts'],
  runner: ['kernel', 'risk/check.ts', ...PORTS],
  'venues/market-feed.ts': [],
  'venues/network.ts': [],
  'venues/perpetual-source.ts': [],
  // Of the watchdog as well: it reaches no keychain.
  'venues/web-network.ts': ['venues/network.ts'],
  // An account through ccxt, and a wallet, are canceled in processes of their own, whose key comes from the watchdog's own start.
  'venues/watchdog-network.ts': [
    'venues/network.ts',
    'venues/web-network.ts',
    'venues/ccxt/process-network.ts',
    'venues/uniswap/address.ts',
    'venues/uniswap/launch.ts',
  ],
  // Pools of a chain are read through an endpoint that is a secret: it goes from its store to the process that uses it.
  'venues/system-network.ts': [
    'venues/network.ts',
    'venues/web-network.ts',
    'venues/ccxt/process-network.ts',
    'venues/uniswap/address.ts',
    'venues/uniswap/endpoint.ts',
    'venues/uniswap/launch.ts',
    'secrets/secret-store.ts',
  ],
  'venues/toolkit': ['books/continuity.ts', ...PORTS],
  'venues/capture': ['books'],
  'venues/venue-account.ts': [
    'venues/network.ts',
    'venues/toolkit/request-pause.ts',
    'execution/order-venue.ts',
  ],
  'venues/venue-adapter.ts': [
    'books/book-verifier.ts',
    'venues/market-feed.ts',
    'venues/network.ts',
    'venues/perpetual-source.ts',
    'venues/venue-account.ts',
    'venues/toolkit/request-pause.ts',
    'venues/capture/check-report.ts',
    'venues/capture/capture-record.ts',
  ],
  'venues/registry.ts': ['venues', 'books/book-verifier.ts'],
  'venues/emergency-registry.ts': ['venues'],
  'venues/capture-registry.ts': ['venues'],
  ...Object.fromEntries(
    VENUE_FOLDERS.map((name) => [`venues/${name}`, ['books', 'venues/capture', 'venues/toolkit', ...PORTS]]),
  ),
  'venues/simulated': ['books', ...PORTS],
  // The exchange itself knows no venue's protocol; each protocol knows the exchange and no other protocol.
  'venues/local-exchange/core': [],
  'venues/local-exchange/hosting': ['venues/local-exchange/core'],
  'venues/local-exchange/protocols/binance': ['venues/local-exchange/core', 'venues/local-exchange/hosting'],
  'venues/local-exchange/protocols/bybit': ['venues/local-exchange/core', 'venues/local-exchange/hosting'],
  'venues/local-exchange/protocols/coinbase': ['venues/local-exchange/core', 'venues/local-exchange/hosting'],
  'venues/local-exchange/protocols/okx': ['venues/local-exchange/core', 'venues/local-exchange/hosting'],
  'venues/local-exchange/protocols/kucoin': ['venues/local-exchange/core', 'venues/local-exchange/hosting'],
  'venues/local-exchange/protocols/kraken': ['venues/local-exchange/core', 'venues/local-exchange/hosting'],
  'venues/local-exchange': [],
  storage: ['contract'],
  metrics: ['contract'],
  alerting: ['contract'],
  gateway: ['contract', 'metrics'],
  notifying: ['contract'],
  'ops-bot': ['contract', 'gateway', 'notifying'],
  // What a feed or a model says comes back as numbers within bounds and texts to show.
  intelligence: ['contract'],
  bus: ['contract', 'storage'],
  slo: ['contract'],
  secrets: ['contract', 'aws'],
  // Signed calls: of buckets and of Secrets Manager. It reaches no secret itself: its keys are given to it.
  aws: ['contract'],
  config: ['contract'],
  // It signs, cancels, and asks who has the data folder: nothing here knows how to place an order.
  watchdog: [
    'gateway/runtime-file.ts',
    'venues/network.ts',
    'venues/watchdog-network.ts',
    'venues/venue-account.ts',
    'venues/emergency-registry.ts',
  ],
  backtest: [...WAY, 'features', 'kernel', 'runner', 'storage', 'venues', 'config'],
  parquet: ['storage', 'backtest', 'venues', 'aws'],
  training: ['features', 'models', 'strategies', 'backtest'],
  // A desktop's way to an engine elsewhere: it knows the gateway's protocol, and nothing of engines.
  remote: ['contract', 'gateway/message-port.ts', 'gateway/channel.ts', 'gateway/web-guards.ts'],
  lab: [
    ...WAY,
    'runner/story-keeper.ts',
    'storage',
    'config',
    'contract',
    'backtest',
    'features',
    'training',
  ],
  // What serves people, away from the thread that trades.
  reading: [
    'contract',
    'detection/capture-features.ts',
    'storage',
    'lab',
    'backtest',
    'training/model-file.ts',
    'training/scorer',
  ],
  // ONNX models run in a process beside the engine; it is held by what holds those of venues.
  onnx: ['models', 'training', 'venues/toolkit/side-process.ts'],
  'training/scorer': ['contract', 'detection/capture-features.ts', 'models', 'statistics', 'training'],
  engine: [
    ...WAY,
    'statistics',
    'kernel',
    'runner',
    'storage',
    'venues',
    'config',
    'contract',
    'gateway',
    'lab',
    'reading',
    'alerting',
    'backtest/metrics/capture.ts',
    'notifying',
    'ops-bot',
    'intelligence',
    'bus',
    'slo',
  ],
  divergence: [...WAY, 'kernel'],
  assembly: ['*'],
  simulation: ['*'],
  'assemble.ts': ['*'],
  cli: ['*'],
  entry: ['*'],
};

/** Packages that only hosts may know. */
const HOST_PACKAGES = new Set(['electron', 'react', 'react-dom', 'zustand', 'lightweight-charts']);

export type Import = { readonly from: string; readonly to: string };

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** All imports of a source file, ours as paths relative to the project, packages by their name. */
export function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(IMPORT)].map((match) => {
    const target = match[1] ?? match[2] ?? '';
    return { from: file, to: target.startsWith('.') ? posix.join(posix.dirname(file), target) : target };
  });
}

/** What an import breaks, in one line; undefined when it is allowed. */
export function violation({ from, to }: Import): string | undefined {
  const isTest = /\.test\.tsx?$|\/testing\/|\/support\//.test(from);
  if (isTest) return undefined;
  const isOurs = to.startsWith('src-');
  if (from.startsWith('src-engine/')) {
    if (!isOurs) {
      return HOST_PACKAGES.has(to) ? `${from} must not know ${to}: the engine knows no host` : undefined;
    }
    return engineViolation(from, to);
  }
  if (!isOurs || to.startsWith(`${from.split('/')[0]}/`)) return undefined;
  // The main process keeps tokens where the engine keeps keys.
  if (from.startsWith('src-main/') && to === 'src-engine/secrets/keychain.ts') return undefined;
  return /^src-engine\/(contract|domain|lib)\//.test(to)
    ? undefined
    : `${from} must not import ${to}: a host sees contract, domain and lib only`;
}

function engineViolation(from: string, to: string): string | undefined {
  const source = from.slice('src-engine/'.length);
  const room = roomOf(source);
  if (!to.startsWith('src-engine/')) return `${from} must not import ${to}: the engine knows no host`;
  const target = to.slice('src-engine/'.length);
  if (room === undefined) return `${from} is in no known room: add it to the table of scripts/boundaries.ts`;
  const allowed = room === 'lib' ? ['lib'] : [room, 'lib', 'domain', ...(ENGINE_ROOMS[room] ?? [])];
  if (allowed.includes('*') || allowed.some((entry) => isIn(target, entry))) return undefined;
  return `${from} must not import ${to}: ${room} may import ${allowed.join(', ')}`;
}

function roomOf(path: string): string | undefined {
  const rooms = ['lib', 'domain', ...Object.keys(ENGINE_ROOMS)];
  return rooms.filter((room) => isIn(path, room)).sort((a, b) => b.length - a.length)[0];
}

function isIn(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`);
}

/** The first cycle among the imports, as the files along it; undefined when there is none. */
export function findCycle(imports: readonly Import[]): readonly string[] | undefined {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) {
    const known = targets.get(from);
    if (known === undefined) targets.set(from, [to]);
    else known.push(to);
  }
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    for (const to of targets.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Every violation of the project as it stands, and how many imports were looked at. */
export function checkProject(): { readonly problems: readonly string[]; readonly imports: number } {
  const imports = ['src-engine', 'src-main', 'src-renderer'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .flatMap((name) => {
        const path = join(ROOT, folder, name);
        return importsOf(relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8'));
      }),
  );
  const problems = imports.flatMap((entry) => violation(entry) ?? []);
  const cycle = findCycle(imports.filter(({ to }) => to.startsWith('src-')));
  if (cycle !== undefined) problems.push(`imports go in a circle: ${cycle.join(' → ')}`);
  return { problems, imports: imports.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, imports } = checkProject();
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`${imports} imports, ${problems.length} not allowed\n`);
  process.exitCode = problems.length === 0 && imports > 0 ? 0 : 1;
}

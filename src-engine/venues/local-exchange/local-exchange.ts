/**
 * Local exchanges: whole simulated venues, each on one loopback port, behind the very protocol of its venue. As Kraken, REST is
 * at `/0/…` and WebSocket v2 at `/v2` and `/v2/auth`; as Binance and Binance.US, REST is at `/api/v3/…`, streams at `/ws` and
 * `/stream`, and the WebSocket API at `/ws-api/v3`; as Bybit, REST and streams are at `/v5/…`; as Coinbase, REST is at `/api/v3/brokerage/…`, market
 * data at `/`, the user channel at `/user`; as OKX, REST is at `/api/v5/…`, connections at `/ws/v5/…`; as KuCoin, REST is at `/api/v1/…` and
 * the like, connections at `/endpoint` with a token. They say everywhere that they are simulated.
 *
 * Where they are simpler than their venues: limit and market orders only, no margin, no deposits; one fee tier; volumes, highs
 * and lows count from the start.
 */
import { UserError } from '../../domain/errors.ts';
import type { InstrumentStatus } from '../../domain/instrument.ts';
import type { Clock } from '../../lib/clock.ts';
import { SeededRandom } from '../../lib/random.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { type Account, type AccountOptions, type Accounts, DEMO_ACCOUNT } from './core/accounts/accounts.ts';
import type { ExchangeCore, PrivateChannel } from './core/exchange-core.ts';
import type { FaultScript } from './core/faults.ts';
import { EDGE_SECONDS, EDGES_AT_ONCE } from './core/flow/dislocations.ts';
import { CommonMarket } from './core/flow/common-market.ts';
import { OrderFlow } from './core/flow/order-flow.ts';
import { OUTAGE_SECONDS, Outages } from './core/flow/outages.ts';
import type { OrderLog } from './core/orders/order-log.ts';
import type { FeeSchedule } from './core/pair.ts';
import { FACE_ACCOUNTS, FACE_CASH, type FaceName } from './face-names.ts';
import { DEFAULT_FEES, peersOf, type SharingVenue } from './face-pairs.ts';
import { type Face, serveFace } from './hosting/serve-face.ts';
import { BinanceExchange } from './protocols/binance/binance-exchange.ts';
import { binanceFace } from './protocols/binance/binance-face.ts';
import { BINANCE_FACE, BINANCE_US_FACE, type FaceDialect } from './protocols/binance/face-dialect.ts';
import { selectBinancePairs } from './protocols/binance/pairs.ts';
import { BybitExchange } from './protocols/bybit/bybit-exchange.ts';
import { bybitFace } from './protocols/bybit/bybit-face.ts';
import { PAIRS as BYBIT_PAIRS, selectBybitPairs } from './protocols/bybit/pairs.ts';
import { CoinbaseExchange } from './protocols/coinbase/coinbase-exchange.ts';
import { coinbaseFace } from './protocols/coinbase/coinbase-face.ts';
import { PAIRS as COINBASE_PAIRS, selectCoinbasePairs } from './protocols/coinbase/pairs.ts';
import { KucoinExchange } from './protocols/kucoin/kucoin-exchange.ts';
import { kucoinFace } from './protocols/kucoin/kucoin-face.ts';
import { PAIRS as KUCOIN_PAIRS, selectKucoinPairs } from './protocols/kucoin/pairs.ts';
import { KrakenExchange } from './protocols/kraken/kraken-exchange.ts';
import { krakenFace } from './protocols/kraken/kraken-face.ts';
import { OkxExchange } from './protocols/okx/okx-exchange.ts';
import { okxFace } from './protocols/okx/okx-face.ts';
import { PAIRS as OKX_PAIRS, selectOkxPairs } from './protocols/okx/pairs.ts';
import { PAIRS, selectPairs } from './protocols/kraken/pairs.ts';
import type { Tier } from './protocols/kraken/rate-limits.ts';

/** Fastest crowd that is allowed, in steps a second over all pairs. */
const MAX_UPDATES_PER_SECOND = 20_000;
const DEFAULT_NOISE_BPS = 2;

export type SharedMarket = {
  readonly seed: number;
  /** How much later it sees what assets are worth, in milliseconds; 0 to 60,000. 0 when left out. */
  readonly lagMs?: number;
  /** How far its prices stray from the market of all, in bps; 2 when left out. */
  readonly noiseBps?: number;
  /** All that share it, in one order: mispriced pairs pay a few bps after the fees of a route through the cheapest other one. */
  readonly venues?: readonly SharingVenue[] | undefined;
};

export type ExchangeOptions = {
  /** Loopback by default. */
  readonly host?: string;
  /** 0 lets the system pick a free one. */
  readonly port?: number;
  readonly seed?: number;
  readonly clock?: Clock;
  /** Steps of the simulated crowd a second, over all pairs; 0 leaves the books to the clients. */
  readonly updatesPerSecond?: number;
  /** Mean seconds from one mispriced triangle to the next: the opportunities of this market. 7 when left out. */
  readonly edgeSeconds?: number | undefined;
  /** Most mispriced triangles at a time, 1 to 20; 3 when left out. */
  readonly edgesAtOnce?: number | undefined;
  /** Mean seconds from one outage of some seconds to the next, 1 to 86,400; none when left out. */
  readonly outageSeconds?: number | undefined;
  /** How long every frame and answer takes, in milliseconds; 0 when left out. */
  readonly latencyMs?: number;
  /** The market that it shares with every exchange of that seed, in this process or another; one of its own when left out. */
  readonly market?: SharedMarket | undefined;
  readonly accounts?: readonly AccountOptions[];
  readonly fees?: FeeSchedule;
  /** Symbols to list, such as `BTC/USD`; all of the venue's table without it. */
  readonly pairs?: readonly string[];
};

export type LocalExchangeOptions = ExchangeOptions & {
  /** AssetPairs lists fees, as Kraken's did until 2026-09-08; on by default. Off: as Kraken answers since then. */
  readonly listsFees?: boolean;
  /** Kraken's limits of this verification level, with a lockout for a client that passes one; without it no limits. */
  readonly limits?: Tier;
};

export type RunningExchange = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `ws://127.0.0.1:PORT`, without a path. */
  readonly wsUrl: string;
  readonly port: number;
  /** The exchange itself, without its protocol. */
  readonly core: ExchangeCore;
  readonly faults: FaultScript;
  readonly accounts: Accounts;
  /** Every order that clients placed and what became of it, by the venue's clock. */
  readonly log: OrderLog;
  /** How often a client passed a limit and was locked out. */
  bans(): number;
  setPairStatus(symbol: string, status: InstrumentStatus): void;
  /** @see ExchangeCore.setFees */
  setFees(schedule: FeeSchedule): void;
  /** @see ExchangeCore.credit */
  credit(key: string, asset: string, amount: string): void;
  /** Cuts all connections and frees the port. */
  stop(): Promise<void>;
};

export type LocalExchange = RunningExchange & {
  /** @see KrakenExchange.renamePair */
  renamePair(symbol: string, restName: string, altName: string): void;
  /** @see ExchangeCore.tell */
  report(key: string, channel: PrivateChannel, row: unknown): void;
};

export const DEFAULT_SEED = 1;
export const DEFAULT_UPDATES_PER_SECOND = 150;

/** Starts a local exchange as Kraken. @throws UserError when the port is taken or an option is out of range. */
export async function startLocalExchange(options: LocalExchangeOptions = {}): Promise<LocalExchange> {
  const core = new KrakenExchange({
    ...commonOptions(options),
    pairs: options.pairs === undefined ? PAIRS : selectPairs(options.pairs),
    limits: options.limits,
    listsFees: options.listsFees,
  });
  const running = await run(
    core,
    () => krakenFace(core),
    options,
    'kraken',
    () => core.limits?.bans ?? 0,
  );
  return {
    ...running,
    renamePair: (symbol, restName, altName) => core.renamePair(symbol, restName, altName),
    report: (key, channel, row) => core.report(accountOf(core, key), channel, row),
  };
}

/** Starts a local exchange as Binance, or as a venue that speaks its protocol. @throws as `startLocalExchange`. */
export async function startBinanceExchange(
  options: ExchangeOptions = {},
  dialect: FaceDialect = BINANCE_FACE,
): Promise<RunningExchange> {
  const { venue, pairs } = dialect;
  const core = new BinanceExchange({
    ...commonOptions({ accounts: [FACE_ACCOUNTS[venue]], ...options }),
    pairs: options.pairs === undefined ? pairs : selectBinancePairs(options.pairs, pairs),
    dialect,
  });
  return await run(
    core,
    () => binanceFace(core),
    options,
    venue,
    () => core.limits.bans,
  );
}

/** Starts a local exchange as Binance.US. @throws as `startLocalExchange`. */
export function startBinanceUsExchange(options: ExchangeOptions = {}): Promise<RunningExchange> {
  return startBinanceExchange(options, BINANCE_US_FACE);
}

/** Starts a local exchange as Bybit's spot market. @throws as `startLocalExchange`. */
export async function startBybitExchange(options: ExchangeOptions = {}): Promise<RunningExchange> {
  const core = new BybitExchange({
    ...commonOptions({ accounts: [FACE_ACCOUNTS.bybit], ...options }),
    pairs: options.pairs === undefined ? BYBIT_PAIRS : selectBybitPairs(options.pairs),
  });
  return await run(
    core,
    () => bybitFace(core),
    options,
    'bybit',
    () => core.limits.bans,
  );
}

/** Starts a local exchange as Coinbase. @throws as `startLocalExchange`. */
export async function startCoinbaseExchange(options: ExchangeOptions = {}): Promise<RunningExchange> {
  const core = new CoinbaseExchange({
    ...commonOptions({ accounts: [FACE_ACCOUNTS.coinbase], ...options }),
    pairs: options.pairs === undefined ? COINBASE_PAIRS : selectCoinbasePairs(options.pairs),
  });
  return await run(
    core,
    () => coinbaseFace(core),
    options,
    'coinbase',
    // Who asks too much is refused for the rest of the second, and never locked out.
    () => 0,
  );
}

/** Starts a local exchange as OKX's spot market. @throws as `startLocalExchange`. */
export async function startOkxExchange(options: ExchangeOptions = {}): Promise<RunningExchange> {
  const core = new OkxExchange({
    ...commonOptions({ accounts: [FACE_ACCOUNTS.okx], ...options }),
    pairs: options.pairs === undefined ? OKX_PAIRS : selectOkxPairs(options.pairs),
  });
  return await run(
    core,
    () => okxFace(core),
    options,
    'okx',
    () => core.bans,
  );
}

/** Starts a local exchange as KuCoin's spot market. @throws as `startLocalExchange`. */
export async function startKucoinExchange(options: ExchangeOptions = {}): Promise<RunningExchange> {
  const core = new KucoinExchange({
    ...commonOptions({ accounts: [FACE_ACCOUNTS.kucoin], ...options }),
    pairs: options.pairs === undefined ? KUCOIN_PAIRS : selectKucoinPairs(options.pairs),
  });
  return await run(
    core,
    () => kucoinFace(core),
    options,
    'kucoin',
    () => core.bans,
  );
}

/** What a client must know of a face beside its addresses. */
export const FACE_FACTS: Readonly<
  Record<FaceName, { readonly streams: string; readonly account: AccountOptions }>
> = {
  kraken: { streams: '/v2', account: FACE_ACCOUNTS.kraken },
  binance: { streams: '/stream', account: FACE_ACCOUNTS.binance },
  bybit: { streams: '/v5/public/spot', account: FACE_ACCOUNTS.bybit },
  coinbase: { streams: '/', account: FACE_ACCOUNTS.coinbase },
  okx: { streams: '/ws/v5/public', account: FACE_ACCOUNTS.okx },
  kucoin: { streams: '/endpoint', account: FACE_ACCOUNTS.kucoin },
  'binance-us': { streams: '/stream', account: FACE_ACCOUNTS['binance-us'] },
};

const STARTERS: Readonly<Record<FaceName, (options: LocalExchangeOptions) => Promise<RunningExchange>>> = {
  kraken: startLocalExchange,
  binance: startBinanceExchange,
  bybit: startBybitExchange,
  coinbase: startCoinbaseExchange,
  okx: startOkxExchange,
  kucoin: startKucoinExchange,
  'binance-us': startBinanceUsExchange,
};

/** Starts a local exchange with that face. @throws as `startLocalExchange`. */
export function startFace(face: FaceName, options: LocalExchangeOptions = {}): Promise<RunningExchange> {
  return STARTERS[face](options);
}

function commonOptions(options: ExchangeOptions): {
  readonly fees: FeeSchedule;
  readonly accounts: readonly AccountOptions[];
  readonly clock: Clock;
} {
  const { port = 0, seed = DEFAULT_SEED, updatesPerSecond = DEFAULT_UPDATES_PER_SECOND } = options;
  requireRange('port', port, 0, 65_535, true);
  requireRange('seed', seed, 0, Number.MAX_SAFE_INTEGER, true);
  requireRange('updatesPerSecond', updatesPerSecond, 0, MAX_UPDATES_PER_SECOND, false);
  if (options.edgeSeconds !== undefined) {
    requireRange('edgeSeconds', options.edgeSeconds, EDGE_SECONDS.min, EDGE_SECONDS.max, false);
  }
  requireRange(
    'edgesAtOnce',
    options.edgesAtOnce ?? EDGES_AT_ONCE.min,
    EDGES_AT_ONCE.min,
    EDGES_AT_ONCE.max,
    true,
  );
  if (options.outageSeconds !== undefined) {
    requireRange('outageSeconds', options.outageSeconds, OUTAGE_SECONDS.min, OUTAGE_SECONDS.max, false);
  }
  requireRange('market.seed', options.market?.seed ?? 0, 0, Number.MAX_SAFE_INTEGER, true);
  requireRange('market.lagMs', options.market?.lagMs ?? 0, 0, 60_000, false);
  requireRange('market.noiseBps', options.market?.noiseBps ?? 0, 0, 1_000, false);
  requireRange('latencyMs', options.latencyMs ?? 0, 0, 60_000, false);
  const { fees = DEFAULT_FEES, accounts = [DEMO_ACCOUNT], clock = new SystemClock() } = options;
  return { fees, accounts, clock };
}

async function run(
  core: ExchangeCore,
  openFace: () => Face,
  options: ExchangeOptions,
  face: FaceName,
  bans: () => number,
): Promise<RunningExchange> {
  const { seed = DEFAULT_SEED, updatesPerSecond = DEFAULT_UPDATES_PER_SECOND } = options;
  const { edgeSeconds, edgesAtOnce, market } = options;
  const home = FACE_CASH[face];
  const fairs =
    market === undefined
      ? undefined
      : new CommonMarket({
          seed: market.seed,
          ownSeed: seed,
          name: home,
          lagUs: (market.lagMs ?? 0) * 1_000,
          noiseBps: market.noiseBps ?? DEFAULT_NOISE_BPS,
        });
  core.faults.latencyUs = (options.latencyMs ?? 0) * 1_000;
  const server = await serveFace(core, openFace, options);
  const flow =
    updatesPerSecond > 0
      ? new OrderFlow(core, {
          seed,
          updatesPerSecond,
          edgeSeconds,
          edgesAtOnce,
          home,
          fairs,
          peers: market?.venues && peersOf(market.venues, face),
        })
      : undefined;
  flow?.start();
  const outages =
    options.outageSeconds === undefined
      ? undefined
      : new Outages(core.clock, core.faults, new SeededRandom(seed, 5), options.outageSeconds);
  outages?.start();
  return {
    url: server.url,
    wsUrl: server.wsUrl,
    port: server.port,
    core,
    faults: core.faults,
    accounts: core.accounts,
    log: core.log,
    bans,
    setPairStatus: (symbol, status) => core.setPairStatus(symbol, status),
    setFees: (schedule) => core.setFees(schedule),
    credit: (key, asset, amount) => core.credit(accountOf(core, key), asset, amount),
    async stop() {
      flow?.stop();
      outages?.stop();
      for (const account of core.accounts.all()) account.stopCountdown?.();
      await server.stop();
    },
  };
}

function accountOf(core: ExchangeCore, key: string): Account {
  const account = core.accounts.byKey(key);
  if (account !== undefined) return account;
  throw new UserError({
    code: 'unknown-key',
    field: 'key',
    message: 'belongs to no account of the local exchange',
    remedy: 'Use the key of one of its accounts.',
  });
}

function requireRange(field: string, value: number, min: number, max: number, whole: boolean): void {
  if (value >= min && value <= max && (!whole || Number.isSafeInteger(value))) return;
  throw new UserError({
    code: 'out-of-range',
    field,
    value: String(value),
    message: `is not a ${whole ? 'whole ' : ''}number from ${min} to ${max}`,
    remedy: 'Choose one within the range.',
  });
}

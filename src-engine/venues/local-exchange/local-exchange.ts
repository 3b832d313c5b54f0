/**
 * The local exchange: a whole simulated venue behind Kraken's own protocols on one loopback port. REST is at
 * `/0/…`, WebSocket v2 at `/v2` and `/v2/auth`. It says everywhere that it is simulated.
 *
 * Where it is simpler than Kraken: limit and market orders only (good till canceled or immediate or cancel,
 * post-only), no margin, no deposits; one fee tier; volumes, highs and lows count from its start; and every
 * WebSocket method and channel is served on both paths.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../domain/errors.ts';
import type { InstrumentStatus } from '../../domain/instrument.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Account, type AccountOptions, type Accounts, DEMO_ACCOUNT } from './core/accounts/accounts.ts';
import type { ExchangeCore, PrivateChannel } from './core/exchange-core.ts';
import type { FaultScript } from './core/faults.ts';
import { EDGE_SECONDS } from './core/flow/dislocations.ts';
import { OrderFlow } from './core/flow/order-flow.ts';
import type { OrderLog } from './core/orders/order-log.ts';
import type { FeeSchedule } from './core/pair.ts';
import { KrakenExchange } from './protocols/kraken/kraken-exchange.ts';
import { PAIRS, selectPairs } from './protocols/kraken/pairs.ts';
import type { Tier } from './protocols/kraken/rate-limits.ts';
import { RestServer } from './protocols/kraken/rest/rest-server.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { ExchangeWebSockets } from './protocols/kraken/websocket/websocket-server.ts';

/** Fastest crowd that is allowed, in steps a second over all pairs. */
const MAX_UPDATES_PER_SECOND = 20_000;

export type LocalExchangeOptions = {
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /** 0 lets the system pick a free one. */
  readonly port?: number;
  readonly seed?: number;
  readonly clock?: Clock;
  /** Steps of the simulated crowd a second, over all pairs; 0 leaves the books to the clients. */
  readonly updatesPerSecond?: number;
  /** Mean seconds from one mispriced triangle to the next: the opportunities of this market. 7 when left out. */
  readonly edgeSeconds?: number | undefined;
  readonly accounts?: readonly AccountOptions[];
  readonly fees?: FeeSchedule;
  /** Symbols to list; all of the table without it. */
  readonly pairs?: readonly string[];
  /** AssetPairs lists fees, as Kraken's did until 2026-09-08; on unless told otherwise. Off: as Kraken answers since then. */
  readonly listsFees?: boolean;
  /** Kraken's limits of this verification level, with a lockout for whoever passes one; none without it. */
  readonly limits?: Tier;
};

export type LocalExchange = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `ws://127.0.0.1:PORT`, without a path. */
  readonly wsUrl: string;
  readonly port: number;
  readonly faults: FaultScript;
  readonly accounts: Accounts;
  /** Every order that clients placed and what became of it, by the venue's clock. */
  readonly log: OrderLog;
  /** How often an account passed a limit and was locked out. */
  bans(): number;
  setPairStatus(symbol: string, status: InstrumentStatus): void;
  /** @see ExchangeCore.renamePair */
  renamePair(symbol: string, restName: string, altName: string): void;
  /** @see ExchangeCore.credit */
  credit(key: string, asset: string, amount: string): void;
  /** @see ExchangeCore.tell */
  tell(key: string, channel: PrivateChannel, row: unknown): void;
  /** Cuts all connections and frees the port. */
  stop(): Promise<void>;
};

export const DEFAULT_SEED = 1;
export const DEFAULT_UPDATES_PER_SECOND = 150;

/** Starts a local exchange. @throws UserError when the port is taken or an option is out of range. */
export async function startLocalExchange(options: LocalExchangeOptions = {}): Promise<LocalExchange> {
  const { host = '127.0.0.1', port = 0, seed = DEFAULT_SEED, clock = new SystemClock() } = options;
  const { edgeSeconds } = options;
  const updatesPerSecond = options.updatesPerSecond ?? DEFAULT_UPDATES_PER_SECOND;
  requireRange('port', port, 0, 65_535, true);
  requireRange('seed', seed, 0, Number.MAX_SAFE_INTEGER, true);
  requireRange('updatesPerSecond', updatesPerSecond, 0, MAX_UPDATES_PER_SECOND, false);
  if (edgeSeconds !== undefined) {
    requireRange('edgeSeconds', edgeSeconds, EDGE_SECONDS.min, EDGE_SECONDS.max, false);
  }
  const core = new KrakenExchange({
    pairs: options.pairs === undefined ? PAIRS : selectPairs(options.pairs),
    fees: options.fees ?? 'demo',
    accounts: options.accounts ?? [DEMO_ACCOUNT],
    clock,
    limits: options.limits,
    listsFees: options.listsFees,
  });
  const rest = new RestServer(core);
  const server = createServer((request, response) => void rest.handle(request, response));
  const boundPort = await listen(server, host, port);
  const sockets = new ExchangeWebSockets(core);
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  const flow =
    updatesPerSecond > 0 ? new OrderFlow(core, { seed, updatesPerSecond, edgeSeconds }) : undefined;
  flow?.start();
  return {
    url: `http://${host}:${boundPort}`,
    wsUrl: `ws://${host}:${boundPort}`,
    port: boundPort,
    faults: core.faults,
    accounts: core.accounts,
    log: core.log,
    bans: () => core.limits?.bans ?? 0,
    setPairStatus: (symbol, status) => core.setPairStatus(symbol, status),
    renamePair: (symbol, restName, altName) => core.renamePair(symbol, restName, altName),
    credit: (key, asset, amount) => core.credit(accountOf(core, key), asset, amount),
    tell: (key, channel, row) => core.tell(accountOf(core, key), channel, row),
    async stop() {
      flow?.stop();
      for (const account of core.accounts.all()) account.stopCountdown?.();
      sockets.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
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

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES' && error.code !== 'EADDRNOTAVAIL') return error;
  return new UserError({
    code: error.code === 'EADDRINUSE' ? 'port-in-use' : 'cannot-listen',
    field: error.code === 'EADDRNOTAVAIL' ? 'host' : 'port',
    value: error.code === 'EADDRNOTAVAIL' ? host : String(port),
    message: error.code === 'EADDRINUSE' ? 'is in use by another program' : 'cannot be listened on',
    remedy: 'Stop the other program, choose another, or use port 0 for a free one.',
  });
}

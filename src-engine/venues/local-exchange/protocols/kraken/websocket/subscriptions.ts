/** The methods `subscribe` and `unsubscribe` of WebSocket v2. */
import type { KrakenExchange } from '../kraken-exchange.ts';
import type { Market } from '../../../core/market.ts';
import { VenueError } from '../venue-error.ts';
import { BOOK_DEPTHS } from './book-channel.ts';
import { instrumentSnapshot, tickerFrame, tradeFrame } from './market-frames.ts';
import {
  errorFrame,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTexts,
  requiredText,
  successFrame,
  type WsRequest,
} from './request.ts';
import type { Session } from './session.ts';
import type { StreamHub } from './stream-hub.ts';

/** Most symbols that one request may name, and most subscriptions that one connection may hold. */
const MAX_SYMBOLS = 2_000;
const MAX_SUBSCRIPTIONS = 5_000;
/** Trades in a `trade` snapshot (Kraken: 50). */
const SNAPSHOT_TRADES = 50;

const MARKET_CHANNELS: ReadonlySet<string> = new Set(['book', 'ticker', 'trade']);

/** Carries out a `subscribe` or `unsubscribe`: one answer a symbol, then the snapshots. */
export function handleSubscription(
  core: KrakenExchange,
  hub: StreamHub,
  session: Session,
  request: WsRequest,
): void {
  const channel = requiredText(request.params, 'channel');
  if (MARKET_CHANNELS.has(channel)) forEachSymbol(core, hub, session, request, channel);
  else if (channel === 'instrument') instrument(core, hub, session, request);
  else if (channel === 'executions' || channel === 'balances')
    privateChannel(core, hub, session, request, channel);
  else throw new VenueError('Subscription name invalid');
}

function forEachSymbol(
  core: KrakenExchange,
  hub: StreamHub,
  session: Session,
  request: WsRequest,
  channel: string,
): void {
  const symbols = optionalTexts(request.params, 'symbol', MAX_SYMBOLS);
  if (symbols === undefined) throw new VenueError('Symbol(s) not found');
  const depth = optionalInteger(request.params, 'depth') ?? 10;
  if (channel === 'book' && !BOOK_DEPTHS.includes(depth))
    throw new VenueError('Subscription depth not supported');
  const fresh: Market[] = [];
  for (const symbol of symbols) {
    const market = core.find(symbol);
    if (market === undefined || market.pair.symbol !== symbol) {
      session.send(errorFrame(request, `Currency pair not supported ${symbol}`, core.clock.nowUs(), symbol));
      continue;
    }
    const error =
      request.method === 'subscribe' ? join(hub, session, request, channel, market, depth) : undefined;
    const leaving = request.method === 'unsubscribe' && !leave(hub, session, `${channel}:${symbol}`);
    const problem = error ?? (leaving ? 'Subscription Not Found' : undefined);
    if (problem !== undefined) {
      session.send(errorFrame(request, problem, core.clock.nowUs(), symbol));
      continue;
    }
    session.send(successFrame(request, ackText(request, channel, symbol, depth), core.clock.nowUs()));
    fresh.push(market);
  }
  if (request.method !== 'subscribe' || !optionalFlag(request.params, 'snapshot', channel !== 'trade'))
    return;
  for (const market of fresh) sendSnapshot(core, hub, session, channel, market, depth);
}

/** @returns the error, or undefined when it is subscribed. */
function join(
  hub: StreamHub,
  session: Session,
  request: WsRequest,
  channel: string,
  market: Market,
  depth: number,
): string | undefined {
  const key = `${channel}:${market.pair.symbol}`;
  if (session.subscriptions.has(key)) return 'Already subscribed';
  if (session.subscriptions.size >= MAX_SUBSCRIPTIONS) return 'Exceeded maximum number of subscriptions';
  session.subscriptions.set(key, depth);
  if (channel === 'book') hub.books.subscribe(market, depth, session);
  else if (channel === 'trade') hub.subscribeTrades(market, session);
  else hub.subscribeTicker(market, session, trigger(request));
  return undefined;
}

function leave(hub: StreamHub, session: Session, key: string): boolean {
  if (!session.subscriptions.has(key)) return false;
  hub.unsubscribe(session, key);
  return true;
}

function trigger(request: WsRequest): 'trades' | 'bbo' {
  return optionalText(request.params, 'event_trigger') === 'bbo' ? 'bbo' : 'trades';
}

/** The result of an acknowledgement, keys in alphabetical order as Kraken sends them. */
function ackText(request: WsRequest, channel: string, symbol: string, depth: number): string {
  const isSubscribe = request.method === 'subscribe';
  const parts = [`"channel":"${channel}"`];
  if (channel === 'book') parts.push(`"depth":${depth}`);
  if (channel === 'ticker') parts.push(`"event_trigger":"${trigger(request)}"`);
  if (isSubscribe) parts.push(`"snapshot":${optionalFlag(request.params, 'snapshot', channel !== 'trade')}`);
  parts.push(`"symbol":"${symbol}"`);
  return `{${parts.join(',')}}`;
}

function sendSnapshot(
  core: KrakenExchange,
  hub: StreamHub,
  session: Session,
  channel: string,
  market: Market,
  depth: number,
): void {
  const nowUs = core.clock.nowUs();
  if (channel === 'book') session.send(hub.books.snapshot(market, depth, nowUs));
  else if (channel === 'ticker') session.send(tickerFrame('snapshot', market, nowUs));
  else session.send(tradeFrame('snapshot', market, market.trades.slice(-SNAPSHOT_TRADES)));
}

function instrument(core: KrakenExchange, hub: StreamHub, session: Session, request: WsRequest): void {
  const snapshot = optionalFlag(request.params, 'snapshot', true);
  toggle(hub, session, request, 'instrument', () => hub.instruments.add(session));
  const flags = request.method === 'subscribe' ? `,"snapshot":${snapshot}` : '';
  session.send(successFrame(request, `{"channel":"instrument"${flags}}`, core.clock.nowUs()));
  if (request.method === 'subscribe' && snapshot) session.send(instrumentSnapshot(core.markets));
}

function privateChannel(
  core: KrakenExchange,
  hub: StreamHub,
  session: Session,
  request: WsRequest,
  channel: 'executions' | 'balances',
): void {
  const { params } = request;
  const account = session.authenticate(requiredText(params, 'token'));
  const allStatuses = optionalFlag(params, 'order_status', true);
  const orders = optionalFlag(params, 'snap_orders', true);
  const trades = optionalFlag(params, 'snap_trades', false);
  const snapshot = optionalFlag(params, 'snapshot', true);
  toggle(hub, session, request, channel, () => {
    if (channel === 'executions') hub.subscribeExecutions(session, account, allStatuses);
    else hub.subscribeBalances(session, account);
  });
  const isSubscribe = request.method === 'subscribe';
  const flags =
    channel === 'executions' ? `,"snap_orders":${orders},"snap_trades":${trades}` : `,"snapshot":${snapshot}`;
  const result = `{"channel":"${channel}"${isSubscribe ? flags : ''}}`;
  session.send(successFrame(request, result, core.clock.nowUs()));
  if (!isSubscribe) return;
  if (channel === 'executions') hub.sendExecutionsSnapshot(session, account, trades, orders);
  else if (snapshot) hub.sendBalancesSnapshot(session, account);
}

/** Joins or leaves a channel that has no symbols. @throws VenueError when it already was in, or was not. */
function toggle(
  hub: StreamHub,
  session: Session,
  request: WsRequest,
  key: string,
  subscribe: () => void,
): void {
  const isIn = session.subscriptions.has(key);
  if (request.method === 'subscribe') {
    if (isIn) throw new VenueError('Already subscribed');
    session.subscriptions.set(key, 0);
    subscribe();
  } else {
    if (!isIn) throw new VenueError('Subscription Not Found');
    hub.unsubscribe(session, key);
  }
}

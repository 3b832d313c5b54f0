/** The feed over real sockets: against a scripted server for its words, and the local exchange for its faults. */
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { ChecksumVerifier } from './book-checksum.ts';
import { BookStore } from '../../books/book-store.ts';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import type { FeedEvent } from '../../domain/market-data.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import type { MarketSink } from '../market-feed.ts';
import { type LocalExchange, startLocalExchange } from '../local-exchange/local-exchange.ts';
import { SystemNetwork } from '../system-network.ts';
import { KrakenFeed, type KrakenFeedOptions } from './feed.ts';
import { KrakenRest } from './rest.ts';
import { until } from '../../testing/until.ts';

const clock = new SystemClock();
const network = new SystemNetwork();
const cleanups: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function instrumentsOf(symbols: readonly string[]): Instrument[] {
  return symbols.map((symbol, id) => {
    const [base = '', quote = ''] = symbol.split('/');
    const sizes = { tickSize: '0.1', lotSize: '0.00000001', minQty: '0.0001', minNotional: '0.5' };
    return createInstrument({ symbol, base, quote, ...sizes, takerFee: '0', status: 'online' }, id, 'kraken');
  });
}

/** Keeps what a feed says, and its books as the engine would. */
class Watcher implements MarketSink {
  readonly store: BookStore;
  readonly feeds: FeedEvent[] = [];
  readonly lost: [number, string][] = [];
  readonly raw: string[] = [];
  readonly mismatched: number[] = [];
  alive = 0;
  trades = 0;
  onMismatch: (id: number) => void = () => undefined;

  constructor(instruments: readonly Instrument[]) {
    this.store = new BookStore(instruments, { depth: 10, verifierOf: () => new ChecksumVerifier() });
  }

  onBook(update: Parameters<MarketSink['onBook']>[0]): void {
    if (this.store.apply(update) !== 'checksum-mismatch') return;
    this.mismatched.push(update.instrumentId);
    this.onMismatch(update.instrumentId);
  }

  onTrade(): void {
    this.trades++;
  }

  onFeed(event: FeedEvent): void {
    this.feeds.push(event);
    if (event.state !== 'open') this.store.desyncVenue(event.venue, event.reason);
  }

  onInstrumentStatus(): void {
    // The scripted server sends none.
  }

  onAlive(): void {
    this.alive++;
  }

  onBookLost(id: number, reason: string): void {
    this.lost.push([id, reason]);
  }

  onRaw(_receivedUs: number, frame: Buffer): void {
    this.raw.push(frame.toString('utf8'));
  }

  live(): number {
    return this.store.syncs.filter(({ state }) => state === 'live').length;
  }
}

function open(
  instruments: readonly Instrument[],
  options: Partial<KrakenFeedOptions> & { readonly url: string },
) {
  const watcher = new Watcher(instruments);
  const feed = new KrakenFeed({ clock, network, random: () => 0.5, depth: 10, paceMs: 20, ...options });
  watcher.onMismatch = (id) => feed.resubscribe(id);
  cleanups.push(() => feed.stop());
  feed.start(instruments, watcher);
  return { watcher, feed };
}

type Request = {
  readonly method: string;
  readonly req_id?: number;
  readonly params?: { readonly channel: string; readonly symbol?: readonly string[] };
};

/** A server that answers as the test sets it, and records what it was asked. */
async function scripted(answer: (socket: WebSocket, request: Request) => void) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  cleanups.push(() => {
    for (const client of server.clients) client.terminate();
    return new Promise((resolve) => server.close(resolve));
  });
  const requests: Request[] = [];
  const connections: WebSocket[] = [];
  server.on('connection', (socket) => {
    connections.push(socket);
    socket.on('message', (data: Buffer) => {
      const request = JSON.parse(data.toString()) as Request;
      requests.push(request);
      answer(socket, request);
    });
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v2`;
  const asked = (method: string) =>
    requests.filter((request) => request.method === method && request.params?.channel === 'book');
  return { server, url, connections, requests, asked };
}

const ack = (request: Request, symbol: string, error?: string): string =>
  JSON.stringify({
    method: request.method,
    req_id: request.req_id,
    success: error === undefined,
    ...(error === undefined ? { result: { channel: 'book', symbol, depth: 10 } } : { error, symbol }),
  });
const snapshot = (symbol: string): string =>
  `{"channel":"book","type":"snapshot","data":[{"symbol":"${symbol}","bids":[{"price":10.0,"qty":1.00000000}],"asks":[{"price":10.1,"qty":1.00000000}]}]}`;

/** Acknowledges every book and sends its snapshot. */
function obliging(socket: WebSocket, request: Request): void {
  if (request.params?.channel !== 'book') return;
  for (const symbol of request.params.symbol ?? []) {
    socket.send(ack(request, symbol));
    if (request.method === 'subscribe') socket.send(snapshot(symbol));
  }
}

describe('against a scripted server', () => {
  it('subscribes hundreds of books in batches, and makes them live', async () => {
    const symbols = Array.from({ length: 250 }, (_, i) => `C${i}/USD`);
    const { url, asked } = await scripted(obliging);
    const { watcher, feed } = open(instrumentsOf(symbols), { url });
    await until(() => expect(watcher.live()).toBe(250));
    const sizes = asked('subscribe').map(({ params }) => params?.symbol?.length);
    expect(sizes).toEqual([100, 100, 50]);
    expect(feed.bookCounts()).toEqual({ live: 250, waiting: 0, refused: 0 });
  });

  it('lets a refused symbol go and keeps all others', async () => {
    const { url } = await scripted((socket, request) => {
      if (request.params?.channel !== 'book') return;
      for (const symbol of request.params.symbol ?? []) {
        if (symbol === 'B/USD') socket.send(ack(request, symbol, 'Currency pair not supported B/USD'));
        else {
          socket.send(ack(request, symbol));
          socket.send(snapshot(symbol));
        }
      }
    });
    const { watcher, feed } = open(instrumentsOf(['A/USD', 'B/USD', 'C/USD']), { url });
    await until(() => expect(watcher.live()).toBe(2));
    await until(() => expect(feed.bookCounts().refused).toBe(1));
    expect(watcher.lost).toEqual([[1, expect.stringContaining('Currency pair not supported')]]);
  });

  it('asks for one book again after a mismatch, and for no other', async () => {
    const { url, server, asked } = await scripted(obliging);
    const { watcher } = open(instrumentsOf(['A/USD', 'B/USD', 'C/USD']), { url });
    await until(() => expect(watcher.live()).toBe(3));
    const [client] = server.clients;
    client?.send(
      '{"channel":"book","type":"update","data":[{"symbol":"B/USD","bids":[{"price":9.9,"qty":1.00000000}],"asks":[],"checksum":7,"timestamp":"2026-08-02T03:35:51.660084Z"}]}',
    );
    await until(() => expect(watcher.mismatched).toEqual([1]));
    await until(() => expect(watcher.live()).toBe(3));
    expect(asked('unsubscribe').map(({ params }) => params?.symbol)).toEqual([['B/USD']]);
    expect(asked('subscribe').at(-1)?.params?.symbol).toEqual(['B/USD']);
  });

  it('reconnects after the connection is cut, and subscribes all again', async () => {
    const { url, server, connections } = await scripted(obliging);
    const { watcher } = open(instrumentsOf(['A/USD', 'B/USD']), { url, socket: { backoffBaseMs: 50 } });
    await until(() => expect(watcher.live()).toBe(2));
    for (const client of server.clients) client.terminate();
    await until(() => expect(watcher.feeds.some(({ state }) => state === 'closed')).toBe(true));
    await until(() => expect(watcher.live()).toBe(2));
    expect(connections).toHaveLength(2);
    expect(watcher.feeds.map(({ state }) => state)).toEqual([
      'connecting',
      'open',
      'closed',
      'connecting',
      'open',
    ]);
  });

  it('gives up a socket that is open but silent', async () => {
    const { url, connections, requests } = await scripted(() => undefined);
    const { watcher } = open(instrumentsOf(['A/USD']), {
      url,
      socket: { silenceMs: 300, backoffBaseMs: 20 },
    });
    await until(() => expect(connections.length).toBeGreaterThan(1));
    expect(requests.some(({ method }) => method === 'ping')).toBe(true);
    expect(watcher.feeds.find(({ state }) => state === 'closed')?.reason).toMatch(/no frame for \d+ ms/);
  });

  it('loses one book to a frame that cannot be read, and survives nonsense', async () => {
    const { url, server } = await scripted(obliging);
    const { watcher } = open(instrumentsOf(['A/USD', 'B/USD']), { url });
    await until(() => expect(watcher.live()).toBe(2));
    const [client] = server.clients;
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"channel":"book"}',
      '{"channel":"unheard-of"}',
      'x'.repeat(100_000),
    ]) {
      client?.send(text);
    }
    client?.send(
      '{"channel":"book","type":"update","data":[{"symbol":"A/USD","bids":[{"price":9.95,"qty":1}],"asks":[],"checksum":7}]}',
    );
    await until(() => expect(watcher.lost.map(([id]) => id)).toEqual([0]));
    expect(watcher.store.sync(1).state).toBe('live');
    expect(watcher.raw).toContain('{"channel":"unheard-of"}');
  });
});

describe('against the local exchange', () => {
  const SYMBOLS = ['BTC/USD', 'ETH/USD', 'ETH/BTC', 'SOL/USD'];

  async function market(): Promise<{ exchange: LocalExchange; instruments: Instrument[] }> {
    const exchange = await startLocalExchange({ seed: 4, updatesPerSecond: 400, pairs: SYMBOLS });
    cleanups.push(() => exchange.stop());
    const rest = new KrakenRest({ clock, network, random: Math.random, baseUrl: exchange.url });
    const specs = await rest.assetPairs();
    expect(await rest.systemStatus()).toBe('online');
    expect([...(await rest.ticker()).keys()].sort()).toEqual([...SYMBOLS].sort());
    return { exchange, instruments: specs.map((spec, id) => createInstrument(spec, id, 'kraken')) };
  }

  it('keeps every checksum right over thousands of messages', async () => {
    const { exchange, instruments } = await market();
    const { watcher } = open(instruments, { url: `${exchange.wsUrl}/v2` });
    await until(() => expect(watcher.raw.length).toBeGreaterThan(1_500));
    expect(watcher.mismatched).toEqual([]);
    expect(watcher.live()).toBe(SYMBOLS.length);
    expect(watcher.trades).toBeGreaterThan(0);
    expect(watcher.alive).toBeGreaterThan(1);
  });

  it('finds a corrupted checksum and heals that one book', async () => {
    const { exchange, instruments } = await market();
    const { watcher } = open(instruments, { url: `${exchange.wsUrl}/v2` });
    await until(() => expect(watcher.live()).toBe(SYMBOLS.length));
    exchange.faults.corruptNextChecksum('ETH/USD');
    const id = instruments.find(({ symbol }) => symbol === 'ETH/USD')?.id;
    await until(() => expect(watcher.mismatched).toEqual([id]));
    await until(() => expect(watcher.live()).toBe(SYMBOLS.length));
    expect(watcher.mismatched).toEqual([id]);
  });

  it('comes back after dropped connections, and after silence on an open socket', async () => {
    const { exchange, instruments } = await market();
    const socket = { silenceMs: 1_500, backoffBaseMs: 50 };
    const { watcher } = open(instruments, { url: `${exchange.wsUrl}/v2`, socket });
    await until(() => expect(watcher.live()).toBe(SYMBOLS.length));
    exchange.faults.dropConnections();
    const closed = (): number => watcher.feeds.filter(({ state }) => state === 'closed').length;
    await until(() => expect(closed()).toBeGreaterThan(0));
    await until(() => expect(watcher.live()).toBe(SYMBOLS.length));
    const before = closed();
    exchange.faults.silence(true);
    await until(() => expect(closed()).toBeGreaterThan(before));
    exchange.faults.silence(false);
    await until(() => expect(watcher.live()).toBe(SYMBOLS.length));
  });
});

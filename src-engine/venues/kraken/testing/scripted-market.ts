/** Kraken's public WebSocket v2, answered by a script: one book of a level a side for each symbol. */
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { GRID, type MarketPeer, type MarketRig } from '../../conformance/testing/market-rig.ts';
import { scriptedConnection } from '../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, Network } from '../../network.ts';
import { krakenAdapter } from '../adapter.ts';

type Request = {
  readonly method: string;
  readonly req_id?: number;
  readonly params?: { readonly channel?: string; readonly symbol?: readonly string[] };
};

const SPECS = [
  { symbol: 'AAA/USD', base: 'AAA', quote: 'USD' },
  { symbol: 'BBB/USD', base: 'BBB', quote: 'USD' },
];
const REFUSALS = { refuse: 'Currency pair not supported', busy: 'Service busy' } as const;

export class ScriptedMarket implements Network {
  readonly clock = new SimulatedClock(1_700_000_000_000_000);
  readonly asked: string[] = [];
  readonly ways = new Map<string, 'take' | 'refuse' | 'busy'>();
  readonly pairs = new Map(SPECS.map(({ symbol }) => [symbol, pair(symbol)]));
  connections = 0;
  isSilent = false;
  #events: ConnectionEvents | undefined;

  connect(_url: string, _options: object, events: ConnectionEvents): Connection {
    this.connections++;
    this.#events = events;
    if (!this.isSilent) queueMicrotask(() => events.onOpen());
    return scriptedConnection(events, (text) => {
      if (!this.isSilent) queueMicrotask(() => this.#answer(JSON.parse(text) as Request));
    });
  }

  request(): Promise<never> {
    return Promise.reject(new Error('no REST call belongs to the market data of Kraken'));
  }

  say(frame: object): void {
    this.sayText(JSON.stringify(frame));
  }

  sayText(text: string): void {
    this.#events?.onMessage(Buffer.from(text));
  }

  book(symbol: string, type: 'snapshot' | 'update', bidQty: unknown, more: object = {}): void {
    const side = {
      bids: [{ price: 10, qty: bidQty }],
      asks: type === 'update' ? [] : [{ price: 10.01, qty: 1 }],
    };
    this.say({ channel: 'book', type, data: [{ symbol, ...side, ...more }] });
  }

  #answer({ method, req_id, params }: Request): void {
    if (method === 'ping') this.say({ method: 'pong' });
    const { channel, symbol: symbols = [] } = params ?? {};
    if (channel === 'instrument')
      this.say({ channel, type: 'snapshot', data: { pairs: [...this.pairs.values()] } });
    for (const symbol of symbols) {
      const way = this.ways.get(symbol) ?? 'take';
      if (channel === 'book' && method === 'subscribe') this.asked.push(symbol);
      if (channel === 'book' && way !== 'take')
        this.say({ method, req_id, success: false, symbol, error: REFUSALS[way] });
      else this.say({ method, req_id, success: true, result: { channel, symbol, depth: 25 } });
      if (channel === 'book' && method === 'subscribe' && way === 'take') this.book(symbol, 'snapshot', 1);
    }
  }
}

function pair(symbol: string, more: object = {}): object {
  const [base, quote] = symbol.split('/');
  const price = { price_precision: 2, price_increment: Number(GRID.tickSize) };
  const qty = { qty_precision: 3, qty_increment: Number(GRID.lotSize), qty_min: Number(GRID.minQty) };
  return { symbol, base, quote, status: 'online', ...price, ...qty, cost_min: GRID.minNotional, ...more };
}

export const krakenMarketRig: MarketRig = {
  adapter: krakenAdapter,
  specs: SPECS,
  open(): MarketPeer {
    const peer = new ScriptedMarket();
    return {
      clock: peer.clock,
      feed: krakenAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 }),
      asked: () => peer.asked,
      snapshotsAsked: (symbol) => peer.asked.filter((one) => one === symbol).length,
      connections: () => peer.connections,
      subscription: (symbol, how) => void peer.ways.set(symbol, how),
      change: (symbol, bidQty) => peer.book(symbol, 'update', Number(bidQty)),
      faulty: (symbol, bidQty) => peer.book(symbol, 'update', Number(bidQty), { checksum: 1 }),
      unreadable: (symbol) => peer.book(symbol, 'update', 'much'),
      fallSilent: () => {
        peer.isSilent = true;
      },
      list(symbol, more) {
        const { status, minNotional = GRID.minNotional, tick } = more ?? {};
        const decimals = tick === undefined ? {} : { price_increment: Number(tick), price_precision: 4 };
        if (more === undefined) peer.pairs.delete(symbol);
        else
          peer.pairs.set(
            symbol,
            pair(symbol, { cost_min: minNotional, ...decimals, ...(status && { status: 'maintenance' }) }),
          );
        const type = more === undefined ? 'snapshot' : 'update';
        const pairs = more === undefined ? [...peer.pairs.values()] : [peer.pairs.get(symbol)];
        peer.say({ channel: 'instrument', type, data: { pairs } });
      },
      newsUs: 0,
    };
  },
};

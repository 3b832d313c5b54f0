/** The process that reads pools, scripted: its lines, and its answers to calls. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import type { VenueAdapter } from '../../venue-adapter.ts';

type Request = { readonly do: string; readonly id: number; readonly symbols?: readonly string[] };

const GAS = '1.8';
const SPECS = [
  { symbol: 'AAA/USD', base: 'AAA', quote: 'USD', orderCost: GAS },
  { symbol: 'BBB/USD', base: 'BBB', quote: 'USD', orderCost: GAS },
];

export class ScriptedPools extends ScriptedPeer {
  /** What the chain answers to a look at its newest block. */
  isConfirmed = true;
  gas = GAS;

  constructor() {
    super(SPECS);
  }

  protected override answer({ pathname, host }: URL): HttpAnswer {
    const call = host === 'markets' || host === 'time' ? host : pathname.slice(1);
    if (call === 'markets') return ok({ rows: this.listed().map((row) => this.#row(...row)), leftOut: [] });
    return ok({ ms: 1_700_000_000_000, stepMs: 12_000 });
  }

  #row({ symbol, base, quote }: Spec, news: NonNullable<News>): object {
    const { status, minNotional = GRID.minNotional, tick = GRID.tickSize } = news;
    return {
      symbol,
      base,
      quote,
      fee: 3_000,
      active: status !== 'closed',
      priceDecimals: tick.length - 2,
      qtyDecimals: 3,
      gas: this.gas,
      minNotional,
      price: 10,
      depth: 1_000,
    };
  }

  override change(symbol: string, bidQty: string): void {
    this.book(symbol, [['10.00', bidQty]]);
  }

  book(symbol: string, bids: readonly string[][]): void {
    const hash = `0x${'ab'.repeat(32)}`;
    const asks = [['10.01', '1.000']];
    this.say({ event: 'book', symbol, block: 7, hash, time: 1_700_000_000_000, bids, asks });
  }

  protected override take(text: string): void {
    const { do: what, id, symbols = [] } = JSON.parse(text) as Request;
    if (what === 'ping') {
      this.say({ event: 'pong' });
      if (this.isConfirmed) this.say({ event: 'alive', block: 7 });
    }
    for (const symbol of symbols) {
      const way = what === 'subscribe' ? this.wayOf(symbol) : 'take';
      const error = way === 'refuse' ? 'no pool of listed tokens' : way === 'busy' ? 'too many requests' : '';
      if (what === 'subscribe') this.asked.push(symbol);
      this.say({ event: 'ack', id, verb: what, symbol, error, isFinal: way === 'refuse' });
      if (what === 'subscribe' && way === 'take') this.change(symbol, '1.000');
    }
  }
}

export const poolMarketRig = (adapter: VenueAdapter) =>
  peerRig({
    adapter,
    specs: SPECS,
    areBooksWhole: true,
    peer: () => new ScriptedPools(),
    // Nothing is missed where each message is whole: a book that is crossed is what shows a fault.
    faulty: (peer, symbol, bidQty) => (peer as ScriptedPools).book(symbol, [['10.01', bidQty]]),
  });

/** The other end of a ccxt process, scripted: its lines, and its answers to calls. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { ccxtVenue } from '../adapter.ts';

type Request = { readonly do: string; readonly id: number; readonly symbols?: readonly string[] };

const SPECS = [
  { symbol: 'AAA/USD', base: 'AAA', quote: 'USD' },
  { symbol: 'BBB/USD', base: 'BBB', quote: 'USD' },
];

export class ScriptedCcxt extends ScriptedPeer {
  /** What every call is answered with; undefined: as usual. */
  refusal: HttpAnswer | undefined;

  constructor() {
    super(SPECS);
  }

  protected override answer({ pathname }: URL): HttpAnswer {
    if (this.refusal !== undefined) return this.refusal;
    if (pathname.endsWith('/markets')) return ok(this.listed().map(([spec, news]) => marketRow(spec, news)));
    if (pathname.endsWith('/time')) return ok({ ms: 1_700_000_000_000, stepMs: 1_000 });
    return { status: 429, body: '{"name":"RateLimitExceeded","text":"slow down"}' };
  }

  override change(symbol: string, bidQty: string): void {
    this.book(symbol, [['10.00', bidQty]]);
  }

  book(symbol: string, bids: readonly string[][], more: object = {}): void {
    this.say({
      event: 'book',
      symbol,
      time: 1_700_000_000_123,
      bids,
      asks: [['10.01', '1.000']],
      left: 0,
      why: '',
      ...more,
    });
  }

  protected override take(text: string): void {
    const { do: what, id, symbols = [] } = JSON.parse(text) as Request;
    if (what === 'ping') this.say({ event: 'pong' });
    for (const symbol of symbols) {
      const way = what === 'subscribe' ? this.wayOf(symbol) : 'take';
      const error = way === 'refuse' ? 'ccxt lists no spot market' : way === 'busy' ? 'RequestTimeout' : '';
      if (what === 'subscribe') this.asked.push(symbol);
      this.say({ event: 'ack', id, verb: what, symbol, error, isFinal: way === 'refuse' });
      if (what === 'subscribe' && way === 'take') this.change(symbol, '1.000');
    }
  }
}

export function marketRow({ symbol, base, quote }: Spec, news: News): object {
  const { status, minNotional = GRID.minNotional, tick = GRID.tickSize } = news ?? {};
  const steps = { precisionMode: 4, price: tick, amount: GRID.lotSize };
  return {
    symbol,
    base,
    quote,
    active: status !== 'closed',
    ...steps,
    minAmount: GRID.minQty,
    minCost: minNotional,
    taker: '0.002',
  };
}

export const ccxtMarketRig = peerRig({
  adapter: ccxtVenue('ccxt:poloniex', 'venue'),
  specs: SPECS,
  areBooksWhole: true,
  peer: () => new ScriptedCcxt(),
  // Nothing is missed where each message is whole: a book that is crossed is what shows a fault.
  faulty: (peer, symbol, bidQty) => (peer as ScriptedCcxt).book(symbol, [['10.01', bidQty]]),
});

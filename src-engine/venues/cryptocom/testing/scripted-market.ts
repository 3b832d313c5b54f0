/** Crypto.com's market stream and REST calls, answered by a script: one book of a level a side for each instrument. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { cryptocomAdapter } from '../adapter.ts';

type Request = {
  readonly id: number;
  readonly method: string;
  readonly params?: { readonly channels: readonly string[] };
};
type Rows = readonly (readonly string[])[];

const SPECS = [
  { symbol: 'AAA_USDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBB_USDT', base: 'BBB', quote: 'USDT' },
];
const REFUSALS = {
  refuse: { code: 40_003, message: 'Invalid request' },
  busy: { code: 42_901, message: 'Too many requests' },
} as const;
/** A book without changes has an empty one as often. */
const EMPTY_EVERY_US = 5_000_000;

export class ScriptedCryptoCom extends ScriptedPeer {
  /** Books that are subscribed to. */
  readonly #served = new Set<string>();
  /** Books whose topics have fallen silent. */
  readonly mute = new Set<string>();

  constructor() {
    super(SPECS);
    const empty = (): void => {
      if (this.isSilent) return;
      for (const symbol of this.#served)
        if (!this.mute.has(symbol)) this.update(symbol, this.numberOf(symbol), this.numberOf(symbol), [], []);
      this.clock.schedule(this.clock.nowUs() + EMPTY_EVERY_US, empty);
    };
    this.clock.schedule(this.clock.nowUs() + EMPTY_EVERY_US, empty);
  }

  protected override opened(): void {
    this.#served.clear();
  }

  protected override answer({ pathname }: URL): HttpAnswer {
    if (pathname !== '/exchange/v1/public/get-instruments')
      throw new Error(`no answer to ${pathname} was scripted`);
    const data = this.listed().map(([spec, news]) => row(spec, news));
    return ok({ id: 1, method: 'public/get-instruments', code: 0, result: { data } });
  }

  override change(symbol: string, bidQty: string, missing = 0): void {
    const before = this.numberOf(symbol) + missing;
    this.number(symbol, before + 3);
    this.update(symbol, before + 3, before, [['10.00', bidQty, '1']], []);
  }

  update(symbol: string, u: number, pu: number, bids: Rows, asks: Rows): void {
    const t = 1_700_000_000_000;
    this.#push(symbol, 'book.update', { update: { bids, asks }, t, tt: t, u, pu });
  }

  protected override take(text: string): void {
    const { id, method, params } = JSON.parse(text) as Request;
    if (method === 'unsubscribe') this.say({ id, method, code: 0 });
    if (method !== 'subscribe') return;
    const symbols = (params?.channels ?? []).flatMap((name) => /^book\.(.*)\.50$/.exec(name)?.[1] ?? []);
    this.asked.push(...symbols);
    const way = symbols.map((symbol) => this.wayOf(symbol)).find((one) => one === 'refuse' || one === 'busy');
    if (way === 'refuse' || way === 'busy') {
      this.say({ id, method, ...REFUSALS[way] });
      return;
    }
    this.say({ id, method, code: 0 });
    const t = 1_700_000_000_000;
    for (const symbol of symbols) {
      if (this.wayOf(symbol) === 'silent') continue;
      this.#served.add(symbol);
      const [bids, asks] = [[['10.00', '1.000', '1']], [['10.01', '1.000', '2']]];
      this.#push(symbol, 'book', { bids, asks, t, tt: t, u: this.numberOf(symbol) });
    }
  }

  #push(symbol: string, channel: string, data: object): void {
    const subscription = `book.${symbol}.50`;
    const result = { instrument_name: symbol, subscription, channel, depth: 50, data: [data] };
    this.say({ id: -1, method: 'subscribe', code: 0, result });
  }
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const { status, minNotional: qtyTick = GRID.lotSize, tick = GRID.tickSize } = news ?? {};
  return {
    symbol,
    inst_type: 'CCY_PAIR',
    base_ccy: base,
    quote_ccy: quote,
    price_tick_size: tick,
    // The venue publishes no minimum: it is the step of quantities.
    qty_tick_size: qtyTick,
    tradable: status !== 'closed',
  };
}

export const cryptocomMarketRig = peerRig({
  adapter: cryptocomAdapter,
  specs: SPECS,
  grid: { minNotional: '0' },
  minimum: 'minQty',
  peer: () => new ScriptedCryptoCom(),
});

/** Gemini's stream and REST calls, answered by a script: one book of a level a side for each symbol. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { geminiAdapter } from '../adapter.ts';

type Request = { readonly id: string; readonly method: string; readonly params?: readonly string[] };
type Rows = readonly (readonly string[])[];

const SPECS = [
  { symbol: 'aaausd', base: 'AAA', quote: 'USD' },
  { symbol: 'bbbusd', base: 'BBB', quote: 'USD' },
];
const REFUSALS = {
  refuse: { status: 400, error: { code: -1121, msg: 'Invalid symbol' } },
  busy: { status: 503, error: { code: -1000, msg: 'Busy' } },
} as const;

export class ScriptedGemini extends ScriptedPeer {
  /** Books that subscriptions begin with, of more or less than a level a side. */
  readonly whole = new Map<string, readonly [bids: Rows, asks: Rows]>();
  protected override readonly first = 1_764_550_512_767_893;

  constructor() {
    super(SPECS);
  }

  protected override answer({ pathname }: URL): HttpAnswer {
    if (pathname !== '/v1/symbols/details/all') throw new Error(`no answer to ${pathname} was scripted`);
    return ok(this.listed().map(([spec, news]) => row(spec, news)));
  }

  override change(symbol: string, bidQty: string, missing = 0): void {
    const before = this.numberOf(symbol) + missing;
    this.number(symbol, before + 4);
    this.depth(symbol, before, before + 4, [['10.00', bidQty]], []);
  }

  depth(s: string, U: number, u: number, b: Rows, a: Rows): void {
    const text = JSON.stringify({ e: 'depthUpdate', E: 0, s, U, u, b, a });
    this.say(text.replace('"E":0', '"E":1764550512767893123'));
  }

  protected override take(text: string): void {
    const { id, method, params = [] } = JSON.parse(text) as Request;
    const books = params.flatMap((name) => /^(.*)@depth$/.exec(name)?.[1] ?? []);
    const isAsking = method === 'subscribe';
    if (isAsking) this.asked.push(...books);
    const way = books.map((symbol) => this.wayOf(symbol)).find((one) => one === 'refuse' || one === 'busy');
    if (isAsking && (way === 'refuse' || way === 'busy')) {
      this.say({ id: Number(id), ...REFUSALS[way] });
      return;
    }
    this.say({ id: Number(id), status: 200 });
    if (!isAsking) return;
    for (const symbol of books) {
      const u = this.numberOf(symbol);
      const [bids, asks] = this.whole.get(symbol) ?? [[['10.00', '1.000']], [['10.01', '1.000']]];
      if (this.wayOf(symbol) === 'take') this.depth(symbol, u, u, bids, asks);
    }
  }
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const { status, minNotional: minQty = GRID.minQty, tick = GRID.tickSize } = news ?? {};
  return {
    symbol: symbol.toUpperCase(),
    base_currency: base,
    quote_currency: quote,
    tick_size: Number(GRID.lotSize),
    quote_increment: Number(tick),
    min_order_size: minQty,
    status: status === 'closed' ? 'closed' : 'open',
    product_type: 'spot',
  };
}

export const geminiMarketRig = peerRig({
  adapter: geminiAdapter,
  specs: SPECS,
  grid: { minNotional: '0' },
  minimum: 'minQty',
  peer: () => new ScriptedGemini(),
});

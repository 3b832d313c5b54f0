/** Bybit's public spot connection and REST calls, answered by a script: one book of a level a side for each symbol. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { bybitAdapter } from '../adapter.ts';

type Request = { readonly op: string; readonly req_id?: string; readonly args?: readonly string[] };

const SPECS = [
  { symbol: 'AAAUSDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBBUSDT', base: 'BBB', quote: 'USDT' },
];
const REFUSALS = {
  refuse: 'error:handler not found,topic:orderbook.50',
  busy: 'error:system busy',
} as const;
const BOOK = 'orderbook.50.';

export class ScriptedBybit extends ScriptedPeer {
  /** Rows of the system status. */
  maintenance: readonly object[] = [];

  constructor() {
    super(SPECS);
  }

  /** All that was asked. */
  get requests(): readonly Request[] {
    return this.sent.map((text) => JSON.parse(text) as Request);
  }

  protected override answer({ pathname }: URL): HttpAnswer {
    if (pathname === '/v5/market/time') return wrapped({ timeNano: `${this.clock.nowUs()}000` });
    if (pathname === '/v5/system/status') return wrapped({ list: this.maintenance });
    if (pathname !== '/v5/market/instruments-info') throw new Error(`no answer to ${pathname} was scripted`);
    return wrapped({ category: 'spot', list: this.listed().map(([spec, news]) => row(spec, news)) });
  }

  override change(symbol: string, bidQty: string, missing = 0): void {
    const u = this.numberOf(symbol) + 1 + missing;
    this.number(symbol, u);
    this.book(symbol, 'delta', u, [['10.00', bidQty]], []);
  }

  book(symbol: string, type: string, u: number, b: readonly string[][], a: readonly string[][]): void {
    const ts = 1_700_000_000_000;
    this.say({ topic: BOOK + symbol, ts, type, data: { s: symbol, b, a, u, seq: u }, cts: ts });
  }

  protected override take(text: string): void {
    const { op, req_id, args = [] } = JSON.parse(text) as Request;
    const answer = { success: true, ret_msg: op === 'ping' ? 'pong' : op, conn_id: 'x', req_id, op };
    if (op !== 'subscribe') {
      this.say(answer);
      return;
    }
    const books = args.filter((arg) => arg.startsWith(BOOK)).map((arg) => arg.slice(BOOK.length));
    this.asked.push(...books);
    const way = books.map((symbol) => this.wayOf(symbol)).find((one) => one !== 'take');
    if (way === 'refuse' || way === 'busy') {
      this.say({ ...answer, success: false, ret_msg: REFUSALS[way] });
      return;
    }
    this.say(answer);
    for (const symbol of books) {
      if (this.wayOf(symbol) === 'silent') continue;
      this.book(symbol, 'snapshot', this.numberOf(symbol), [['10.00', '1.000']], [['10.01', '1.000']]);
    }
  }
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const { status, minNotional: minOrderAmt = GRID.minNotional, tick: tickSize = GRID.tickSize } = news ?? {};
  const lots = { basePrecision: GRID.lotSize, minOrderQty: '0.5', minOrderAmt, maxLimitOrderQty: '100' };
  const coins = { symbol, baseCoin: base, quoteCoin: quote };
  return {
    ...coins,
    status: status === 'closed' ? 'Closed' : 'Trading',
    lotSizeFilter: lots,
    priceFilter: { tickSize },
  };
}

const wrapped = (result: object): HttpAnswer => ok({ retCode: 0, retMsg: 'OK', result });

export const bybitMarketRig = peerRig({
  adapter: bybitAdapter,
  specs: SPECS,
  peer: () => new ScriptedBybit(),
});

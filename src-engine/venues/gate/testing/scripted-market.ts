/** Gate's spot stream and public REST calls, answered by a script: one book of a level a side for each pair. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { gateAdapter } from '../adapter.ts';

type Request = {
  readonly id?: number;
  readonly channel: string;
  readonly event?: string;
  readonly payload?: readonly string[];
};

const SPECS = [
  { symbol: 'AAA_USDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBB_USDT', base: 'BBB', quote: 'USDT' },
];
const REFUSALS = {
  refuse: { code: 2, message: 'unknown currency pair AAA_USDT' },
  busy: { code: 3, message: 'server is busy' },
} as const;

export class ScriptedGate extends ScriptedPeer {
  constructor() {
    super(SPECS);
  }

  protected override answer({ pathname }: URL): HttpAnswer {
    if (pathname === '/api/v4/spot/time') return ok({ server_time: this.clock.nowUs() / 1_000 });
    if (pathname !== '/api/v4/spot/currency_pairs') throw new Error(`no answer to ${pathname} was scripted`);
    return ok(this.listed().map(([spec, news]) => row(spec, news)));
  }

  override change(symbol: string, bidQty: string, missing = 0): void {
    const first = this.numberOf(symbol) + 1 + missing;
    this.number(symbol, first + 2);
    this.book(symbol, { U: first, u: first + 2, b: [['10.00', bidQty]] });
  }

  book(symbol: string, more: object): void {
    const result = { t: 1_700_000_000_000, s: `ob.${symbol}.50`, ...more };
    this.say({ channel: 'spot.obu', result, time_ms: 1_700_000_000_001, event: 'update' });
  }

  protected override take(text: string): void {
    const { id, channel, event, payload = [] } = JSON.parse(text) as Request;
    if (channel === 'spot.ping') {
      this.say({ time: 1, channel: 'spot.pong', event: '', result: null });
      return;
    }
    const answer = { time: 1, id, channel, event, payload };
    const isBooks = channel === 'spot.obu' && event === 'subscribe';
    const symbols = isBooks ? payload.map((name) => name.replace(/^ob\.(.*)\.50$/, '$1')) : [];
    this.asked.push(...symbols);
    const way = symbols.map((symbol) => this.wayOf(symbol)).find((one) => one === 'refuse' || one === 'busy');
    if (way === 'refuse' || way === 'busy') {
      this.say({ ...answer, error: REFUSALS[way], result: null });
      return;
    }
    this.say({ ...answer, error: null, result: { status: 'success' } });
    for (const symbol of symbols) {
      if (this.wayOf(symbol) === 'silent') continue;
      const [b, a] = [[['10.00', '1.000']], [['10.01', '1.000']]];
      this.book(symbol, { full: true, u: this.numberOf(symbol), b, a });
    }
  }
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const { status, minNotional = GRID.minNotional, tick = GRID.tickSize } = news ?? {};
  return {
    id: symbol,
    base,
    quote,
    fee: '0.2',
    min_base_amount: GRID.minQty,
    min_quote_amount: minNotional,
    max_base_amount: '10000',
    amount_precision: 3,
    precision: tick.length - 2,
    trade_status: status === 'closed' ? 'untradable' : 'tradable',
    type: 'normal',
  };
}

export const gateMarketRig = peerRig({ adapter: gateAdapter, specs: SPECS, peer: () => new ScriptedGate() });

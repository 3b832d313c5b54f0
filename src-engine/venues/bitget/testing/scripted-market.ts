/** Bitget's public connection and REST calls, answered by a script: one book of a level a side for each symbol. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { bitgetAdapter } from '../adapter.ts';

type Arg = { readonly instType: string; readonly topic: string; readonly symbol: string };
type Request = { readonly op: string; readonly args: readonly Arg[] };

const SPECS = [
  { symbol: 'AAAUSDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBBUSDT', base: 'BBB', quote: 'USDT' },
];
/** Numbers are above 2^53, and differ in digits that a double does not hold. */
const BEFORE = 1_304_314_508_780_000_000n;

export class ScriptedBitget extends ScriptedPeer {
  constructor() {
    super(SPECS);
  }

  protected override answer({ pathname }: URL): HttpAnswer {
    const envelope = (data: unknown) => ok({ code: '00000', msg: 'success', data });
    if (pathname === '/api/v2/public/time')
      return envelope({ serverTime: String(this.clock.nowUs() / 1_000) });
    if (pathname === '/api/v2/spot/market/tickers') return envelope([]);
    if (pathname !== '/api/v2/spot/public/symbols') throw new Error(`no answer to ${pathname} was scripted`);
    return envelope(this.listed().map(([spec, news]) => row(spec, news)));
  }

  override change(symbol: string, bidQty: string, missing = 0): void {
    const before = this.numberOf(symbol) + missing;
    this.number(symbol, before + 3);
    this.book(symbol, 'update', before + 3, before, [['10.00', bidQty]], []);
  }

  /** @param pseq 0 stands for the venue's own. */
  book(
    symbol: string,
    action: string,
    seq: number,
    pseq: number,
    b: readonly string[][],
    a: readonly string[][],
  ): void {
    const whole = (number: number): string => String(number === 0 ? 0 : BEFORE + BigInt(number));
    const data = { a, b, checksum: 0, pseq: 'pseq', seq: 'seq', ts: '1700000000000' };
    const text = JSON.stringify({
      action,
      arg: { instType: 'spot', symbol, topic: 'books' },
      data: [data],
      ts: 1_700_000_000_000,
    });
    this.say(
      text.replace('"pseq":"pseq"', `"pseq":${whole(pseq)}`).replace('"seq":"seq"', `"seq":${whole(seq)}`),
    );
  }

  protected override take(text: string): void {
    if (text === 'ping') {
      this.say('pong');
      return;
    }
    const { op, args } = JSON.parse(text) as Request;
    for (const arg of args) {
      const { symbol, topic } = arg;
      const isBook = topic === 'books' && op === 'subscribe';
      if (isBook) this.asked.push(symbol);
      const way = isBook ? this.wayOf(symbol) : 'take';
      if (way === 'refuse') this.say({ event: 'error', code: 30_001, msg: `${symbol} doesn't exist` });
      else if (way === 'busy') this.say({ event: 'error', arg, code: '30006', msg: 'request too many' });
      else this.say({ event: op, arg, connId: '1' });
      if (isBook && way === 'take')
        this.book(symbol, 'snapshot', this.numberOf(symbol), 0, [['10.00', '1.000']], [['10.01', '1.000']]);
    }
  }
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const { status, minNotional = GRID.minNotional, tick = GRID.tickSize } = news ?? {};
  return {
    symbol,
    baseCoin: base,
    quoteCoin: quote,
    minTradeAmount: GRID.minQty,
    maxTradeAmount: '10000',
    takerFeeRate: '0.001',
    makerFeeRate: '0.001',
    pricePrecision: String(tick.length - 2),
    quantityPrecision: '3',
    quotePrecision: '4',
    minTradeUSDT: minNotional,
    status: status === 'closed' ? 'halt' : 'online',
  };
}

export const bitgetMarketRig = peerRig({
  adapter: bitgetAdapter,
  specs: SPECS,
  peer: () => new ScriptedBitget(),
});

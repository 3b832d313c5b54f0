/** MEXC's spot stream and public REST calls, answered by a script: one book of a level a side for each symbol. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { mexcAdapter } from '../adapter.ts';
import { changeFrame, type Level } from './protobuf-frames.ts';

type Request = { readonly method: string; readonly params?: readonly string[] };

const SPECS = [
  { symbol: 'AAAUSDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBBUSDT', base: 'BBB', quote: 'USDT' },
];
/** Refusals have the code 0 as well. */
const REFUSALS = {
  refuse: (channel: string) => `Not Subscribed successfully! [${channel}]. Reason: Invalid symbol`,
  busy: (channel: string) => `Not Subscribed successfully! [${channel}]. Reason: too many streams`,
} as const;
const DEPTH = 'spot@public.aggre.depth.v3.api.pb@10ms@';

export class ScriptedMexc extends ScriptedPeer {
  /** Versions are above 2^31. */
  protected override readonly first = 74_891_313_263;
  /** What REST says that a book has come to beyond the changes of the stream. */
  ahead = 0;

  constructor() {
    super(SPECS);
  }

  protected override answer({ pathname, searchParams }: URL): HttpAnswer | Promise<HttpAnswer> {
    switch (pathname) {
      case '/api/v3/time':
        return ok({ serverTime: this.clock.nowUs() / 1_000 });
      case '/api/v3/exchangeInfo':
        return ok({ symbols: this.listed().map(([spec, news]) => row(spec, news)) });
      case '/api/v3/defaultSymbols':
        return ok({ code: 0, msg: 'success', data: this.specs.map(({ symbol }) => symbol) });
      case '/api/v3/depth': {
        const symbol = searchParams.get('symbol') ?? '';
        return this.restBook(symbol, () => ({
          lastUpdateId: this.numberOf(symbol) + this.ahead,
          bids: [['10.00', '1.000']],
          asks: [['10.01', '1.000']],
        }));
      }
      default:
        throw new Error(`no answer to ${pathname} was scripted`);
    }
  }

  override change(symbol: string, bidQty: string, missing = 0): void {
    this.levels(symbol, [['10.00', bidQty]], missing);
  }

  levels(symbol: string, bids: readonly Level[], missing = 0): void {
    const from = this.numberOf(symbol) + 1 + missing;
    this.number(symbol, from + 2);
    this.say(changeFrame(symbol, [String(from), String(from + 2)], bids));
  }

  protected override take(text: string): void {
    const { method, params = [] } = JSON.parse(text) as Request;
    if (method === 'PING') this.reply('PONG');
    for (const channel of params) {
      const symbol = channel.slice(channel.lastIndexOf('@') + 1);
      const isBook = channel.startsWith(DEPTH) && method === 'SUBSCRIPTION';
      if (isBook) this.asked.push(symbol);
      const way = isBook ? this.wayOf(symbol) : 'take';
      this.reply(way === 'refuse' || way === 'busy' ? REFUSALS[way](channel) : channel);
    }
  }

  reply(msg: string): void {
    this.say({ id: 0, code: 0, msg });
  }
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const { status, minNotional = GRID.minNotional, tick = GRID.tickSize } = news ?? {};
  return {
    symbol,
    status: status === 'closed' ? '2' : '1',
    baseAsset: base,
    baseAssetPrecision: 3,
    quoteAsset: quote,
    quotePrecision: tick.length - 2,
    quoteAssetPrecision: tick.length - 2,
    baseSizePrecision: GRID.minQty,
    quoteAmountPrecision: minNotional,
    isSpotTradingAllowed: true,
    takerCommission: '0.0005',
    makerCommission: '0',
    tradeSideType: 1,
  };
}

export const mexcMarketRig = peerRig({
  adapter: mexcAdapter,
  specs: SPECS,
  hasRestBooks: true,
  peer: () => new ScriptedMexc(),
});

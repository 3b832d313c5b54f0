/** Bitstamp's public stream and REST calls, answered by a script: one book of a level a side for each market. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { bitstampAdapter } from '../adapter.ts';

type Request = { readonly event: string; readonly data?: { readonly channel: string } };

const SPECS = [
  { symbol: 'aaausd', base: 'AAA', quote: 'USD' },
  { symbol: 'bbbusd', base: 'BBB', quote: 'USD' },
];
const REFUSALS = { refuse: 'Bad subscription string.', busy: 'Server is busy.' } as const;
const BOOKS = 'order_book_';

export class ScriptedBitstamp extends ScriptedPeer {
  constructor() {
    super(SPECS);
  }

  protected override answer({ pathname }: URL): HttpAnswer {
    if (pathname !== '/api/v2/markets/') throw new Error(`no answer to ${pathname} was scripted`);
    const answer = ok(this.listed().map(([spec, news]) => row(spec, news)));
    return { ...answer, headers: { date: 'Tue, 14 Nov 2023 22:13:20 GMT' } };
  }

  override change(symbol: string, bidQty: string): void {
    this.book(symbol, [['10.00', bidQty]]);
  }

  book(symbol: string, bids: readonly string[][]): void {
    const asks = [['10.01', '1.000']];
    const data = { timestamp: '1700000000', microtimestamp: '1700000000000000', bids, asks };
    this.say({ data, channel: BOOKS + symbol, event: 'data' });
  }

  protected override take(text: string): void {
    const { event, data } = JSON.parse(text) as Request;
    const channel = data?.channel ?? '';
    if (event === 'bts:heartbeat') this.say({ event, channel: '', data: { status: 'success' } });
    if (event === 'bts:unsubscribe') this.say({ event: 'bts:unsubscription_succeeded', channel, data: {} });
    if (event !== 'bts:subscribe') return;
    const symbol = channel.startsWith(BOOKS) ? channel.slice(BOOKS.length) : undefined;
    if (symbol !== undefined) this.asked.push(symbol);
    const way = symbol === undefined ? 'take' : this.wayOf(symbol);
    if (way === 'refuse' || way === 'busy') {
      this.say({ event: 'bts:error', channel: '', data: { code: null, message: REFUSALS[way] } });
      return;
    }
    this.say({ event: 'bts:subscription_succeeded', channel, data: {} });
    if (symbol !== undefined && way === 'take') this.change(symbol, '1.000');
  }
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const { status, minNotional = GRID.minNotional, tick = GRID.tickSize } = news ?? {};
  return {
    name: `${base}/${quote}`,
    market_symbol: symbol,
    base_currency: base,
    base_decimals: 3,
    counter_currency: quote,
    counter_decimals: tick.length - 2,
    minimum_order_value: minNotional,
    trading: status === 'closed' ? 'Disabled' : 'Enabled',
    market_type: 'SPOT',
  };
}

export const bitstampMarketRig = peerRig({
  adapter: bitstampAdapter,
  specs: SPECS,
  areBooksWhole: true,
  peer: () => new ScriptedBitstamp(),
  // Nothing is missed where each message is whole: a book that is crossed is what shows a fault.
  faulty: (peer, symbol, bidQty) => (peer as ScriptedBitstamp).book(symbol, [['10.01', bidQty]]),
});

/** OKX's public connection and REST calls, answered by a script: one book of a level a side for each symbol. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { okxAdapter } from '../adapter.ts';

type Arg = { readonly channel: string; readonly instId: string };
type Request = { readonly id: string; readonly op: string; readonly args: readonly Arg[] };

const SPECS = [
  { symbol: 'AAA-USDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBB-USDT', base: 'BBB', quote: 'USDT' },
];
const REFUSALS = {
  refuse: (symbol: string) => ({
    code: '60018',
    msg: `Wrong URL or channel:books,instId:${symbol} doesn't exist. Please use the correct URL, channel and parameters.`,
  }),
  busy: () => ({ code: '50013', msg: 'Systems are busy. Please try again later.' }),
} as const;

export class ScriptedMarket extends ScriptedPeer {
  protected override readonly first = 80_274_874_895;
  /** Sends the snapshot in the stream, as until August 2026. */
  hasSnapshots = true;
  /** The state of a maintenance of the trading service; empty: the question is not answered. */
  maintenance = '';

  constructor() {
    super(SPECS);
  }

  protected override answer({ pathname, searchParams }: URL): HttpAnswer | Promise<HttpAnswer> {
    const instId = searchParams.get('instId') ?? '';
    const envelope = (data: readonly object[]) => ({ code: '0', msg: '', data });
    switch (pathname) {
      case '/api/v5/public/instruments':
        return ok(envelope(this.listed().map(([spec, news]) => row(spec, news))));
      case '/api/v5/system/status':
        if (this.maintenance === '') throw new Error('no status was scripted');
        return ok(envelope([{ state: this.maintenance, serviceType: '5', env: '1' }]));
      case '/api/v5/market/books':
        return this.restBook(instId, () =>
          envelope([{ ...levels('1'), seqId: this.seqOf(instId), ts: '1700000000000' }]),
        );
      default:
        throw new Error(`no answer to ${pathname} was scripted`);
    }
  }

  /** `step` may be below zero. */
  override change(instId: string, bidQty: string, missing = 0, step = 3): void {
    const prevSeqId = this.seqOf(instId) + missing;
    const seqId = prevSeqId + step;
    this.number(instId, seqId);
    const data = [{ asks: [], bids: [['10', bidQty, '0', '1']], ...tail(seqId, prevSeqId) }];
    this.say({ arg: { channel: 'books', instId }, action: 'update', data });
  }

  snapshot(instId: string): void {
    const data = [{ ...levels('1'), ...tail(this.seqOf(instId), -1) }];
    this.say({ arg: { channel: 'books', instId }, action: 'snapshot', data });
  }

  seqOf(symbol: string): number {
    return this.numberOf(symbol);
  }

  protected override take(text: string): void {
    if (text === 'ping') {
      this.say('pong');
      return;
    }
    const { id, op, args } = JSON.parse(text) as Request;
    for (const arg of args) {
      const way = this.wayOf(arg.instId);
      const isBook = arg.channel === 'books' && op === 'subscribe';
      if (isBook) this.asked.push(arg.instId);
      if (isBook && (way === 'refuse' || way === 'busy')) {
        this.say({ id, event: 'error', ...REFUSALS[way](arg.instId), connId: 'a4d3ae55' });
        continue;
      }
      this.say({ id, event: op, arg, connId: 'a4d3ae55' });
      if (isBook && this.hasSnapshots) this.snapshot(arg.instId);
    }
  }
}

function tail(seqId: number, prevSeqId: number): object {
  return { ts: '1700000000000', checksum: 0, seqId, prevSeqId };
}

function levels(bidQty: string): object {
  return { asks: [['10.01', '1', '0', '1']], bids: [['10', bidQty, '0', '1']] };
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const { status, tick: tickSz = GRID.tickSize } = news ?? {};
  return {
    instType: 'SPOT',
    instId: symbol,
    baseCcy: base,
    quoteCcy: quote,
    tickSz,
    lotSz: GRID.lotSize,
    // The venue has no smallest value of an order: a change of the smallest quantity stands for one.
    minSz: news?.minNotional === undefined ? GRID.minQty : news.minNotional,
    state: status === 'closed' ? 'suspend' : 'live',
    ruleType: 'normal',
  };
}

export const okxMarketRig = peerRig({
  adapter: okxAdapter,
  specs: SPECS,
  grid: { minNotional: '0' },
  minimum: 'minQty',
  peer: () => new ScriptedMarket(),
});

/** HTX's spot stream, in packed frames, and REST calls, answered by a script: one book of a level a side for each symbol. */
import { gzipSync } from 'node:zlib';
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer } from '../../network.ts';
import { htxAdapter } from '../adapter.ts';

type Request = {
  readonly id?: string;
  readonly sub?: string;
  readonly unsub?: string;
  readonly pong?: number;
};

const SPECS = [
  { symbol: 'aaausdt', base: 'AAA', quote: 'USDT' },
  { symbol: 'bbbusdt', base: 'BBB', quote: 'USDT' },
];
const REFUSALS = {
  refuse: { 'err-code': 'bad-request', 'err-msg': 'invalid topic' },
  busy: { 'err-code': 'busy', 'err-msg': 'system busy' },
} as const;
const PING_EVERY_US = 5_000_000;

export class ScriptedHtx extends ScriptedPeer {
  status = 1;

  constructor() {
    super(SPECS);
    const ping = (): void => {
      if (this.isSilent) return;
      this.pack({ ping: 1_492_420_473_027 });
      this.clock.schedule(this.clock.nowUs() + PING_EVERY_US, ping);
    };
    this.clock.schedule(this.clock.nowUs() + PING_EVERY_US, ping);
  }

  protected override answer({ pathname }: URL): HttpAnswer {
    if (pathname === '/v2/market-status') return ok({ code: 200, data: { marketStatus: this.status } });
    if (pathname === '/v1/common/timestamp') return ok({ status: 'ok', data: this.clock.nowUs() / 1_000 });
    if (pathname !== '/v1/settings/common/market-symbols')
      throw new Error(`no answer to ${pathname} was scripted`);
    return ok({ status: 'ok', data: this.listed().map(([spec, news]) => row(spec, news)) });
  }

  override change(symbol: string, bidQty: string): void {
    this.book(symbol, `[[10.00,${bidQty}]]`);
  }

  /** @param bids as JSON writes them: numbers. */
  book(symbol: string, bids: string): void {
    const tick = `{"seqNum":1,"bids":${bids},"asks":[[10.01,1.000]]}`;
    this.pack(`{"ch":"market.${symbol}.mbp.refresh.20","ts":1573199608679,"tick":${tick}}`);
  }

  pack(frame: object | string): void {
    this.say(gzipSync(typeof frame === 'string' ? frame : JSON.stringify(frame)));
  }

  protected override take(text: string): void {
    const { id, sub, unsub } = JSON.parse(text) as Request;
    if (unsub !== undefined) this.pack({ id, status: 'ok', unsubbed: unsub, ts: 1 });
    if (sub === undefined) return;
    const symbol = /^market\.(.*)\.mbp\.refresh\.20$/.exec(sub)?.[1];
    if (symbol !== undefined) this.asked.push(symbol);
    const way = symbol === undefined ? 'take' : this.wayOf(symbol);
    if (way === 'refuse' || way === 'busy') {
      this.pack({ id, status: 'error', ...REFUSALS[way], ts: 1 });
      return;
    }
    this.pack({ id, status: 'ok', subbed: sub, ts: 1 });
    if (symbol !== undefined && way === 'take') this.change(symbol, '1.000');
  }
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const { status, minNotional = GRID.minNotional, tick = GRID.tickSize } = news ?? {};
  return {
    symbol,
    state: status === 'closed' ? 'suspend' : 'online',
    bc: base.toLowerCase(),
    qc: quote.toLowerCase(),
    pp: tick.length - 2,
    ap: 3,
    minov: Number(minNotional),
    lominoa: Number(GRID.minQty),
    lomaxoa: 1_000,
    at: 'enabled',
    tags: '',
  };
}

export const htxMarketRig = peerRig({
  adapter: htxAdapter,
  specs: SPECS,
  areBooksWhole: true,
  peer: () => new ScriptedHtx(),
  unreadable: (peer, symbol) => (peer as ScriptedHtx).book(symbol, '[["much",1]]'),
  // Nothing is missed where each message is whole: a book that is crossed is what shows a fault.
  faulty: (peer, symbol, bidQty) => (peer as ScriptedHtx).book(symbol, `[[10.01,${bidQty}]]`),
});

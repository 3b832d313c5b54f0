/** KuCoin's socket and public REST calls, answered by a script: one book of a level a side for each symbol. */
import { GRID } from '../../conformance/testing/market-rig.ts';
import { type News, ok, peerRig, ScriptedPeer, type Spec } from '../../conformance/testing/scripted-peer.ts';
import type { HttpAnswer, HttpRequest } from '../../network.ts';
import { kucoinAdapter } from '../adapter.ts';

type Request = { readonly id: string; readonly type: string; readonly topic?: string };
export type Level = readonly [price: string, qty: string];

const SPECS = [
  { symbol: 'AAA-USDT', base: 'AAA', quote: 'USDT' },
  { symbol: 'BBB-USDT', base: 'BBB', quote: 'USDT' },
];
const REFUSALS = {
  refuse: { code: 404, data: 'topic /market/level2 is not found' },
  busy: { code: 509, data: 'exceed max subscription count limitation' },
} as const;

export class ScriptedKucoin extends ScriptedPeer {
  status = 'open';
  /** What REST says that a book has come to beyond the changes of the socket. */
  ahead = 0;
  /** Order books by REST, bids and asks; a level a side where nothing else is said. */
  readonly levels = new Map<string, readonly [bids: readonly Level[], asks: readonly Level[]]>();
  /** Refuses order books. */
  hasNoBooks = false;
  /** Refuses tokens. */
  hasNoTokens = false;
  /** No welcome is sent. */
  isCold = false;
  #tokens = 0;

  constructor() {
    super(SPECS);
  }

  /** All that was sent. */
  get requests(): readonly Request[] {
    return this.sent.map((text) => JSON.parse(text) as Request);
  }

  protected override opened(): void {
    if (!this.isCold) this.say({ id: 'x', type: 'welcome' });
  }

  protected override answer(
    { pathname, searchParams }: URL,
    { method }: HttpRequest,
  ): HttpAnswer | Promise<HttpAnswer> {
    switch (pathname) {
      case '/api/v1/bullet-public': {
        if (method !== 'POST' || this.hasNoTokens) return { status: 503, body: '' };
        const server = { endpoint: 'wss://made.example/endpoint', protocol: 'websocket', encrypt: true };
        const instanceServers = [{ ...server, pingInterval: 18_000, pingTimeout: 10_000 }];
        return wrapped({ token: `token-${++this.#tokens}`, instanceServers });
      }
      case '/api/v1/timestamp':
        return wrapped(Math.floor(this.clock.nowUs() / 1_000));
      case '/api/v1/status':
        return wrapped({ status: this.status, msg: '' });
      case '/api/v2/symbols':
        return wrapped(this.listed().map(([spec, news]) => row(spec, news)));
      case '/api/v1/market/orderbook/level2_100': {
        const symbol = searchParams.get('symbol') ?? '';
        if (this.hasNoBooks) {
          this.restBooks.push(symbol);
          return { status: 503, body: '' };
        }
        return this.restBook(symbol, () => {
          const sequence = String(this.numberOf(symbol) + this.ahead);
          const [bids, asks] = this.levels.get(symbol) ?? [[['10.00', '1.000']], [['10.01', '1.000']]];
          return { code: '200000', data: { time: 1, sequence, bids, asks } };
        });
      }
      default:
        throw new Error(`no answer to ${pathname} was scripted`);
    }
  }

  override change(symbol: string, bidQty: string, missing = 0): void {
    this.changeLevels(symbol, [['10.00', bidQty]], [['0', '0']], missing);
  }

  changeLevels(symbol: string, bids: readonly Level[], asks: readonly Level[], missing = 0): void {
    const sequence = this.numberOf(symbol) + 1 + missing;
    this.number(symbol, sequence);
    const numbered = (rows: readonly Level[]) => rows.map((row) => [...row, String(sequence)]);
    const changes = { asks: numbered(asks), bids: numbered(bids) };
    const data = { changes, sequenceEnd: sequence, sequenceStart: sequence, symbol, time: 1_700_000_000_000 };
    this.say({ topic: `/market/level2:${symbol}`, type: 'message', subject: 'trade.l2update', data });
  }

  protected override take(text: string): void {
    const { id, type, topic = '' } = JSON.parse(text) as Request;
    if (type === 'ping') this.say({ id, type: 'pong' });
    if (type === 'unsubscribe') this.say({ id, type: 'ack' });
    if (type !== 'subscribe') return;
    const symbols = topic.slice(topic.indexOf(':') + 1).split(',');
    const isBooks = topic.startsWith('/market/level2:');
    if (isBooks) this.asked.push(...symbols);
    const ways = symbols.map((symbol) => this.wayOf(symbol));
    const way = isBooks ? ways.find((one) => one !== 'take') : undefined;
    this.say(
      way === 'refuse' || way === 'busy' ? { id, type: 'error', ...REFUSALS[way] } : { id, type: 'ack' },
    );
  }
}

function row({ symbol, base, quote }: Spec, news: News): object {
  const {
    status,
    minNotional: minFunds = GRID.minNotional,
    tick: priceIncrement = GRID.tickSize,
  } = news ?? {};
  const sizes = { baseMinSize: GRID.minQty, baseIncrement: GRID.lotSize, quoteMinSize: '0.1', minFunds };
  const coins = { symbol, name: symbol, baseCurrency: base, quoteCurrency: quote };
  return { ...coins, ...sizes, priceIncrement, enableTrading: status !== 'closed' };
}

const wrapped = (data: unknown): HttpAnswer => ok({ code: '200000', data });

export const kucoinMarketRig = peerRig({
  adapter: kucoinAdapter,
  specs: SPECS,
  hasRestBooks: true,
  peer: () => new ScriptedKucoin(),
});

/** The same way through ccxt pro: watch the market, and once it pays send the first order of the cycle. No books beyond its own, no risk, no journal. */
import { pro } from 'ccxt';
import { PAYING_BID, symbolsOf } from './made-books.ts';
import { CLIENTS, type ClientPhase, type ClientStart, secretOf } from './messages.ts';
import { serveClient } from './serve-client.ts';
import { SocketStamps } from './socket-stamps.ts';
import { WayRecord } from './way-record.ts';

const { face, url, wsUrl } = JSON.parse(process.argv[2] ?? '{}') as ClientStart;
const stamps = new SocketStamps();
stamps.install();
const record = new WayRecord();
const { eth, cross } = symbolsOf(face);
const symbols = Object.values(symbolsOf(face));
/** What ours begins with: 2,000 in the home currency. */
const [QTY, PRICE] = [0.66, 3_000.5];

const auth = {
  apiKey: CLIENTS.ccxt.key,
  secret: secretOf(face, CLIENTS.ccxt.secret),
  enableRateLimit: false,
};
const client = face === 'kraken' ? kraken() : binance();
await client.loadHttpProxyAgent();
await client.loadMarkets();

function kraken(): InstanceType<typeof pro.kraken> {
  const made = new pro.kraken({
    ...auth,
    urls: {
      api: {
        public: url,
        private: url,
        ws: {
          public: wsUrl,
          private: `${wsUrl}/v2/auth`,
          publicV2: `${wsUrl}/v2`,
          privateV2: `${wsUrl}/v2/auth`,
        },
      },
    },
  });
  // ccxt counts milliseconds; two calls within one would share a nonce on a loopback.
  let nonce = Date.now() * 1_000;
  made.nonce = () => ++nonce;
  return made;
}

function binance(): InstanceType<typeof pro.binance> {
  const made = new pro.binance({
    ...auth,
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: ['spot'] },
      fetchMargins: false,
      fetchCurrencies: false,
    },
  });
  const { api } = made.urls as { api: Record<string, unknown> };
  const ws = { ...(api['ws'] as object), spot: `${wsUrl}/ws`, 'ws-api': { spot: `${wsUrl}/ws-api/v3` } };
  made.urls['api'] = {
    ...api,
    public: `${url}/api/v3`,
    private: `${url}/api/v3`,
    sapi: `${url}/sapi/v1`,
    ws,
  };
  return made;
}

/** Waits for the next change of any of the pairs, by ccxt's fastest way. */
async function change(): Promise<void> {
  if (face === 'kraken') await client.watchOrderBookForSymbols(symbols, 25);
  else await client.watchBidsAsks(symbols);
}

/** Best bid of the pair that makes the cycle pay; 0 before its first. What comes in one chunk is one change to ccxt. */
function bestBid(): number {
  if (face === 'kraken') return Number(client.orderbooks[cross]?.bids[0]?.[0] ?? 0);
  return client.bidsasks[cross]?.bid ?? 0;
}

let by: 'socket' | 'rest' = 'socket';
let isOpen = false;
let fault: Error | undefined;

/** The write of the tick before is the first one after its decision. */
function settle(): void {
  if (stamps.firstMs > 0) record.sent(stamps.firstMs);
}

async function follow(): Promise<void> {
  for (;;) {
    await change();
    const { receivedMs } = stamps;
    const decidedMs = performance.now();
    record.frame(receivedMs, decidedMs);
    const pays = bestBid() >= PAYING_BID;
    if (pays && !isOpen) order(receivedMs, decidedMs);
    isOpen = pays;
  }
}

function order(receivedMs: number, decidedMs: number): void {
  settle();
  record.open(receivedMs);
  record.decided(decidedMs);
  record.durable(decidedMs);
  stamps.mark();
  const terms = [eth, 'limit', 'buy', QTY, PRICE, { timeInForce: 'IOC' }] as const;
  const sent = by === 'socket' ? client.createOrderWs(...terms) : client.createOrder(...terms);
  sent.catch(fail);
}

function fail(error: unknown): void {
  fault = error instanceof Error ? error : new Error('ccxt failed', { cause: error });
}

void follow().catch(fail);
await client.createOrderWs(eth, 'limit', 'buy', QTY, PRICE / 2, { timeInForce: 'IOC' });
await client.createOrder(eth, 'limit', 'buy', QTY, PRICE / 2, { timeInForce: 'IOC' });

serveClient({
  begin: (phase: ClientPhase) => {
    by = phase.kind === 'ccxt' ? phase.by : 'socket';
    record.clear();
  },
  end: () => {
    if (fault !== undefined) throw fault;
    settle();
    return record.figures(1);
  },
  stop: () => client.close(),
});

/** One made book in the words of each venue: a whole book, and changes of a level a side that go on from it. */
import { SeededRandom } from '../src-engine/lib/random.ts';
import { snapshotFrame as kucoinSnapshot } from '../src-engine/venues/kucoin/parse.ts';

const LEVELS = 50;
const CHANGES = 4_000;
const FIRST = 74_891_000_000;
const MID = 60_000;

type Row = readonly [price: string, qty: string];
/** The `at`-th change, from 0: its number is `FIRST + at + 1`. */
type Change = { readonly at: number; readonly bid: Row; readonly ask: Row };
type Whole = { readonly bids: readonly Row[]; readonly asks: readonly Row[] };

export type Wire = {
  readonly symbol: string;
  readonly snapshots: (whole: Whole) => readonly string[];
  readonly change: (change: Change) => string;
};

const number = (at: number): number => FIRST + at;
const bare = (rows: readonly Row[]): string => rows.map(([price, qty]) => `[${price},${qty}]`).join(',');
const json = (rows: readonly Row[]): string => JSON.stringify(rows);

/** A level near the best; about a third of them are removed. */
function level(random: SeededRandom, side: -1 | 1): Row {
  const price = MID + side * (1 + Math.floor(random.next() ** 2 * LEVELS));
  return [price.toFixed(1), random.next() < 0.3 ? '0' : (random.next() * 3 + 0.0001).toFixed(4)];
}

function whole(): Whole {
  const side = (sign: -1 | 1): Row[] =>
    Array.from({ length: LEVELS }, (_, at) => [(MID + sign * (at + 1)).toFixed(1), '1.5000']);
  return { bids: side(-1), asks: side(1) };
}

/** The frames of a venue: those that a book begins with, and its changes. */
export function framesOf({ snapshots, change }: Wire): {
  readonly snapshots: readonly string[];
  readonly changes: readonly string[];
} {
  const random = new SeededRandom(17);
  const changes = Array.from({ length: CHANGES }, (_, at) =>
    change({ at, bid: level(random, -1), ask: level(random, 1) }),
  );
  return { snapshots: snapshots(whole()), changes };
}

const okx = (
  action: string,
  seqId: number,
  prevSeqId: number,
  bids: readonly Row[],
  asks: readonly Row[],
): string => {
  const rows = (side: readonly Row[]): string[][] => side.map((row) => [...row, '0', '1']);
  const data = [{ asks: rows(asks), bids: rows(bids), ts: '1700000000000', checksum: 0, seqId, prevSeqId }];
  return JSON.stringify({ arg: { channel: 'books', instId: 'BTC-USDT' }, action, data });
};
const bybit = (type: string, u: number, b: readonly Row[], a: readonly Row[]): string =>
  JSON.stringify({
    topic: 'orderbook.50.BTCUSDT',
    ts: 1_700_000_000_000,
    type,
    data: { s: 'BTCUSDT', b, a, u, seq: u },
    cts: 1_700_000_000_000,
  });
const bitget = (action: string, seq: number, b: readonly Row[], a: readonly Row[]): string =>
  `{"action":"${action}","arg":{"instType":"spot","symbol":"BTCUSDT","topic":"books"},"data":[{"a":${json(a)},"b":${json(b)},"pseq":${action === 'snapshot' ? 0 : seq - 1},"seq":${seq},"ts":"1700000000000"}],"ts":1700000000000}`;
const gate = (result: object): string =>
  JSON.stringify({
    channel: 'spot.obu',
    result: { t: 1, ...result },
    time_ms: 1_700_000_000_000,
    event: 'update',
  });
const cryptocom = (channel: string, book: object): string =>
  JSON.stringify({
    id: -1,
    method: 'subscribe',
    code: 0,
    result: {
      instrument_name: 'BTC_USDT',
      subscription: 'book.BTC_USDT.50',
      channel,
      depth: 50,
      data: [book],
    },
  });
const counted = (rows: readonly Row[]): string[][] => rows.map((row) => [...row, '1']);
const coinbase = (sequence: number, type: string, updates: readonly object[]): string => {
  const events = [{ type, product_id: 'BTC-USDT', updates }];
  const timestamp = '2026-08-09T21:05:48.228568804Z';
  return JSON.stringify({ channel: 'l2_data', timestamp, sequence_num: sequence, events });
};
const offers = (side: 'bid' | 'offer', rows: readonly Row[]): object[] =>
  rows.map(([price_level, new_quantity]) => ({
    side,
    event_time: '2026-08-09T21:05:48.170326Z',
    price_level,
    new_quantity,
  }));
const gemini = (first: number, last: number, b: readonly Row[], a: readonly Row[]): string =>
  JSON.stringify({ e: 'depthUpdate', E: 1_700_000_000_000_000_000, s: 'btcusdt', U: first, u: last, b, a });

/** By the venue's id. Whole books are the messages of Bitstamp and HTX: there each change is one. */
export const WIRES: Readonly<Record<string, Wire>> = {
  okx: {
    symbol: 'BTC-USDT',
    snapshots: ({ bids, asks }) => [okx('snapshot', FIRST, -1, bids, asks)],
    change: ({ at, bid, ask }) => okx('update', number(at + 1), number(at), [bid], [ask]),
  },
  bybit: {
    symbol: 'BTCUSDT',
    snapshots: ({ bids, asks }) => [bybit('snapshot', FIRST, bids, asks)],
    change: ({ at, bid, ask }) => bybit('delta', number(at + 1), [bid], [ask]),
  },
  kucoin: {
    symbol: 'BTC-USDT',
    snapshots: ({ bids, asks }) => [
      kucoinSnapshot(
        'BTC-USDT',
        JSON.stringify({ code: '200000', data: { time: 1, sequence: String(FIRST), bids, asks } }),
      ),
    ],
    change: ({ at, bid, ask }) => {
      const [first, last] = [FIRST + 2 * at + 1, FIRST + 2 * at + 2];
      const changes = { asks: [[...ask, String(last)]], bids: [[...bid, String(first)]] };
      const data = {
        changes,
        sequenceEnd: last,
        sequenceStart: first,
        symbol: 'BTC-USDT',
        time: 1_700_000_000_000,
      };
      return JSON.stringify({
        topic: '/market/level2:BTC-USDT',
        type: 'message',
        subject: 'trade.l2update',
        data,
      });
    },
  },
  coinbase: {
    symbol: 'BTC-USDT',
    snapshots: ({ bids, asks }) => [
      coinbase(0, 'snapshot', [...offers('bid', bids), ...offers('offer', asks)]),
    ],
    change: ({ at, bid, ask }) =>
      coinbase(at + 1, 'update', [...offers('bid', [bid]), ...offers('offer', [ask])]),
  },
  bitget: {
    symbol: 'BTCUSDT',
    snapshots: ({ bids, asks }) => [bitget('snapshot', FIRST, bids, asks)],
    change: ({ at, bid, ask }) => bitget('update', number(at + 1), [bid], [ask]),
  },
  gate: {
    symbol: 'BTC_USDT',
    snapshots: ({ bids, asks }) => [gate({ full: true, s: 'ob.BTC_USDT.50', u: FIRST, b: bids, a: asks })],
    change: ({ at, bid, ask }) =>
      gate({ s: 'ob.BTC_USDT.50', U: number(at + 1), u: number(at + 1), b: [bid], a: [ask] }),
  },
  cryptocom: {
    symbol: 'BTC_USDT',
    snapshots: ({ bids, asks }) => [
      cryptocom('book', { bids: counted(bids), asks: counted(asks), t: 1_700_000_000_000, u: FIRST, cs: 0 }),
    ],
    change: ({ at, bid, ask }) =>
      cryptocom('book.update', {
        update: { bids: counted([bid]), asks: counted([ask]) },
        t: 1_700_000_000_000,
        u: number(at + 1),
        pu: number(at),
        cs: 0,
      }),
  },
  gemini: {
    symbol: 'btcusdt',
    snapshots: ({ bids, asks }) => [gemini(FIRST, FIRST, bids, asks)],
    change: ({ at, bid, ask }) => gemini(number(at), number(at + 1), [bid], [ask]),
  },
  bitfinex: {
    symbol: 'tBTCUSD',
    snapshots: ({ bids, asks }) => [
      '{"event":"subscribed","channel":"book","chanId":17082,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"100","pair":"BTCUSD"}',
      `[17082,[${[...bids.map(([price, qty]) => `[${Number(price)},1,${Number(qty)}]`), ...asks.map(([price, qty]) => `[${Number(price)},1,-${Number(qty)}]`)].join(',')}],1]`,
    ],
    // A message is of one level.
    change: ({ at, bid, ask }) => {
      const [[price, qty], sign] = at % 2 === 0 ? [bid, ''] : [ask, '-'];
      const isRemoved = Number(qty) === 0;
      return `[17082,[${Number(price)},${isRemoved ? 0 : 3},${sign}${isRemoved ? 1 : Number(qty)}],${at + 2}]`;
    },
  },
  bitstamp: {
    symbol: 'btcusd',
    snapshots: () => [],
    change: ({ bid, ask }) => {
      const { bids, asks } = whole();
      const data = {
        timestamp: '1700000000',
        microtimestamp: '1700000000000000',
        bids: over(bids, bid),
        asks: over(asks, ask),
      };
      return JSON.stringify({ data, channel: 'order_book_btcusd', event: 'data' });
    },
  },
  htx: {
    symbol: 'btcusdt',
    snapshots: () => [],
    change: ({ at, bid, ask }) => {
      const { bids, asks } = whole();
      const tick = `{"seqNum":${number(at)},"bids":[${bare(over(bids.slice(0, 20), bid))}],"asks":[${bare(over(asks.slice(0, 20), ask))}]}`;
      return `{"ch":"market.btcusdt.mbp.refresh.20","ts":1700000000000,"tick":${tick}}`;
    },
  },
};

/** A book whose level at this price is another one. */
function over(rows: readonly Row[], [price, qty]: Row): readonly Row[] {
  return qty === '0' ? rows : rows.map((row) => (row[0] === price ? [price, qty] : row));
}

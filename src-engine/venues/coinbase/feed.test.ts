import { describe, expect, it } from 'vitest';
import { BookStore } from '../../books/book-store.ts';
import { createInstrument } from '../../domain/instrument.ts';
import { MAX_LINE_BYTES } from '../../storage/market-log-lines.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { coinbaseAdapter } from './adapter.ts';
import { instrumentsFromProducts } from './instruments.ts';
import { BOOK_DEPTH, CoinbaseDecoder } from './market-decoder.ts';
import { CoinbaseParser } from './parse.ts';
import { coinbaseMarketRig, type Row, ScriptedMarket } from './testing/scripted-market.ts';

const SPECS = coinbaseMarketRig.specs;
const PRODUCT = 'AAA-USD';

function open(specs = SPECS) {
  const network = new ScriptedMarket();
  const feed = coinbaseAdapter.openFeed({ clock: network.clock, network, random: () => 0.5 });
  const rig = { ...coinbaseMarketRig, specs };
  return { network, feed, watcher: new MarketWatcher(rig, { ...rig.open(), clock: network.clock, feed }) };
}

/** A whole book: bids from 100.00 down, asks from 100.01 up, a cent apart. */
const whole = (levels: number): Row[] => [
  ...Array.from({ length: levels }, (_, at): Row => ['bid', (100 - at / 100).toFixed(2), '1']),
  ...Array.from({ length: levels }, (_, at): Row => ['offer', (100.01 + at / 100).toFixed(2), '1']),
];

describe('the feed of Coinbase', () => {
  it('reads a large snapshot in parts, and the changes behind it in order when it is read', async () => {
    const { network, feed, watcher } = open();
    network.snapshots.set(PRODUCT, whole(6_000));
    await watcher.start();
    expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'live']);
    expect([watcher.store.book(0).bidCount, watcher.bidQty(0)]).toEqual([BOOK_DEPTH, 1_000]);
    // Again by hand: nothing is taken until all parts have had their turn.
    const socket = network.socketOf(PRODUCT);
    const updates = whole(6_000).map(([side, price_level]) => ({
      side,
      event_time: '',
      price_level,
      new_quantity: '3',
    }));
    socket?.say('l2_data', { type: 'snapshot', product_id: PRODUCT, updates });
    network.update(PRODUCT, [['bid', '100', '7']]);
    network.update(PRODUCT, [['bid', '100', '8']]);
    expect(watcher.bidQty(0)).toBe(1_000);
    await watcher.pass(1);
    expect(watcher.bidQty(0)).toBe(8_000);
    expect(watcher.store.book(0).bidQtys[1]).toBe(3_000);
    await feed.stop();
  });

  it('loses a book at once when the venue’s list names it no longer, and one that its trades have left behind', async () => {
    const { network, feed, watcher } = open();
    await watcher.start();
    const socket = network.socketOf(PRODUCT);
    socket?.subscriptions.get('level2')?.delete(PRODUCT);
    const names = [...(socket?.subscriptions ?? [])].map(([channel, products]) => [channel, [...products]]);
    socket?.say('subscriptions', { subscriptions: Object.fromEntries(names) });
    expect(watcher.lost).toEqual([[PRODUCT, 'the venue ended its subscription: it is asked for again']]);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    await watcher.pass(5_000_000);
    expect(watcher.state(0)).toBe('live');
    watcher.lost.length = 0;
    const trade = {
      trade_id: '1',
      product_id: PRODUCT,
      price: '10',
      size: '1',
      side: 'BUY',
      time: new Date(network.clock.nowUs() / 1_000).toISOString(),
    };
    network.socketOf(PRODUCT)?.say('market_trades', { type: 'update', trades: [trade] });
    await watcher.pass(11_000_000);
    expect(watcher.lost).toEqual([[PRODUCT, 'its next message is overdue: it is asked for again']]);
    await watcher.pass(5_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'live']);
    await feed.stop();
  });

  it('shows the levels behind the window as those before them go, and never loses one of the venue’s', async () => {
    const { network, feed, watcher } = open();
    network.snapshots.set(PRODUCT, whole(1_000));
    await watcher.start();
    network.update(
      PRODUCT,
      whole(1_000)
        .slice(0, 900)
        .map(([side, price]): Row => [side, price, '0']),
    );
    const book = watcher.store.book(0);
    expect([book.bidCount, book.bidPrices[0], book.bidPrices[99]]).toEqual([100, 9_100, 9_001]);
    expect(book.askCount).toBe(BOOK_DEPTH);
    await feed.stop();
  });

  it('makes the connection anew where a message of any channel is missing, and records nothing behind it', async () => {
    const { network, feed, watcher } = open();
    await watcher.start();
    const socket = network.socketOf(PRODUCT);
    const recorded = watcher.raw.length;
    if (socket !== undefined) socket.next += 1;
    socket?.say('heartbeats', { heartbeat_counter: 9 });
    expect(watcher.raw).toHaveLength(recorded);
    expect(watcher.lost).toMatchObject([[PRODUCT, expect.stringMatching(/sequence_num \d+ came after \d+/)]]);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    await watcher.pass(3_000_000);
    expect([watcher.state(0), network.sockets.length]).toEqual(['live', 3]);
    await feed.stop();
  });

  it('reads each event of a message, and loses the book of the one that cannot be read', async () => {
    const { network, feed, watcher } = open();
    await watcher.start();
    const change = (price_level: string, new_quantity: string) => ({
      type: 'update',
      product_id: PRODUCT,
      updates: [{ side: 'bid', event_time: '', price_level, new_quantity }],
    });
    const socket = network.socketOf(PRODUCT);
    socket?.say('l2_data', change('10', '2'), change('9', '3'), change('10', '4'));
    const book = watcher.store.book(0);
    expect([book.bidQtys[0], book.bidQtys[1], watcher.lost]).toEqual([4_000, 3_000, []]);
    socket?.say('l2_data', change('10', '5'), change('10', 'much'), change('10', '6'));
    expect(watcher.lost.map(([symbol]) => symbol)).toEqual([PRODUCT]);
    await watcher.pass(3_000_000);
    expect([watcher.state(0), network.sockets.length]).toEqual(['live', 2]);
    await feed.stop();
  });

  it.each<[what: string, frame: (sequence_num: number) => string]>([
    ['is cut off', (n) => `{"channel":"l2_data","timestamp":"","sequence_num":${n},"events":[{"type":"upd`],
    ['has no list of events', (n) => JSON.stringify({ channel: 'l2_data', sequence_num: n, events: {} })],
    ['names no product', (n) => JSON.stringify({ channel: 'l2_data', sequence_num: n, events: [{}] })],
    [
      'has one event of no product',
      (n) => JSON.stringify({ channel: 'l2_data', sequence_num: n, events: [1, 2] }),
    ],
    ['names no channel', (n) => JSON.stringify({ sequence_num: n, events: [] })],
  ])('makes the connection anew where a numbered message %s: it may be of any book', async (_, frame) => {
    const { network, feed, watcher } = open();
    await watcher.start();
    const socket = network.socketOf(PRODUCT);
    socket?.sayText(frame(socket.next++));
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    await watcher.pass(3_000_000);
    expect([watcher.state(0), network.sockets.length]).toEqual(['live', 3]);
    await feed.stop();
  });

  it('a trade that cannot be read, and the book of a product of no run, cost no book', async () => {
    const { network, feed, watcher } = open();
    await watcher.start();
    const socket = network.socketOf(PRODUCT);
    socket?.say('market_trades', { type: 'update', trades: [{ product_id: PRODUCT, price: 'much' }] });
    socket?.say('market_trades', { type: 'update', trades: 3 });
    socket?.say('l2_data', { type: 'update', product_id: 'ZZZ-USD', updates: [] });
    await watcher.pass(3_000_000);
    expect([watcher.state(0), network.sockets.length, watcher.lost]).toEqual(['live', 2, []]);
    await feed.stop();
  });

  it('gives the book of X-USD to X-USDC too, and subscribes to it once', async () => {
    const twin = { symbol: 'AAA-USDC', base: 'AAA', quote: 'USDC' };
    const native = { symbol: 'USDT-USDC', base: 'USDT', quote: 'USDC' };
    const { network, feed, watcher } = open([...SPECS, twin, native]);
    await watcher.start();
    expect(network.asked).toEqual([PRODUCT, 'BBB-USD', 'USDT-USDC']);
    network.update(PRODUCT, [['bid', '10', '4']]);
    expect([watcher.bidQty(0), watcher.bidQty(2), watcher.bidQty(3)]).toEqual([4_000, 4_000, 1_000]);
    network.update(PRODUCT, [['bid', '10', 'much']]);
    expect(watcher.lost.map(([symbol]) => symbol)).toEqual([PRODUCT, 'AAA-USDC']);
    await watcher.pass(3_000_000);
    expect([watcher.state(0), watcher.state(2)]).toEqual(['live', 'live']);
    await feed.stop();
  });

  it('does not give the book of one product to another that counts in other decimals', () => {
    const spec = { ...GRID, base: 'AAA', priceDecimals: 2, qtyDecimals: 3 };
    const own = createInstrument({ ...spec, symbol: PRODUCT, quote: 'USD' }, 0, 'coinbase');
    const other = createInstrument(
      { ...spec, symbol: 'AAA-USDC', quote: 'USDC', qtyDecimals: 4 },
      1,
      'coinbase',
    );
    const { watcher } = open();
    expect(new CoinbaseDecoder([own, other], watcher, 'coinbase').strangers).toEqual([other]);
  });

  it('groups all books but the first four, and begins no two connections at once', async () => {
    const specs = Array.from({ length: 40 }, (_, at) => ({
      symbol: `C${at}-USD`,
      base: `C${at}`,
      quote: 'USD',
    }));
    const { network, feed, watcher } = open(specs);
    feed.start(watcher.instruments, watcher);
    await watcher.pass(400_000);
    expect(network.sockets).toHaveLength(1);
    await watcher.pass(10_000_000);
    expect(network.sockets).toHaveLength(6);
    expect(specs.map((_, id) => watcher.state(id))).toEqual(specs.map(() => 'live'));
    const level2 = network.requests.filter(({ channel }) => channel === 'level2');
    expect(level2.map(({ product_ids }) => product_ids?.length)).toEqual([1, 1, 1, 1, 25, 11]);
    await feed.stop();
  });

  it('a snapshot of the largest product, 5 MB, is a line that a market log may have', () => {
    const updates = whole(26_000).map(([side, price_level, new_quantity]) => {
      const event_time = '2026-08-09T21:05:48.170326Z';
      return { side, event_time, price_level, new_quantity };
    });
    const events = [{ type: 'snapshot', product_id: PRODUCT, updates }];
    const raw = JSON.stringify({ channel: 'l2_data', timestamp: '', sequence_num: 0, events });
    expect(raw.length).toBeGreaterThan(5_000_000);
    expect(JSON.stringify({ t: 1, raw }).length).toBeLessThan(MAX_LINE_BYTES);
  });

  it('replays a book that a recording begins with', () => {
    const instrument = createInstrument(
      { ...SPECS[0], ...GRID, symbol: 'AAA-USDC', base: 'AAA', quote: 'USDC' },
      0,
      'coinbase',
    );
    const store = new BookStore([instrument], { depth: BOOK_DEPTH });
    const sink = {
      onBook: (update: Parameters<BookStore['apply']>[0]) => void store.apply(update),
      onTrade: () => undefined,
      onFeed: () => undefined,
      onAlive: () => undefined,
      onRaw: () => undefined,
      onBookLost: () => undefined,
      onInstrumentStatus: () => undefined,
    };
    const { frames } = coinbaseAdapter;
    const text = frames.bookFrame?.('AAA-USDC', -1, [['10.5', '2']], [['11', '1']]) ?? '';
    const line = Buffer.from(JSON.stringify(text));
    expect(frames.decoder([instrument], sink, 'coinbase')(line, 1, line.length - 1, 5)).toBe('');
    expect([store.sync(0).state, store.book(0).bidPrices[0], store.book(0).askQtys[0]]).toEqual([
      'live',
      1_050,
      1_000,
    ]);
    expect(frames.bookShape?.(text)).toEqual({
      symbol: PRODUCT,
      isSnapshot: true,
      priceDecimals: 1,
      qtyDecimals: 0,
    });
  });
});

describe('frames of Coinbase', () => {
  const instrument = createInstrument({ ...GRID, symbol: PRODUCT, base: 'AAA', quote: 'USD' }, 0, 'coinbase');
  const symbols = new SymbolIndex([instrument]);
  const WIRE =
    '{"channel":"l2_data","timestamp":"2026-08-09T21:05:48.505350477Z","sequence_num":14,"events":[{"type":"update","product_id":"AAA-USD","updates":[{"side":"bid","event_time":"2026-08-09T21:05:48.210883Z","price_level":"10.5","new_quantity":"1.5"},{"side":"offer","event_time":"2026-08-09T21:05:48.210883Z","price_level":"10.515","new_quantity":"9"},{"side":"offer","event_time":"2026-08-09T21:05:48.210883Z","price_level":"11","new_quantity":"0.12345678"}]}]}';
  const seen = ({ head, rows }: CoinbaseParser) => [
    [head.instrumentId, head.isSnapshot, head.venueUs],
    Array.from(rows.isBid.subarray(0, rows.count)),
    Array.from(rows.prices.subarray(0, rows.count)),
    Array.from(rows.qtys.subarray(0, rows.count)),
  ];

  it('are read the same by the short way and the general one: finer quantities are cut, and prices between the steps left out', () => {
    const [short, general, escaped] = [
      new CoinbaseParser(symbols),
      new CoinbaseParser(symbols),
      new CoinbaseParser(symbols),
    ];
    expect(short.parse(Buffer.from(WIRE), 3)).toEqual({ kind: 'book' });
    expect(general.parseText(WIRE, 3)).toEqual({ kind: 'book' });
    const line = Buffer.from(JSON.stringify(WIRE));
    expect(escaped.parseEscaped(line, 1, line.length - 1, 3)).toEqual({ kind: 'book' });
    expect(seen(short)).toEqual([
      [0, false, 1_786_309_548_505_350],
      [1, 0],
      [1_050, 1_100],
      [1_500, 123],
    ]);
    expect(seen(general)).toEqual(seen(short));
    expect(seen(escaped)).toEqual(seen(short));
  });

  it('are the same in parts as whole, wherever a part ends and however the last one does', () => {
    const row = (at: number): string =>
      `{"side":"${at % 2 === 0 ? 'bid' : 'offer'}","event_time":"2026-08-09T21:05:48.210883Z","price_level":"${100 + at}","new_quantity":"1.5"}`;
    const of = (rows: number, more: string): Buffer => {
      const levels = Array.from({ length: rows }, (_, at) => row(at));
      levels[0] = levels[0]?.replace('"1.5"', `"1.5${'0'.repeat(more.length)}"`) ?? '';
      return Buffer.from(WIRE.replace(/\[\{"side".*\}\]\}\]\}$/, `[${levels.join(',')}]}]}`));
    };
    // Longer by a digit each time: every byte of a row is once where a part ends; and the frame ends about where a part does.
    for (let shift = 0; shift < 30; shift++)
      for (const rows of [560 + shift * 5, 1_300]) {
        const bytes = of(rows, '0'.repeat(shift));
        const [parts, all] = [new CoinbaseParser(symbols), new CoinbaseParser(symbols)];
        let frame = parts.parse(bytes, 3, true);
        for (let part = 0; frame.kind === 'partial' && part < 10; part++) frame = parts.more(bytes);
        expect([all.parse(bytes, 3), frame]).toEqual([{ kind: 'book' }, { kind: 'book' }]);
        expect(parts.rows.count).toBe(rows);
        expect(seen(parts)).toEqual(seen(all));
      }
  });

  it('that cannot be read name what is wrong, and which book it costs', () => {
    const parser = new CoinbaseParser(symbols);
    const bad = (text: string) => parser.parse(Buffer.from(text), 0);
    expect(bad(WIRE.replace('"1.5"', '"much"'))).toMatchObject({ kind: 'error', instrumentId: 0 });
    expect(bad(WIRE.replace('"bid"', '"ask"'))).toMatchObject({ kind: 'error', instrumentId: 0 });
    expect(bad(WIRE.replace('"10.5"', '"0"'))).toMatchObject({ kind: 'error', instrumentId: 0 });
    expect(bad(WIRE.replace(PRODUCT, 'ZZZ-USD'))).toMatchObject({ kind: 'error', code: 'unknown-symbol' });
    expect(bad('{"type":"error","message":"no"}')).toEqual({ kind: 'refusal', text: 'no' });
    expect(bad('{"channel"')).toMatchObject({ kind: 'error', instrumentId: undefined });
  });
});

describe('products of Coinbase', () => {
  const row = {
    product_id: 'BTC-USD',
    product_type: 'SPOT',
    base_currency_id: 'BTC',
    quote_currency_id: 'USD',
    base_increment: '0.00000001',
    quote_increment: '0.01',
    price_increment: '0.05',
    base_min_size: '0.00000001',
    base_max_size: '3400',
    quote_min_size: '1',
    status: 'online',
    alias: '',
  };

  it('keep their exact steps, and what cannot be traded is left out under its name', () => {
    const { instruments, leftOut } = instrumentsFromProducts([
      row,
      { ...row, product_id: 'BTC-USDC', quote_currency_id: 'USDC', alias: 'BTC-USD', limit_only: true },
      { ...row, product_id: 'USDT-USDC', base_currency_id: 'USDT', quote_currency_id: 'USDC' },
      { ...row, product_id: 'NEW-USDC', base_currency_id: 'NEW', quote_currency_id: 'USDC' },
      { ...row, product_id: 'OLD-USD', base_currency_id: 'OLD', status: 'delisted', trading_disabled: true },
      { ...row, product_id: 'BIT-27NOV26-CDE', product_type: 'FUTURE' },
      { ...row, product_id: 'ZERO-USD', base_currency_id: 'ZERO', price_increment: '0' },
      { ...row, product_id: 'OFF-USD', base_currency_id: 'OFF', view_only: 'maybe' },
      17,
    ]);
    expect(
      instruments.map(({ symbol, tickSize, minNotional, status }) => [symbol, tickSize, minNotional, status]),
    ).toEqual([
      ['BTC-USD', '0.05', '1', 'online'],
      ['BTC-USDC', '0.05', '1', 'limit_only'],
      ['USDT-USDC', '0.05', '1', 'online'],
      ['OLD-USD', '0.05', '1', 'delisted'],
      ['OFF-USD', '0.05', '1', 'maintenance'],
    ]);
    expect(leftOut.map(({ name }) => name)).toEqual(['NEW-USDC', 'BIT-27NOV26-CDE', 'ZERO-USD', '[8]']);
  });
});

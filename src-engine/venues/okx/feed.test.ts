import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { okxAdapter } from './adapter.ts';
import { BookLane } from './book-lane.ts';
import { instrumentsFromRows } from './instruments.ts';
import { OkxParser } from './parse.ts';
import { okxMarketRig, ScriptedMarket } from './testing/scripted-market.ts';

const SYMBOL = 'AAA-USDT';

function open() {
  const network = new ScriptedMarket();
  const feed = okxAdapter.openFeed({ clock: network.clock, network, random: () => 0.5 });
  const peer = { ...okxMarketRig.open(), clock: network.clock, feed };
  return { network, feed, watcher: new MarketWatcher(okxMarketRig, peer) };
}

describe('the feed of OKX', () => {
  it('asks for a book by REST where the stream begins with changes, and joins them on to it', async () => {
    const { network, feed, watcher } = open();
    network.hasSnapshots = false;
    await watcher.start();
    expect(watcher.state(0)).toBe('syncing');
    const called = (): number => network.called.filter((path) => path.endsWith('/books')).length;
    expect(called()).toBe(0);
    network.change(SYMBOL, '2.5');
    network.change(SYMBOL, '3.5');
    await watcher.pass(500_000);
    expect([called(), watcher.state(0), watcher.bidQty(0)]).toEqual([1, 'live', 1_000]);
    network.change(SYMBOL, '4.5');
    expect([watcher.state(0), watcher.bidQty(0), watcher.state(1)]).toEqual(['live', 4_500, 'syncing']);
    await feed.stop();
  });

  it('takes a book by REST only for a subscription that stands: not while the connection is down or before changes wait', async () => {
    const { network, feed, watcher } = open();
    network.hasSnapshots = false;
    network.held = [];
    await watcher.start();
    network.change(SYMBOL, '2.5');
    await watcher.pass(500_000);
    expect(network.held).toHaveLength(1);
    network.say({ event: 'notice', code: '64008', msg: 'about to be closed for a service upgrade' });
    for (const answer of network.held) answer();
    await watcher.pass(0);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['syncing', 0]);
    network.held = undefined;
    await watcher.pass(3_000_000);
    expect([watcher.state(0), network.connections]).toEqual(['syncing', 2]);
    network.change(SYMBOL, '3.5');
    await watcher.pass(500_000);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('goes on where numbers fall after a maintenance, stays where they stay, and loses a repeated change', async () => {
    const { network, feed, watcher } = open();
    await watcher.start();
    network.change(SYMBOL, '2.5', 0, -80_000_000_000);
    network.change(SYMBOL, '2.5', 0, 0);
    network.change(SYMBOL, '3.5');
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 3_500]);
    network.change(SYMBOL, '3.5', -3);
    expect(watcher.state(0)).toBe('syncing');
    await feed.stop();
  });

  it('leaves a subscription that is acknowledged and stays silent, and asks for it anew', async () => {
    const { network, feed, watcher } = open();
    network.hasSnapshots = false;
    await watcher.start();
    await watcher.pass(12_000_000);
    expect(network.asked.filter((symbol) => symbol === SYMBOL)).toHaveLength(2);
    network.hasSnapshots = true;
    await watcher.pass(30_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'live']);
    await feed.stop();
  });

  it('changes the connection when the venue announces its end, and shows a maintenance of the venue', async () => {
    const { network, feed, watcher } = open();
    await watcher.start();
    network.say({ event: 'notice', code: '64008', msg: 'about to be closed for a service upgrade' });
    await watcher.pass(3_000_000);
    expect([network.connections, watcher.state(0)]).toEqual([2, 'live']);
    network.maintenance = 'ongoing';
    const before = watcher.states.length;
    await watcher.pass(61_000_000);
    expect(watcher.states.slice(before)).toEqual(['open']);
    await feed.stop();
  });

  it('spreads more than 25 books over several connections, each of which loses its own books alone', async () => {
    const network = new ScriptedMarket();
    const specs = Array.from({ length: 60 }, (_, at) => ({
      symbol: `C${at}-USDT`,
      base: `C${at}`,
      quote: 'USDT',
    }));
    const feed = okxAdapter.openFeed({ clock: network.clock, network, random: () => 0.5 });
    const rig = { ...okxMarketRig, specs };
    const watcher = new MarketWatcher(rig, { ...rig.open(), clock: network.clock, feed });
    await watcher.start();
    expect(network.connections).toBe(3);
    expect(watcher.states).toEqual(['connecting', 'open']);
    expect(specs.map((_, id) => watcher.state(id))).toEqual(specs.map(() => 'live'));
    // The connection that opened last carries the last ten.
    network.say({ event: 'notice', code: '64008', msg: 'about to be closed for a service upgrade' });
    expect(watcher.states).toEqual(['connecting', 'open']);
    expect(watcher.lost.map(([symbol]) => symbol)).toEqual(specs.slice(50).map(({ symbol }) => symbol));
    await watcher.pass(3_000_000);
    expect(watcher.state(59)).toBe('live');
    await feed.stop();
  });
});

describe('frames of OKX', () => {
  const instrument = createInstrument(
    { symbol: SYMBOL, base: 'AAA', quote: 'USDT', ...GRID, priceDecimals: 2, qtyDecimals: 3 },
    0,
    'okx',
  );
  const symbols = new SymbolIndex([instrument]);
  const WIRE =
    '{"arg":{"channel":"books","instId":"AAA-USDT"},"action":"update","data":[{"asks":[["10.01","0","0","0"]],"bids":[["10","1.5","0","4"],["9.99","2","0","1"]],"ts":"1652459225464","checksum":-914047754,"seqId":123,"prevSeqId":120}]}';

  it('are read the same by the short way and the general one, plain and as a market log keeps them', () => {
    const parser = new OkxParser(symbols);
    const short = new BookUpdate();
    const seen = ({ seq, prevSeq, venueUs, bidCount, askCount, bidPrices, bidQtys }: BookUpdate) => [
      [seq, prevSeq, venueUs, bidCount, askCount],
      [...bidPrices.slice(0, bidCount), ...bidQtys.slice(0, bidCount)],
    ];
    for (const text of [WIRE, WIRE.replace('"seqId":123,"prevSeqId":120', '"prevSeqId":120,"seqId":123')]) {
      const lane = new BookLane(symbols);
      expect(lane.read(Buffer.from(text), 0, text.length, 7, short)).toBe(true);
      expect(parser.parseText(text, 7)).toEqual({ kind: 'book' });
      expect(seen(parser.update)).toEqual(seen(short));
      expect(seen(short)).toEqual([
        [123, 120, 1_652_459_225_464_000, 2, 1],
        [1_000, 999, 1_500, 2_000],
      ]);
      const line = Buffer.from(JSON.stringify(text));
      expect(lane.readEscaped(line, 1, line.length - 1, 7, short)).toBe(true);
    }
  });

  it('that cannot be read name what is wrong, and which book it costs', () => {
    const parser = new OkxParser(symbols);
    const bad = (text: string) => parser.parse(Buffer.from(text), 0);
    expect(bad(WIRE.replace('"1.5"', '"much"'))).toMatchObject({ kind: 'error', instrumentId: 0 });
    expect(bad(WIRE.replace('"10.01"', '"0"'))).toMatchObject({ kind: 'error', instrumentId: 0 });
    expect(bad(WIRE.replace('123', '"x"'))).toMatchObject({ kind: 'error', instrumentId: 0 });
    expect(bad(WIRE.replace('AAA-USDT', 'ZZZ-USDT'))).toMatchObject({
      kind: 'error',
      code: 'unknown-symbol',
    });
    expect(bad('{"arg"')).toMatchObject({ kind: 'error', instrumentId: undefined });
    expect(bad('pong')).toEqual({ kind: 'other' });
  });
});

describe('instruments of OKX', () => {
  const row = {
    instType: 'SPOT',
    instId: 'BTC-USDT',
    baseCcy: 'BTC',
    quoteCcy: 'USDT',
    tickSz: '0.1',
    lotSz: '0.00000001',
    minSz: '0.00001',
    state: 'live',
    ruleType: 'normal',
  };

  it('keep their exact steps, and what cannot be traded is left out under its name', () => {
    const { instruments, leftOut } = instrumentsFromRows([
      row,
      { ...row, instId: 'OLD-USDT', baseCcy: 'OLD', state: 'suspend', ruleType: undefined },
      { ...row, instId: 'PRE-USDT', baseCcy: 'PRE', ruleType: 'pre_market' },
      { ...row, instId: 'TEST-USDT', baseCcy: 'TEST', state: 'test' },
      { ...row, instId: 'SWAP', instType: 'SWAP' },
      { ...row, instId: 'ZERO-USDT', baseCcy: 'ZERO', tickSz: '0' },
      { ...row, instId: 'BTC-USDT' },
      'a row',
    ]);
    expect(instruments).toMatchObject([
      {
        symbol: 'BTC-USDT',
        tickSize: '0.1',
        lotSize: '0.00000001',
        minQty: '0.00001',
        minNotional: '0',
        status: 'online',
      },
      { symbol: 'OLD-USDT', status: 'maintenance' },
    ]);
    expect(leftOut.map(({ name }) => name)).toEqual([
      'PRE-USDT',
      'TEST-USDT',
      'SWAP',
      'ZERO-USDT',
      'BTC-USDT',
      '[7]',
    ]);
  });
});

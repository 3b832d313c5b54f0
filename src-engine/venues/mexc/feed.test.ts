import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { mexcAdapter } from './adapter.ts';
import { packedText } from './fields.ts';
import { instrumentsFromInfo } from './instruments.ts';
import { MexcParser } from './parse.ts';
import { changeFrame, dealFrame, field } from './testing/protobuf-frames.ts';
import { mexcMarketRig, ScriptedMexc } from './testing/scripted-market.ts';

const [AAA] = mexcMarketRig.specs.map(({ symbol }) => symbol) as [string];

async function start(prepare: (peer: ScriptedMexc) => void = () => undefined) {
  const peer = new ScriptedMexc();
  prepare(peer);
  const feed = mexcAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(mexcMarketRig, { ...mexcMarketRig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, feed, watcher };
}

describe('the feed of MEXC', () => {
  it('asks for one stream a request, 30 a connection at most, and pings by its own message', async () => {
    const { peer, feed, watcher } = await start();
    const requests = peer.sent.map((text) => JSON.parse(text) as { params?: readonly string[] });
    expect(requests.flatMap(({ params }) => params ?? [])).toEqual([
      'spot@public.aggre.depth.v3.api.pb@10ms@AAAUSDT',
      'spot@public.aggre.deals.v3.api.pb@10ms@AAAUSDT',
      'spot@public.aggre.depth.v3.api.pb@10ms@BBBUSDT',
      'spot@public.aggre.deals.v3.api.pb@10ms@BBBUSDT',
    ]);
    peer.sent.length = 0;
    await watcher.pass(21_000_000);
    expect(peer.sent).toContain('{"method":"PING"}');
    await feed.stop();
  });

  it('takes only an answer that names the channel for an acceptance, whatever its code; a refusal may be for now or final', async () => {
    const { peer, feed, watcher } = await start((made) => void made.ways.set(AAA, 'busy'));
    await watcher.pass(5_000_000);
    expect([watcher.state(0), watcher.state(1), watcher.stops]).toEqual(['syncing', 'live', []]);
    peer.ways.set(AAA, 'refuse');
    await watcher.pass(60_000_000);
    expect(watcher.stops).toMatchObject([[AAA, expect.stringContaining('Invalid symbol')]]);
    await feed.stop();
  });

  it('asks for the order book again where it is older than the first change that waits', async () => {
    const { peer, feed, watcher } = await start((made) => void (made.held = []));
    peer.change(AAA, '2.000', 40);
    for (const go of peer.held?.splice(0) ?? []) go();
    peer.held = undefined;
    await watcher.pass(3_000_000);
    expect(peer.restBooks.filter((symbol) => symbol === AAA).length).toBeGreaterThan(1);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('packs its bytes into text for a recording alone, and counts each frame all the same', async () => {
    const { peer, feed, watcher } = await start();
    const frames = () => [watcher.raw.length, watcher.raw.at(-1)?.text.includes('spot@public.aggre.depth')];
    const [before] = frames();
    peer.change(AAA, '2.000');
    expect(frames()).toEqual([Number(before) + 1, false]);
    Object.assign(watcher, { isRecording: () => false });
    peer.change(AAA, '3.000');
    expect(frames()).toEqual([Number(before) + 2, true]);
    expect(watcher.bidQty(0)).toBe(3_000);
    await feed.stop();
  });

  it('leaves a stream that was acknowledged and never came while its order book moved on', async () => {
    const { peer, feed, watcher } = await start();
    await watcher.pass(16_000_000);
    peer.ahead = 7;
    await watcher.pass(60_000_000);
    expect(watcher.lost).toContainEqual([AAA, expect.stringContaining('sends none of its changes')]);
    expect(peer.sent.join(' ')).toContain('UNSUBSCRIPTION');
    await feed.stop();
  });

  it('leaves a stream that sends nothing more behind its first change while trades go on and its order book moves', async () => {
    const { peer, feed, watcher } = await start();
    const trade = () => peer.say(dealFrame(AAA, ['10.01', '1'], 1, peer.clock.nowUs() / 1_000));
    await watcher.pass(5_000_000);
    trade();
    peer.change(AAA, '2.000');
    await watcher.pass(30_000_000);
    const looks = () => peer.restBooks.filter((symbol) => symbol === AAA).length;
    const before = looks();
    for (let second = 0; second < 10; second++) {
      trade();
      peer.change(AAA, `${second + 3}.000`);
      await watcher.pass(1_000_000);
    }
    expect([looks(), watcher.lost]).toEqual([before, []]);
    peer.ahead = 7;
    for (let second = 0; second < 30; second++) {
      trade();
      await watcher.pass(1_000_000);
    }
    expect(watcher.lost[0]).toEqual([AAA, expect.stringContaining('sends none of its changes')]);
    await feed.stop();
  });
});

describe('frames of MEXC', () => {
  const instrument = createInstrument({ symbol: AAA, base: 'AAA', quote: 'USDT', ...GRID }, 0, 'mexc');
  const parser = new MexcParser(new SymbolIndex([instrument]));
  const levels = () => {
    const { bidCount, bidPrices, bidQtys, askCount, askPrices, askQtys, seq } = parser.update;
    return [
      seq,
      [bidPrices.slice(0, bidCount), bidQtys.slice(0, bidCount)].map((side) => [...side]),
      [askPrices.slice(0, askCount), askQtys.slice(0, askCount)].map((side) => [...side]),
    ];
  };

  it('are read alike from their bytes and from a recording, with one side, with none, and with zeros behind the point', () => {
    for (const [bids, asks] of [
      [[['10.00', '0.00000000']], [['10.01', '1.5']]],
      [[], [['12', '3']]],
      [[], []],
    ] as const) {
      const bytes = changeFrame(AAA, ['74891313264', '74891313269'], bids, asks);
      expect(parser.parse(bytes, 7)).toEqual({ kind: 'book' });
      const live = levels();
      const text = Buffer.from(JSON.stringify(packedText(bytes)));
      expect(parser.parseEscaped(text, 1, text.length - 1, 7)).toEqual({ kind: 'book' });
      expect(levels()).toEqual(live);
      expect(parser.firstSeq).toBe(74_891_313_264);
    }
    parser.parse(changeFrame(AAA, ['1', '2'], [['10.00', '0.00000000']], [['10.01', '1.5']]), 7);
    expect(levels()).toEqual([2, [[1_000], [0]], [[1_001], [1_500]]]);
  });

  it('cut a quantity that is finer than the steps, and have trades by the side of the taker', () => {
    parser.parse(changeFrame(AAA, ['1', '2'], [['10.00', '0.0019']]), 7);
    expect(parser.update.bidQtys[0]).toBe(1);
    expect(parser.parse(dealFrame(AAA, ['10.01', '2.5'], 2), 7)).toMatchObject({
      kind: 'trades',
      trades: [{ price: 1_001, qty: 2_500, side: 'sell', venueUs: 1_782_208_005_090_000, receivedUs: 7 }],
    });
  });

  it.each([
    ['a change without its versions', changeFrame(AAA, ['', ''], []), 0, false],
    ['a change whose versions go back', changeFrame(AAA, ['9', '8'], []), 0, false],
    ['a level without a price', changeFrame(AAA, ['1', '2'], [['0', '1']]), 0, false],
    ['a price that is finer than the steps', changeFrame(AAA, ['1', '2'], [['10.001', '1']]), 0, false],
    ['a change of no symbol', changeFrame('', ['1', '2'], []), undefined, true],
    ['a change of another run', changeFrame('CCCUSDT', ['1', '2'], []), undefined, false],
    ['a trade without its side', dealFrame(AAA, ['1', '2'], 0), undefined, false],
    ['bytes that end early', changeFrame(AAA, ['1', '2'], []).subarray(0, 60), undefined, true],
    ['a book whose row ends early', field(313, Buffer.from([10, 9, 10])), undefined, true],
  ])(
    'that cannot be read cost their own book, or all where they may be of any: %s',
    (_what, frame, id, costsAll) => {
      expect(parser.parse(frame, 7)).toMatchObject({ kind: 'error', instrumentId: id, costsAll });
    },
  );
});

describe('instruments of MEXC', () => {
  const row = {
    symbol: AAA,
    status: '1',
    baseAsset: 'AAA',
    baseAssetPrecision: 2,
    quoteAsset: 'USDT',
    quotePrecision: 5,
    quoteAssetPrecision: 5,
    quoteAmountPrecision: '1',
    baseSizePrecision: '0',
    isSpotTradingAllowed: true,
    takerCommission: '0.0005',
    tradeSideType: 1,
  };

  it('have minimums where the venue calls them precisions, and stand still where programs may not trade both ways', () => {
    const symbols = [
      row,
      { ...row, symbol: 'BBBUSDT', baseAsset: 'BBB', tradeSideType: 2, baseSizePrecision: '0.5' },
      { ...row, symbol: 'CCCUSDT', baseAsset: 'CCC' },
      { ...row, symbol: 'DDDUSDT', baseAsset: 'DDD', quoteAssetPrecision: 19 },
    ];
    const { instruments, leftOut } = instrumentsFromInfo({ symbols }, new Set([AAA, 'BBBUSDT']));
    expect(instruments).toMatchObject([
      {
        symbol: AAA,
        tickSize: '0.00001',
        lotSize: '0.01',
        minQty: '0.01',
        minNotional: '1',
        takerFee: '0.0005',
        status: 'online',
      },
      { symbol: 'BBBUSDT', minQty: '0.5', status: 'maintenance' },
      { symbol: 'CCCUSDT', status: 'maintenance' },
    ]);
    expect(leftOut).toEqual([{ name: 'DDDUSDT', reason: 'quoteAssetPrecision 19 is not a count of digits' }]);
  });
});

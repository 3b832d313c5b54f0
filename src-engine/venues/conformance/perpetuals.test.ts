/** The perpetuals of every venue that has some: answers in the shapes of their documents, read exactly, with what cannot be read named. */
import { expect, test } from 'vitest';
import type { PerpetualReading } from '../../domain/perpetual.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import type { HttpAnswer, Network } from '../network.ts';
import type { PerpetualSource } from '../perpetual-source.ts';
import { ADAPTERS } from '../registry.ts';
import { Throttled } from '../toolkit/throttled.ts';

const NOW_US = 1_780_000_000_000_000;
const NEXT_MS = 1_780_012_800_000;
const HOUR_US = 3_600_000_000;
const HOUR_OF_PAYMENT_US = 1_779_998_400_000_000;

/** By the beginning of a path: its answer, or several in turn. */
type Script = Readonly<Record<string, string | HttpAnswer>>;

/** What one venue answers of BTC (whole), ETH (unreadable), and others that are not perpetuals of coins against a dollar. */
type Double = {
  readonly script: Script;
  readonly reading: PerpetualReading;
  readonly paid: string;
  /** Of hours at which payments are valued: its path and answer, of one that is whole and one that is not. */
  readonly marks?: readonly [path: string, answer: string];
};

const ok = (data: unknown) => JSON.stringify({ code: '0', data, msg: '' });
const BTC = {
  symbol: 'BTC/USDT',
  rate: '0.0000125',
  nextUs: NEXT_MS * 1_000,
  index: '61000.123456789012345',
  // In base, whatever a venue counts them in.
  top: { bid: '61001.4', bidQty: '7.25', ask: '61001.5', askQty: '0.001' },
};

const DOUBLES: Readonly<Record<string, Double>> = {
  binance: {
    script: {
      '/fapi/v1/exchangeInfo': JSON.stringify({
        symbols: [
          {
            symbol: 'BTCUSDT',
            contractType: 'PERPETUAL',
            status: 'TRADING',
            baseAsset: 'BTC',
            quoteAsset: 'USDT',
            marginAsset: 'USDT',
          },
          {
            symbol: 'ETHUSDT',
            contractType: 'PERPETUAL',
            status: 'TRADING',
            baseAsset: 'ETH',
            quoteAsset: 'USDT',
            marginAsset: 'USDT',
          },
          {
            symbol: 'BTCUSDT_261225',
            contractType: 'CURRENT_QUARTER',
            status: 'TRADING',
            baseAsset: 'BTC',
            quoteAsset: 'USDT',
            marginAsset: 'USDT',
          },
          {
            symbol: 'ETHBTC',
            contractType: 'PERPETUAL',
            status: 'TRADING',
            baseAsset: 'ETH',
            quoteAsset: 'BTC',
            marginAsset: 'BTC',
          },
          { symbol: 7, contractType: 'PERPETUAL', status: 'TRADING' },
        ],
      }),
      '/fapi/v1/fundingInfo': JSON.stringify([{ symbol: 'BTCUSDT', fundingIntervalHours: 4 }]),
      '/fapi/v1/premiumIndex': `[{"symbol":"BTCUSDT","markPrice":"61001.50000000","indexPrice":"${BTC.index}","lastFundingRate":"0.00001250","nextFundingTime":${NEXT_MS},"time":1779999999500},
        {"symbol":"ETHUSDT","markPrice":"none","indexPrice":"3000","lastFundingRate":"0.0001","nextFundingTime":${NEXT_MS},"time":1779999999500}]`,
      '/fapi/v1/ticker/bookTicker': `[{"symbol":"BTCUSDT","bidPrice":"61001.40","bidQty":"7.250","askPrice":"61001.50","askQty":"0.001","time":1}]`,
      '/fapi/v1/openInterest': '{"symbol":"BTCUSDT","openInterest":"70123.456","time":1779999999000}',
      '/fapi/v1/fundingRate':
        '[{"symbol":"BTCUSDT","fundingTime":1779999600003,"fundingRate":"-0.00010000","markPrice":"60990.1"}]',
    },
    reading: {
      ...BTC,
      venueUs: 1_779_999_999_500_000,
      mark: '61001.5',
      everyUs: 4 * HOUR_US,
      openInterest: '70123.456',
    },
    paid: '1779999600003000 -0.0001 60990.1',
  },
  bybit: {
    script: {
      '/v5/market/instruments-info': `{"retCode":0,"result":{"nextPageCursor":"","list":[
        {"symbol":"BTCUSDT","contractType":"LinearPerpetual","status":"Trading","baseCoin":"BTC","quoteCoin":"USDT","settleCoin":"USDT","fundingInterval":480},
        {"symbol":"ETHUSDT","contractType":"LinearPerpetual","status":"Trading","baseCoin":"ETH","quoteCoin":"USDT","settleCoin":"USDT","fundingInterval":480},
        {"symbol":"BTC-26DEC26","contractType":"LinearFutures","status":"Trading","baseCoin":"BTC","quoteCoin":"USDC","settleCoin":"USDC","fundingInterval":0}]}}`,
      '/v5/market/tickers': `{"retCode":0,"time":1779999999500,"result":{"list":[
        {"symbol":"BTCUSDT","markPrice":"61001.50","indexPrice":"${BTC.index}","openInterest":"48069.549","fundingRate":"0.0000125","nextFundingTime":"${NEXT_MS}","bid1Price":"61001.40","bid1Size":"7.25","ask1Price":"61001.50","ask1Size":"0.001"},
        {"symbol":"ETHUSDT","markPrice":"3000","indexPrice":"3000","openInterest":"-1","fundingRate":"0.0001","nextFundingTime":"${NEXT_MS}"}]}}`,
      '/v5/market/funding/history':
        '{"retCode":0,"result":{"list":[{"symbol":"BTCUSDT","fundingRate":"-0.0001","fundingRateTimestamp":"1779999600000"}]}}',
    },
    reading: {
      ...BTC,
      venueUs: 1_779_999_999_500_000,
      mark: '61001.5',
      everyUs: 8 * HOUR_US,
      openInterest: '48069.549',
    },
    paid: '1779999600000000 -0.0001 -',
    marks: [
      '/v5/market/mark-price-kline',
      '{"retCode":0,"result":{"list":[["1779998400000","60990.10","61000","60900","60950"],["1779994800000","0","1","1","1"]]}}',
    ],
  },
  okx: {
    script: {
      '/api/v5/public/instruments': ok([
        {
          instId: 'BTC-USDT-SWAP',
          ctType: 'linear',
          state: 'live',
          ctValCcy: 'BTC',
          settleCcy: 'USDT',
          ctVal: '0.01',
          ctMult: '1',
        },
        { instId: 'ETH-USDT-SWAP', ctType: 'linear', state: 'live', ctValCcy: 'ETH', settleCcy: 'USDT' },
        { instId: 'BTC-USD-SWAP', ctType: 'inverse', state: 'live', ctValCcy: 'USD', settleCcy: 'BTC' },
      ]),
      '/api/v5/public/funding-rate-history': ok([
        {
          instId: 'BTC-USDT-SWAP',
          fundingRate: '0.018',
          realizedRate: '-0.0001',
          fundingTime: '1779999600000',
        },
      ]),
      '/api/v5/public/funding-rate': ok([
        {
          instId: 'BTC-USDT-SWAP',
          fundingRate: '0.0000125',
          fundingTime: `${NEXT_MS}`,
          nextFundingTime: `${NEXT_MS + 2 * 3_600_000}`,
        },
        { instId: 'ETH-USDT-SWAP', fundingRate: '7', fundingTime: `${NEXT_MS}`, nextFundingTime: '' },
      ]),
      '/api/v5/public/mark-price': ok([
        { instId: 'BTC-USDT-SWAP', markPx: '61001.5', ts: '1779999999500' },
        { instId: 'ETH-USDT-SWAP', markPx: '3000', ts: '1779999999500' },
      ]),
      '/api/v5/public/open-interest': ok([
        { instId: 'BTC-USDT-SWAP', oi: '2125419', oiCcy: '21254.19', ts: '1' },
      ]),
      '/api/v5/market/tickers': ok([
        { instId: 'BTC-USDT-SWAP', bidPx: '61001.4', bidSz: '725', askPx: '61001.5', askSz: '0.1', ts: '1' },
      ]),
      '/api/v5/market/index-tickers': ok([{ instId: 'BTC-USDT', idxPx: BTC.index, ts: '1' }]),
    },
    reading: {
      ...BTC,
      venueUs: 1_779_999_999_500_000,
      mark: '61001.5',
      everyUs: 2 * HOUR_US,
      openInterest: '21254.19',
    },
    paid: '1779999600000000 -0.0001 -',
    marks: [
      '/api/v5/market/mark-price-candles',
      ok([
        ['1779998400000', '60990.1', '61000', '60900', '60950', '0'],
        ['1779994800000', ''],
      ]),
    ],
  },
  kucoin: {
    script: {
      '/api/v1/contracts/active': {
        status: 200,
        headers: { date: new Date(NOW_US / 1_000).toUTCString() },
        body: `{"code":"200000","data":[
        {"symbol":"XBTUSDTM","baseCurrency":"XBT","quoteCurrency":"USDT","settleCurrency":"USDT","isInverse":false,"status":"Open","multiplier":0.001,"fundingFeeRate":1.25E-5,"fundingRateGranularity":28800000,"openInterest":"8033201","markPrice":61001.50,"indexPrice":${BTC.index},"nextFundingRateTime":12798321},
        {"symbol":"ETHUSDTM","baseCurrency":"ETH","quoteCurrency":"USDT","settleCurrency":"USDT","isInverse":false,"status":"Open","multiplier":0.01,"fundingFeeRate":null,"markPrice":3000,"nextFundingRateTime":1},
        {"symbol":"XBTMZ26","baseCurrency":"XBT","quoteCurrency":"USD","settleCurrency":"XBT","isInverse":true,"status":"Open","nextFundingRateTime":null}]}`,
      },
      '/api/v1/allTickers':
        '{"code":"200000","data":[{"symbol":"XBTUSDTM","bestBidPrice":"61001.4","bestBidSize":7250,"bestAskPrice":"61001.5","bestAskSize":1,"ts":1779999999500000000}]}',
      '/api/v1/contract/funding-rates':
        '{"code":"200000","data":[{"symbol":"XBTUSDTM","fundingRate":-1.0E-4,"timepoint":1779999600000}]}',
    },
    reading: { ...BTC, venueUs: NOW_US, mark: '61001.5', everyUs: 8 * HOUR_US, openInterest: '8033.201' },
    paid: '1779999600000000 -0.0001 -',
  },
  gate: {
    script: {
      '/api/v4/futures/usdt/contracts': {
        status: 200,
        headers: { date: new Date(NOW_US / 1_000).toUTCString() },
        body: `[{"name":"BTC_USDT","type":"direct","quanto_multiplier":"0.0001","mark_price":"61001.5","index_price":"${BTC.index}","funding_rate":"0.0000125","funding_interval":28800,"funding_next_apply":${NEXT_MS / 1_000},"position_size":5223816,"in_delisting":false},
        {"name":"ETH_USDT","type":"direct","quanto_multiplier":"0.01","mark_price":"0","funding_rate":"0.0001","funding_interval":28800,"funding_next_apply":0,"in_delisting":false},
        {"name":"BTC_USDT_20261225","type":"direct","in_delisting":false}]`,
      },
      '/api/v4/futures/usdt/tickers':
        '[{"contract":"BTC_USDT","highest_bid":"61001.4","highest_size":"72500","lowest_ask":"61001.5","lowest_size":"10"}]',
      '/api/v4/futures/usdt/funding_rate': '[{"r":"-0.0001","t":1779999600}]',
    },
    reading: { ...BTC, venueUs: NOW_US, mark: '61001.5', everyUs: 8 * HOUR_US, openInterest: '522.3816' },
    paid: '1779999600000000 -0.0001 -',
    marks: [
      '/api/v4/futures/usdt/candlesticks',
      '[{"t":1779998400,"o":"60990.1","h":"61000","l":"60900","c":"60950"},{"t":1779994800,"o":"-"}]',
    ],
  },
  bitget: {
    script: {
      '/api/v2/mix/market/contracts': JSON.stringify({
        code: '00000',
        data: [
          {
            symbol: 'BTCUSDT',
            symbolType: 'perpetual',
            symbolStatus: 'normal',
            baseCoin: 'BTC',
            quoteCoin: 'USDT',
          },
          {
            symbol: 'ETHUSDT',
            symbolType: 'perpetual',
            symbolStatus: 'normal',
            baseCoin: 'ETH',
            quoteCoin: 'USDT',
          },
          {
            symbol: 'BTCUSDT1226',
            symbolType: 'delivery',
            symbolStatus: 'normal',
            baseCoin: 'BTC',
            quoteCoin: 'USDT',
          },
        ],
      }),
      '/api/v2/mix/market/tickers': JSON.stringify({
        code: '00000',
        data: [
          {
            symbol: 'BTCUSDT',
            markPrice: '61001.5',
            indexPrice: BTC.index,
            fundingRate: '0.5',
            holdingAmount: '125.6844',
            bidPr: '61001.4',
            bidSz: '7.25',
            askPr: '61001.5',
            askSz: '0.001',
            ts: '1779999999500',
          },
          {
            symbol: 'ETHUSDT',
            markPrice: '3000',
            indexPrice: '3000',
            fundingRate: '0.1',
            holdingAmount: '1',
            ts: 'yesterday',
          },
        ],
      }),
      '/api/v2/mix/market/current-fund-rate': JSON.stringify({
        code: '00000',
        data: [
          { symbol: 'BTCUSDT', fundingRate: '0.0000125', fundingRateInterval: '8', nextUpdate: `${NEXT_MS}` },
        ],
      }),
      '/api/v2/mix/market/history-fund-rate':
        '{"code":"00000","data":[{"symbol":"BTCUSDT","fundingRate":"-0.0001","fundingTime":"1779999600000"}]}',
    },
    reading: {
      ...BTC,
      venueUs: 1_779_999_999_500_000,
      mark: '61001.5',
      everyUs: 8 * HOUR_US,
      openInterest: '125.6844',
    },
    paid: '1779999600000000 -0.0001 -',
    marks: [
      '/api/v2/mix/market/history-mark-candles',
      '{"code":"00000","data":[["1779998400000","60990.1","61000","60900","60950","0","0"],[]]}',
    ],
  },
};

function sourceOf(venue: string, script: Script, asked: string[] = []): PerpetualSource {
  const network: Network = {
    connect: () => {
      throw new Error('perpetuals are read by REST');
    },
    request: ({ url }) => {
      const { pathname, search } = new URL(url);
      asked.push(pathname + search);
      const found = script[pathname] ?? { status: 404, body: '{}' };
      return Promise.resolve(typeof found === 'string' ? { status: 200, body: found } : found);
    },
  };
  const adapter = ADAPTERS.find(({ id }) => id === venue);
  if (adapter?.perpetuals === undefined) throw new Error(`${venue} has no perpetuals`);
  return adapter.perpetuals.open({ clock: new SimulatedClock(NOW_US), network, random: () => 0 });
}

test('every venue with perpetuals has a scripted double here', () => {
  const ids = ADAPTERS.filter(({ perpetuals }) => perpetuals !== undefined).map(({ id }) => id);
  expect(ids.toSorted()).toEqual(Object.keys(DOUBLES).toSorted());
});

for (const [venue, { script, reading, paid, marks }] of Object.entries(DOUBLES)) {
  test(`${venue}: exact amounts, its own time, the next payment and its interval; a row that cannot be read is named`, async () => {
    const source = sourceOf(venue, script);
    const { contracts } = await source.listContracts();
    expect(contracts.map(({ symbol }) => symbol)).toEqual(['BTC/USDT', 'ETH/USDT']);
    const { readings, unread } = await source.read(contracts);
    expect(readings).toEqual([reading]);
    expect(unread.map(({ name }) => name)).toEqual([contracts[1]?.contract]);
    const btc = contracts[0] as (typeof contracts)[number];
    const { payments } = await source.readPayments(btc, NOW_US - HOUR_US);
    const [payment] = payments;
    expect(`${payment?.paidUs} ${payment?.rate} ${payment?.mark ?? '-'}`).toBe(paid);
    if (marks === undefined) return expect(source.readMarks).toBeUndefined();
    const valued = sourceOf(venue, { [marks[0]]: marks[1] });
    expect([...((await valued.readMarks?.(btc)) ?? [])]).toEqual([[HOUR_OF_PAYMENT_US, '60990.1']]);
  });

  test(`${venue}: what is not JSON, not a list, or asks for a pause stops the reading and is no empty list`, async () => {
    for (const body of ['<html>', '{"code":"00000","retCode":0}', 'null']) {
      const broken = Object.fromEntries(Object.keys(script).map((path) => [path, body]));
      await expect(sourceOf(venue, broken).listContracts()).rejects.toThrow();
    }
    const busy = Object.fromEntries(Object.keys(script).map((path) => [path, { status: 429, body: '{}' }]));
    await expect(sourceOf(venue, busy).listContracts()).rejects.toThrow(Throttled);
  });
}

/** Where best prices come by a call of their own: its path and a row of its answer. */
const TOPS: Readonly<
  Record<string, readonly [path: string, answer: (bid: unknown, ask: unknown) => string]>
> = {
  binance: [
    '/fapi/v1/ticker/bookTicker',
    (bid, ask) => JSON.stringify([{ symbol: 'BTCUSDT', bidPrice: bid, askPrice: ask }]),
  ],
  okx: ['/api/v5/market/tickers', (bid, ask) => ok([{ instId: 'BTC-USDT-SWAP', bidPx: bid, askPx: ask }])],
  kucoin: [
    '/api/v1/allTickers',
    (bid, ask) =>
      JSON.stringify({
        code: '200000',
        data: [{ symbol: 'XBTUSDTM', bestBidPrice: bid, bestAskPrice: ask }],
      }),
  ],
  gate: [
    '/api/v4/futures/usdt/tickers',
    (bid, ask) => JSON.stringify([{ contract: 'BTC_USDT', highest_bid: bid, lowest_ask: ask }]),
  ],
};

for (const [venue, [path, answer]] of Object.entries(TOPS)) {
  test(`${venue}: without best prices, or with crossed ones, the rest is read; a price that is none leaves the row out`, async () => {
    const { script } = DOUBLES[venue] as Double;
    const read = async (tops: string) => {
      const source = sourceOf(venue, { ...script, [path]: tops });
      return source.read((await source.listContracts()).contracts);
    };
    for (const [bid, ask] of [
      ['0', '61001.5'],
      ['61001.4', ''],
      ['61001.5', '61001.5'],
      [undefined, undefined],
    ]) {
      const { readings, unread } = await read(answer(bid, ask));
      expect(readings).toMatchObject([{ symbol: 'BTC/USDT', top: undefined }]);
      expect(unread).toHaveLength(1);
    }
    expect((await read(answer('61001.4', '61001.5'))).readings[0]?.top).toMatchObject({ bidQty: '0' });
    const failed = await read('<html>');
    expect(failed.readings).toMatchObject([{ symbol: 'BTC/USDT', top: undefined }]);
    expect(failed.unread.map(({ name }) => name)).toContain('best prices');
    expect((await read(answer('much', '61001.5'))).readings).toEqual([]);
  });
}

test('numbers that no double holds stay as the venue wrote them', async () => {
  for (const venue of ['kucoin', 'gate']) {
    const source = sourceOf(venue, (DOUBLES[venue] as Double).script);
    const { readings } = await source.read((await source.listContracts()).contracts);
    expect(readings[0]?.index).toBe('61000.123456789012345');
  }
});

/** ccxt's own classes, with answers of their venues: what comes out is the text that went in. */
import { describe, expect, it } from 'vitest';
import { ccxtRoot } from '../launch.ts';
import { instrumentsFromMarkets } from '../instruments.ts';
import { type CcxtExchange, openExchange } from './exchange.ts';
import { failureOf } from './failure.ts';
import { readMarkets, readTickers, readTime } from './listing.ts';

type Answers = Readonly<Record<string, string>>;

/** @param answers by a part of the address, or of the body. */
async function open(id: string, answers: Answers): Promise<CcxtExchange> {
  const exchange = await openExchange({ root: ccxtRoot(), id });
  const fetchImplementation = (url: string, { body }: { readonly body?: string }): Promise<Response> => {
    const found = Object.entries(answers).find(([part]) => `${url} ${body ?? ''}`.includes(part));
    const headers = { 'content-type': 'application/json', date: 'Tue, 14 Nov 2023 22:13:20 GMT' };
    return Promise.resolve(
      new Response(found?.[1] ?? '{"error":"not scripted"}', { status: found ? 200 : 404, headers }),
    );
  };
  return Object.assign(exchange, { fetchImplementation, enableRateLimit: false });
}

const market = (symbol: string, limits: object) =>
  JSON.stringify({
    symbol,
    baseCurrencyName: symbol.split('_')[0],
    quoteCurrencyName: symbol.split('_')[1],
    state: 'NORMAL',
    symbolTradeLimit: { symbol, highestBid: '0', lowestAsk: '0', amountScale: 2, ...limits },
  });

describe('Poloniex', () => {
  const answers = {
    '/markets/ticker24h': '[]',
    '/orderBook': `{"time":1659695219507,"scale":"-1","asks":["23140","0.191091","9.5","0.100000000000000001"],"bids":["23139.74","0.432092","100000.5","1e-7"],"ts":1659695219512}`,
    '/v3/market': '{"code":200,"data":[]}',
    '/markets': `[${market('BTC_USDT', { priceScale: 2, quantityScale: 6, minQuantity: '0.000001', minAmount: '1' })},${market('BTS_BTC', { priceScale: 10, quantityScale: 0, minQuantity: '100', minAmount: '0.00001' })}]`,
    '/timestamp': '{"serverTime":1659695219507}',
  };

  it('lists steps and minimums as counts of digits say them', async () => {
    const markets = await readMarkets(await open('poloniex', answers));
    expect(instrumentsFromMarkets({ markets })).toMatchObject({
      leftOut: [],
      instruments: [
        {
          symbol: 'BTC/USDT',
          base: 'BTC',
          quote: 'USDT',
          tickSize: '0.01',
          lotSize: '0.000001',
          minNotional: '1',
        },
        { symbol: 'BTS/BTC', tickSize: '0.0000000001', lotSize: '1', minQty: '100', minNotional: '0.00001' },
      ],
    });
  });

  it('gives books in text, whose numbers no double has seen', async () => {
    const exchange = await open('poloniex', answers);
    const { bids, asks, timestamp } = await exchange.fetchOrderBook('BTC/USDT', 20);
    expect(asks).toEqual([
      ['23140', '0.191091'],
      ['9.5', '0.100000000000000001'],
    ]);
    expect(bids[1]).toEqual(['100000.5', '0.0000001']);
    expect(timestamp).toBe(1_659_695_219_507);
    expect(await readTime(exchange)).toEqual({ ms: 1_659_695_219_507, stepMs: 1 });
  });
});

describe('Upbit', () => {
  const unit =
    '{"ask_price":148290000.0,"bid_price":148280000.0,"ask_size":0.10000000000000001,"bid_size":1.5E-7}';
  const answers = {
    '/ticker': '[{"market":"KRW-BTC","trade_price":148290000.0,"acc_trade_price_24h":98765432100.5}]',
    '/orderbook': `[{"market":"KRW-BTC","timestamp":1529910247984,"orderbook_units":[${unit}]}]`,
    '/market/all': '[{"market":"KRW-BTC"},{"market":"BTC-ETH"}]',
  };

  it('keeps a price of nine digits countable, though ccxt lists a step of 1e-8 for all', async () => {
    const exchange = await open('upbit', answers);
    const listing = instrumentsFromMarkets({
      markets: await readMarkets(exchange),
      tickers: [{ symbol: 'BTC/KRW', last: '148290000' }],
    });
    expect(listing.instruments).toMatchObject([
      { symbol: 'BTC/KRW', tickSize: '0.00001', priceDecimals: 5, lotSize: '0.00000001', minNotional: '0' },
      { symbol: 'ETH/BTC', tickSize: '0.00000001', priceDecimals: 8 },
    ]);
  });

  it('gives numbers of JSON as their text', async () => {
    const exchange = await open('upbit', answers);
    const book = await exchange.fetchOrderBook('BTC/KRW');
    expect([book.bids[0], book.asks[0]]).toEqual([
      ['148280000', '0.00000015'],
      ['148290000', '0.10000000000000001'],
    ]);
  });
});

describe('Hyperliquid', () => {
  const meta = {
    tokens: [
      { name: 'USDC', szDecimals: 8, weiDecimals: 8, index: 0, tokenId: '0x1', isCanonical: true },
      { name: 'PURR', szDecimals: 0, weiDecimals: 5, index: 1, tokenId: '0x2', isCanonical: true },
    ],
    universe: [{ name: 'PURR/USDC', tokens: [1, 0], index: 0, isCanonical: true }],
  };
  const context = {
    coin: 'PURR/USDC',
    markPx: '0.20955',
    midPx: '0.20957',
    prevDayPx: '0.2',
    dayNtlVlm: '8265.5',
  };
  const answers = {
    spotMetaAndAssetCtxs: JSON.stringify([meta, [context]]),
    l2Book:
      '{"coin":"PURR/USDC","time":1704290104840,"levels":[[{"n":2,"px":"0.20954","sz":"74"}],[{"n":1,"px":"0.20958","sz":"70.5"}]]}',
  };

  it('names its pair, its steps, and its book', async () => {
    const exchange = await open('hyperliquid', answers);
    const { instruments } = instrumentsFromMarkets({ markets: await readMarkets(exchange) });
    expect(instruments).toMatchObject([{ symbol: 'PURR/USDC', base: 'PURR', quote: 'USDC', lotSize: '1' }]);
    const { bids, asks } = await exchange.fetchOrderBook('PURR/USDC');
    expect([bids, asks]).toEqual([[['0.20954', '74']], [['0.20958', '70.5']]]);
    expect(await readTickers(exchange)).toMatchObject([{ symbol: 'PURR/USDC', turnover: '8265.5' }]);
  });

  it('the date of an answer is the time, to a second, where there is no call for it', async () => {
    const exchange = await open('hyperliquid', answers);
    exchange.has['fetchTime'] = false;
    expect(await readTime(exchange)).toEqual({ ms: 1_700_000_000_000, stepMs: 1_000 });
  });

  it('an error says what it is by ccxt’s name of it', async () => {
    const exchange = await open('hyperliquid', { spotMetaAndAssetCtxs: answers.spotMetaAndAssetCtxs });
    await exchange.loadMarkets();
    const error: unknown = await exchange.fetchOrderBook('PURR/USDC').catch((reason: unknown) => reason);
    expect(failureOf(error)).toMatchObject({ name: 'ExchangeError', kind: 'refused' });
    const unknown: unknown = await exchange.fetchOrderBook('NO/SUCH').catch((reason: unknown) => reason);
    expect(failureOf(unknown)).toMatchObject({ name: 'BadSymbol', kind: 'final' });
  });
});

/** What Binance's list of instruments changes in mid-session. */
import { expect, it } from 'vitest';
import { createInstrument, type InstrumentChange } from '../../domain/instrument.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import type { HttpAnswer } from '../network.ts';
import { RulesWatch } from '../toolkit/rules-watch.ts';
import { BinanceRest } from './rest.ts';
import { settle } from './testing/scripted-venue.ts';

const SPEC = { tickSize: '0.01', lotSize: '0.001', minQty: '0.001', minNotional: '5' };
const MINUTE_US = 60 * US_PER_SECOND;

const symbol = (name: string, more: object = {}, tickSize = '0.01000000', minNotional = '5.00000000') => ({
  symbol: name,
  status: 'TRADING',
  baseAsset: name.slice(0, 3),
  quoteAsset: name.slice(3),
  isSpotTradingAllowed: true,
  filters: [
    { filterType: 'PRICE_FILTER', tickSize, minPrice: '0', maxPrice: '0' },
    { filterType: 'LOT_SIZE', stepSize: '0.00100000', minQty: '0.00100000', maxQty: '9000.00000000' },
    { filterType: 'NOTIONAL', minNotional },
  ],
  ...more,
});

function rig() {
  const clock = new SimulatedClock(1_700_000_000_000_000);
  const heard: [number, string | InstrumentChange][] = [];
  const instruments = ['AAABBB', 'CCCBBB'].map((name, id) => {
    const spec = { symbol: name, base: name.slice(0, 3), quote: 'BBB', priceDecimals: 4, qtyDecimals: 8 };
    return createInstrument({ ...spec, ...SPEC, status: 'online' }, id, 'binance');
  });
  const asked: string[] = [];
  let answer = (_url: string): HttpAnswer => ({ status: 503, body: '' });
  const network = {
    connect: () => {
      throw new Error('not here');
    },
    request: ({ url }: { readonly url: string }) => {
      asked.push(decodeURIComponent(url.split('/api/v3/')[1] ?? ''));
      return Promise.resolve(answer(url));
    },
  };
  const rest = new BinanceRest({ clock, network, baseUrl: 'http://venue' });
  const watch = new RulesWatch({
    clock,
    instruments,
    read: (symbols) => rest.exchangeInfo(symbols),
    sink: {
      onBook: () => undefined,
      onTrade: () => undefined,
      onFeed: () => undefined,
      onAlive: () => undefined,
      onRaw: () => undefined,
      onBookLost: () => undefined,
      onInstrumentStatus: (id, status) => void heard.push([id, status]),
      onInstrumentChange: (id, change) => void heard.push([id, change]),
      onInstrumentStopped: (id, reason) => void heard.push([id, reason]),
    },
  });
  watch.start();
  const list = (...symbols: object[]): void => {
    answer = () => ({ status: 200, body: JSON.stringify({ symbols }) });
  };
  const minute = async (): Promise<typeof heard> => {
    heard.length = 0;
    clock.advanceTo(clock.nowUs() + MINUTE_US);
    await settle();
    return heard;
  };
  return { watch, asked, list, minute, answerWith: (next: typeof answer) => void (answer = next) };
}

it('our symbols alone are asked for, once a minute; the same rules again are not new', async () => {
  const { asked, list, minute } = rig();
  list(symbol('AAABBB'), symbol('CCCBBB'));
  expect(await minute()).toEqual([]);
  await minute();
  expect(asked).toEqual(Array(2).fill('exchangeInfo?symbols=["AAABBB","CCCBBB"]'));
});

it('a changed tick and minimum are passed on, and only what changed', async () => {
  const { list, minute } = rig();
  list(symbol('AAABBB', {}, '0.10000000', '10.00000000'), symbol('CCCBBB'));
  expect(await minute()).toEqual([[0, { tickSize: '0.1', minNotional: '10' }]]);
});

it.each([
  ['CANCEL_ONLY', 'cancel_only'],
  ['HALT', 'maintenance'],
  ['A_LATER_STATUS', 'maintenance'],
] as const)('a symbol that comes with status %s is %s, until it trades again', async (status, own) => {
  const { list, minute } = rig();
  list(symbol('AAABBB', { status }), symbol('CCCBBB'));
  expect(await minute()).toEqual([[0, own]]);
  expect(await minute()).toEqual([]);
  list(symbol('AAABBB'), symbol('CCCBBB'));
  expect(await minute()).toEqual([[0, 'online']]);
});

it('a symbol that was delisted or renamed is delisted: the whole list is asked for when the venue refuses the question', async () => {
  const { asked, answerWith, minute } = rig();
  answerWith((url) =>
    url.includes('symbols')
      ? { status: 400, body: '{"code":-1121,"msg":"Invalid symbol."}' }
      : { status: 200, body: JSON.stringify({ symbols: [symbol('CCCBBB'), symbol('DDDBBB')] }) },
  );
  expect(await minute()).toEqual([[0, 'delisted']]);
  expect(asked.at(-1)).toBe('exchangeInfo');
});

it('a row that cannot be read, or a tick finer than the run counts, stops its symbol with the reason, and no other', async () => {
  const { list, minute } = rig();
  list(symbol('AAABBB', { filters: [] }), symbol('CCCBBB', {}, '0.00001000'));
  expect(await minute()).toEqual([
    [0, expect.stringMatching(/rules of AAABBB cannot be read: PRICE_FILTER.tickSize/)],
    [
      1,
      expect.stringMatching(/CCCBBB has a tick of 0.00001 at the venue now, which does not fit 4 decimals/),
    ],
  ]);
  list(symbol('AAABBB'), symbol('CCCBBB'));
  expect(await minute()).toEqual([
    [0, ''],
    [1, ''],
  ]);
});

it('a list that cannot be had changes nothing and is asked for again; a ban is respected; stopped is stopped', async () => {
  const { watch, asked, list, minute, answerWith } = rig();
  expect(await minute()).toEqual([]);
  answerWith(() => ({ status: 418, body: '', retryAfterMs: 150_000 }));
  await minute();
  await minute();
  await minute();
  expect(asked).toHaveLength(2);
  list(symbol('AAABBB'), symbol('CCCBBB', { status: 'BREAK' }));
  expect(await minute()).toEqual([[1, 'maintenance']]);
  watch.stop();
  await minute();
  expect(asked).toHaveLength(3);
});

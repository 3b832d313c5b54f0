import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { ScriptedVenue, settle } from '../venues/binance/testing/scripted-venue.ts';
import { ScriptedBybit } from '../venues/bybit/testing/scripted-market.ts';
import { settle as settleAll } from '../venues/conformance/testing/account-rig.ts';
import { ScriptedKucoin } from '../venues/kucoin/testing/scripted-market.ts';
import { venueAdapter } from '../venues/registry.ts';
import type { Finding } from './finding.ts';
import { tryVenue } from './venue-trial.ts';

const START_US = 1_700_000_000_000_000;
const FILTERS = [
  { filterType: 'PRICE_FILTER', tickSize: '0.01' },
  { filterType: 'LOT_SIZE', stepSize: '0.001', minQty: '0.001' },
];
const row = (symbol: string, changes: object = {}) => ({
  symbol,
  status: 'TRADING',
  baseAsset: symbol.slice(0, 3),
  quoteAsset: symbol.slice(3),
  filters: FILTERS,
  ...changes,
});
const INFO = { symbols: [row('XRPBTC'), row('BTCUSDT'), row('ODDODD', { filters: [] })] };

type Script = {
  readonly time?: number;
  readonly info?: object;
  readonly isCut?: boolean;
  readonly isMute?: boolean;
};

/** A trial of Binance against a venue that answers as the script says. */
async function trial({
  time = START_US / 1_000,
  info = INFO,
  isCut = false,
  isMute = false,
}: Script): Promise<Finding[]> {
  const clock = new SimulatedClock(START_US);
  const venue = new ScriptedVenue(clock);
  const answered = new Set<number>();
  const answer = async (): Promise<void> => {
    for (let turn = 0; turn < 4; turn++) {
      for (const [index, asked] of venue.asked.entries()) {
        if (answered.has(index)) continue;
        answered.add(index);
        const { pathname } = new URL(asked.url);
        const body = pathname.endsWith('/time')
          ? { serverTime: time }
          : pathname.endsWith('/exchangeInfo')
            ? info
            : { lastUpdateId: 5, bids: [['10.00', '1']], asks: [['10.01', '2']] };
        if (isCut) asked.fail();
        else asked.answer({ status: 200, body: JSON.stringify(body) });
      }
      await settle();
    }
  };
  const found = tryVenue({
    adapter: venueAdapter('binance', '--venue'),
    context: { clock, network: venue, random: () => 0.5 },
    seconds: 10,
    wait: async () => {
      if (isMute) return;
      venue.open();
      venue.ack();
      clock.advanceTo(clock.nowUs());
      await answer();
      const data = { e: 'depthUpdate', E: 1, s: 'BTCUSDT', U: 6, u: 6, b: [['10.00', '3']], a: [] };
      venue.say({ stream: 'btcusdt@depth@100ms', data });
      venue.say({
        stream: 'btcusdt@trade',
        data: { e: 'trade', s: 'BTCUSDT', p: '10.00', q: '1', T: 1, m: true },
      });
    },
  });
  for (let turn = 0; turn < 4; turn++) await answer();
  return found;
}

describe('a trial of a venue', () => {
  it('reports its clock, its instruments with what was left out, and one well-known book', async () => {
    expect(await trial({})).toEqual([
      {
        name: 'clock',
        ok: true,
        needed: true,
        detail: "the venue's is 1 ms from this machine's, to within 1 ms",
      },
      {
        name: 'instruments',
        ok: true,
        needed: true,
        detail:
          '2, of which 2 trade; 1 left out (ODDODD: PRICE_FILTER.tickSize is missing and is not a decimal)',
      },
      {
        name: 'book',
        ok: true,
        needed: true,
        detail: 'BTCUSDT 10 | 10.01, 1 + 1 levels, 2 updates and 1 trades in 10 s',
      },
    ]);
  });

  it.each([
    ['a clock that is off', { time: START_US / 1_000 + 5_000 }, 'clock', /5001 ms from.*Set this machine/],
    ['no answer', { isCut: true }, 'clock', /Binance cannot be reached: time got no answer: cut/],
    ['a list that is none', { info: {} }, 'instruments', /exchangeInfo\.symbols/],
    [
      'nothing that trades',
      { info: { symbols: [row('BTCUSDT', { status: 'HALT' })] } },
      'book',
      /no instrument that trades/,
    ],
    ['a venue that takes no connection', { isMute: true }, 'book', /BTCUSDT: has no book after 10 s/],
  ])('ends at %s with the remedy', async (_case, script, name, detail) => {
    const last = (await trial(script)).at(-1);
    expect(last).toMatchObject({ name, ok: false, needed: true });
    expect(last?.detail).toMatch(detail);
  });
});

it.each([
  ['bybit', () => new ScriptedBybit(), 'AAAUSDT'],
  ['kucoin', () => new ScriptedKucoin(), 'AAA-USDT'],
] as const)('a trial of %s reports the same steps', async (venue, make, symbol) => {
  const peer = make();
  const found = await tryVenue({
    adapter: venueAdapter(venue, '--venue'),
    context: { clock: peer.clock, network: peer, random: () => 0.5 },
    seconds: 3,
    wait: async () => {
      for (let turn = 0; turn < 30; turn++) {
        await settleAll();
        peer.clock.advanceTo(peer.clock.nowUs() + 100_000);
      }
      peer.change(symbol, '3.000');
    },
  });
  expect(found.map(({ name, ok }) => [name, ok])).toEqual([
    ['clock', true],
    ['instruments', true],
    ['book', true],
  ]);
  expect(found.map(({ detail }) => detail).slice(1)).toEqual([
    '2, of which 2 trade',
    `${symbol} 10 | 10.01, 1 + 1 levels, 2 updates and 0 trades in 3 s`,
  ]);
});

/** Bounds of the routes that are open: choices of venues of one walk, numbers that are kept, and what closes them together. */
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import type { OpportunityTracker } from '../detection/opportunity-tracker.ts';
import { IN_QUOTE } from '../detection/fee-charge.ts';
import { createInstrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { AccountRig } from '../testing/account-rig.ts';
import type { Refusals } from './refusals.ts';
import { RouteDesk } from './route-desk.ts';
import type { RouteTrader } from './route-trader.ts';
import type { Settings } from './settings.ts';

/** Choices of one walk that are open at once, and routes that keep their number. */
const [MAX_OPEN, MAX_KNOWN] = [4, 4_096];
const FREE = { crossVenue: true, carryBps: 0, ageRiskFactor: 0, slippageBps: 0 } as const;
const SPEC = {
  symbol: 'BTC/USD',
  tickSize: '1',
  lotSize: '0.00000001',
  minQty: '0.0001',
  minNotional: '0',
  takerFee: '0',
  status: 'online',
} as const;

/** Only what is asked of it. */
const stub = <T>(part: Partial<T>): T => part as T;

/** The same pair at each of these venues, without fees, in whole dollars. */
const listed = (venues: readonly string[]) =>
  venues.map((venue, id) =>
    createInstrument({ ...SPEC, base: assetAt('BTC', venue), quote: assetAt('USD', venue) }, id, venue),
  );

function markets(...venues: string[]) {
  const rig = new AccountRig({
    instruments: listed(venues),
    opening: {
      balances: venues.map((venue) => ({ asset: assetAt('USD', venue), total: '10000' })),
      realizedPnl: '0',
      fees: '0',
    },
    mode: 'paper',
    mustReconcile: false,
    detection: { ...DEFAULT_DETECTION, ...FREE },
  });
  const routes = () => rig.kernel.desk.tracker.open();
  return {
    rig,
    quote: (venue: string, bid: number, ask: number) => rig.quote(venues.indexOf(venue), bid, ask),
    /** From where it is bought to where it is sold. */
    open: (): string[] => routes().map(({ venue }) => venue),
  };
}

/** Bitcoin is bought at one of a1, a2 and a3, and sold at w1 or w2: four choices are open, each instrument in two of them. */
function fourChoices() {
  const made = markets('a1', 'a2', 'a3', 'w1', 'w2');
  const cheap = (venue: string, ask: number): void => made.quote(venue, 49_000, ask);
  const dear = (venue: string, bid: number): void => made.quote(venue, bid, 52_000);
  cheap('a1', 50_000);
  dear('w1', 50_500);
  cheap('a2', 49_990);
  dear('w2', 50_510);
  cheap('a1', 49_980);
  expect(made.open()).toEqual(['a1+w1', 'a2+w1', 'a2+w2', 'a1+w2']);
  return { ...made, cheap, dear };
}

describe('choices of venues of one walk', () => {
  it('are four at once: a fifth is open when another one ended, and never more', () => {
    const { cheap, dear, open } = fourChoices();
    cheap('a3', 49_970);
    expect(open()).toHaveLength(MAX_OPEN);
    cheap('a1', 51_000);
    expect(open()).toEqual(['a2+w1', 'a2+w2']);
    cheap('a3', 49_960);
    expect(open()).toEqual(['a2+w1', 'a2+w2', 'a3+w2']);
    cheap('a1', 49_950);
    expect(open()).toEqual(['a2+w1', 'a2+w2', 'a3+w2', 'a1+w2']);
    dear('w1', 50_530);
    expect(open()).toHaveLength(MAX_OPEN);
  });

  it('end all together when they are turned off, and may all be open again', () => {
    const { rig, open } = fourChoices();
    for (const crossVenue of [false, true, false, true]) {
      rig.command({ type: 'setDetection', detection: { crossVenue } });
      rig.pass(0.1);
      expect(open().length > 0, String(crossVenue)).toBe(crossVenue);
    }
    expect(rig.of('opportunityClosed').length).toBeGreaterThanOrEqual(MAX_OPEN);
  });

  it('count no more than are open, however often one opens and ends', () => {
    const { dear, cheap, open } = fourChoices();
    for (let life = 0; life < 2 * MAX_OPEN; life++) {
      cheap('a1', 51_000);
      cheap('a2', 51_000);
      expect(open()).toEqual([]);
      cheap('a1', 49_980 - life);
      expect(open()).toEqual(['a1+w2']);
    }
    dear('w1', 50_600);
    expect(open()).toEqual(['a1+w2', 'a1+w1']);
  });
});

it('a route that brings back exactly what it spends is over', () => {
  const { quote, open } = markets('east', 'west');
  quote('east', 65_000, 65_536);
  quote('west', 65_537, 66_000);
  expect(open()).toEqual(['east+west']);
  quote('west', 65_536, 66_000);
  expect(open()).toEqual([]);
});

/** The desk alone, over 65 venues: of a whole kernel so many routes would take seconds. */
function manyMarkets() {
  const venues = Array.from({ length: 65 }, (_, k) => `v${k}`);
  const instruments = listed(venues);
  const store = new BookStore(instruments, { depth: 5 });
  const portfolio = new Portfolio(
    { balances: [], realizedPnl: '0', fees: '0' },
    new Marks(instruments, store.books, 'USD'),
  );
  let last: number | undefined;
  const desk = new RouteDesk({
    store,
    portfolio,
    monitor: { samples: { volatility: () => ({ ewmaBps: 0 }) }, pegs: { stops: () => undefined } } as never,
    tracker: stub<OpportunityTracker>({
      observe: ({ cycle }) => {
        last = cycle.id;
      },
      close: () => undefined,
    }),
    settings: {
      detection: { ...DEFAULT_DETECTION, ...FREE, tradeCrossVenue: false },
      limits: DEFAULT_LIMITS,
    } as Settings,
    trader: stub<RouteTrader>({
      isOn: false,
      mostHome: () => 2_000,
      askedBps: () => 0,
      skewBps: () => 0,
      onRefused: () => undefined,
      onClosed: () => undefined,
    }),
    refusals: stub<Refusals>({ forget: () => undefined }),
    chargeAt: () => IN_QUOTE,
    firstId: 10,
  });
  const update = new BookUpdate();
  const quote = (id: number, bid: number, ask: number): void => {
    update.reset(id, true, 1);
    update.pushBid(bid, 200_000_000);
    update.pushAsk(ask, 200_000_000);
    store.apply(update);
    desk.onBook(id, 1);
  };
  for (const id of venues.keys()) quote(id, 49_900, 50_600);
  desk.onTick(1);
  /** Opens the route and ends it; its number. */
  const openedBetween = (from: number, to: number): number | undefined => {
    last = undefined;
    quote(from, 49_900, 50_000);
    quote(to, 50_500, 50_600);
    quote(to, 49_900, 50_600);
    quote(from, 49_900, 50_600);
    return last;
  };
  return { count: venues.length, openedBetween };
}

it('the last 4,096 routes keep their number when they open again; with one more all begin anew', () => {
  const { count, openedBetween } = manyMarkets();
  const seen: (number | undefined)[] = [];
  for (let from = 0; seen.length < MAX_KNOWN; from++)
    for (let to = 0; to < count; to++) if (to !== from) seen.push(openedBetween(from, to));
  expect(seen).toEqual(Array.from({ length: MAX_KNOWN }, (_, k) => 10 + k));
  expect(openedBetween(0, 1)).toBe(10);
  expect(openedBetween(count - 1, 0)).toBe(10 + MAX_KNOWN);
  expect(openedBetween(0, 1)).toBe(11 + MAX_KNOWN);
});

/** The plain figures of the inventory board, each by hand: drift, which transfers explain a change, the reverse route, and what a transfer costs. */
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { decimal } from '../domain/decimal.ts';
import { createInstrument, type InstrumentSpec, takeStop } from '../domain/instrument.ts';
import type { Transfer, TransferTerms } from '../domain/inventory-schemas.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { DriftMeter } from './drift.ts';
import { type Candidate, explaining } from './matching.ts';
import { cheapestReverse } from './reverse-route.ts';
import { transferMoves } from './transfer-moves.ts';

const HOUR = 3_600_000_000;

describe('drift', () => {
  it('is known after two minutes, and zero of what no fill moved', () => {
    const drift = new DriftMeter(0);
    drift.add('BTC', 1, 0);
    expect(drift.perDay('BTC', 119_999_999)).toBeUndefined();
    expect(drift.perDay('BTC', 120_000_000)).toBeCloseTo(720, 9);
    expect(drift.perDay('ETH', HOUR)).toBe(0);
  });

  it('is the net of the last 24 hours, by hours of the day', () => {
    const drift = new DriftMeter(0);
    drift.add('BTC', 3, 0.1 * HOUR);
    drift.add('BTC', -1, 0.2 * HOUR);
    drift.add('BTC', -4, 5 * HOUR);
    expect(drift.perDay('BTC', 12 * HOUR)).toBe(-4);
    // The first hour is over for the last day, and its place is taken by another one.
    expect(drift.perDay('BTC', 23.9 * HOUR)).toBeCloseTo((-2 / 23.9) * 24, 9);
    expect(drift.perDay('BTC', 24 * HOUR)).toBe(-4);
    drift.add('BTC', 7, 24.5 * HOUR);
    expect(drift.perDay('BTC', 25 * HOUR)).toBe(3);
    // What is of the day before comes too late.
    drift.add('BTC', 100, 0.5 * HOUR);
    expect(drift.perDay('BTC', 25 * HOUR)).toBe(3);
  });

  it('counts from the oldest fill that is known, those of an earlier run included', () => {
    const drift = new DriftMeter(100 * HOUR);
    drift.add('BTC', 1, 99 * HOUR);
    expect(drift.perDay('BTC', 101 * HOUR)).toBe(12);
  });
});

describe('a change of a balance', () => {
  /** Named by its bounds. */
  const candidate = (least: string, most: string): Candidate => ({
    transfer: {} as Transfer,
    isArrival: !least.startsWith('-'),
    least: decimal(least),
    most: decimal(most),
  });
  const parts = (change: string, candidates: readonly Candidate[]) =>
    explaining(decimal(change), candidates)?.map(([one, part]) => [candidates.indexOf(one), part.toString()]);

  it('is one transfer from its least to its most, and no other change is', () => {
    const departure = [candidate('-0.401', '-0.4')];
    for (const change of ['-0.401', '-0.4005', '-0.4'])
      expect(parts(change, departure)).toEqual([[0, change]]);
    for (const change of ['-0.4011', '-0.3999', '0.4', '0']) expect(parts(change, departure)).toBeUndefined();
    // What a presumed transfer may still owe explains no look without a change.
    expect(parts('0', [candidate('-0.001', '0')])).toBeUndefined();
    expect(parts('1', [])).toBeUndefined();
  });

  it('is as few of them as do, the oldest first', () => {
    const some = [candidate('1', '1'), candidate('2', '2'), candidate('3', '3'), candidate('3', '3')];
    expect(parts('3', some)).toEqual([[2, '3']]);
    expect(parts('4', some)).toEqual([
      [0, '1'],
      [2, '3'],
    ]);
    expect(parts('6', some)).toEqual([
      [2, '3'],
      [3, '3'],
    ]);
  });

  it('gives each its least, and the rest in their order', () => {
    const arrivals = [candidate('0.09', '0.1'), candidate('0.19', '0.2')];
    expect(parts('0.295', arrivals)).toEqual([
      [0, '0.1'],
      [1, '0.195'],
    ]);
    expect(parts('0.28', arrivals)).toEqual([
      [0, '0.09'],
      [1, '0.19'],
    ]);
  });

  it('is looked for among the ten oldest together', () => {
    const many = Array.from({ length: 11 }, () => candidate('1', '1'));
    expect(parts('10', many)).toHaveLength(10);
    expect(parts('11', many)).toBeUndefined();
  });
});

type Ladder = readonly (readonly [price: number, qty: number])[];
type Pair = {
  readonly bids?: Ladder;
  readonly asks?: Ladder;
  readonly spec?: Partial<InstrumentSpec>;
  readonly isLost?: boolean;
};

/** Pairs as `BTC/USD@west` with their books; all that lies anywhere is `free`. */
function market(pairs: Readonly<Record<string, Pair>>, free: Readonly<Record<string, number>>) {
  const instruments = Object.entries(pairs).map(([name, { spec }], id) => {
    const [symbol = '', venue = ''] = name.split('@');
    const [base = '', quote = ''] = symbol.split('/');
    const grid = { tickSize: '0.01', lotSize: '0.0001', minQty: '0', minNotional: '0', takerFee: '0.001' };
    const assets = { base: assetAt(base, venue), quote: assetAt(quote, venue) };
    return createInstrument({ symbol, ...grid, ...assets, ...spec }, id, venue);
  });
  const store = new BookStore(instruments, { depth: 10 });
  for (const [id, { bids, asks }] of Object.values(pairs).entries()) {
    if (bids === undefined && asks === undefined) continue;
    const update = new BookUpdate();
    // What a book no longer has stays in its arrays.
    update.reset(id, true, 1);
    for (let level = 9; level > 0; level--) {
      update.pushBid(level, 1e12);
      update.pushAsk(1e9 - level, 1e12);
    }
    store.apply(update);
    update.reset(id, true, 1);
    for (const [price, qty] of bids ?? []) update.pushBid(price * 100, qty * 10_000);
    for (const [price, qty] of asks ?? []) update.pushAsk(price * 100, qty * 10_000);
    store.apply(update);
    if (Object.values(pairs)[id]?.isLost === true) store.sync(id).desync('lost');
  }
  return { instruments, syncs: store.syncs, free: (asset: string) => free[asset] ?? 0 };
}

describe('the reverse route of a coin that is short in the west', () => {
  const EAST: Pair = {
    bids: [
      [50_000, 1],
      [49_900, 1],
    ],
    asks: [[50_010, 9]],
  };
  const WEST: Pair = {
    bids: [[50_090, 9]],
    asks: [
      [50_100, 1],
      [50_200, 1],
    ],
  };
  const RICH = { 'USD@west': 1e6 };
  const reverse = (pairs: Readonly<Record<string, Pair>>, free = RICH as Readonly<Record<string, number>>) =>
    cheapestReverse(market(pairs, free), 'BTC', 1.5, 'east', 'west');

  it('is bought up the asks there and sold down the bids in the east, fees included', () => {
    const paid = (50_100 + 0.5 * 50_200) * 1.001;
    const got = (50_000 + 0.5 * 49_900) * 0.999;
    const found = reverse({ 'BTC/USD@east': EAST, 'BTC/USD@west': WEST });
    expect(found?.through).toBe('USD');
    expect(found?.costBps).toBeCloseTo((1 - got / paid) * 10_000, 9);
    // As much as the books have, to the last lot.
    expect(
      cheapestReverse(market({ 'BTC/USD@east': EAST, 'BTC/USD@west': WEST }, RICH), 'BTC', 2, 'east', 'west'),
    ).toBeDefined();
  });

  it('costs what both orders cost whatever their size, and is none that they eat up', () => {
    const spec = { orderCost: '50' };
    const pairs = { 'BTC/USD@east': { ...EAST, spec }, 'BTC/USD@west': { ...WEST, spec } };
    const paid = (50_100 + 0.5 * 50_200) * 1.001 + 50;
    const got = (50_000 + 0.5 * 49_900) * 0.999 - 50;
    expect(reverse(pairs)?.costBps).toBeCloseTo((1 - got / paid) * 10_000, 9);
    // The same pairs bring dollars back: their cost is in the coin itself.
    const back = (amount: number) =>
      cheapestReverse(market(pairs, { 'BTC@west': 9 }), 'USD', amount, 'east', 'west');
    const sold = (5_000 + 50) / 0.999 / 50_090;
    const bought = (5_000 - 50) / 1.001 / 50_010;
    expect(back(5_000)?.costBps).toBeCloseTo((1 - bought / sold) * 10_000, 9);
    expect(back(50)).toBeUndefined();
  });

  it('needs what pays for it where it is bought', () => {
    const pairs = { 'BTC/USD@east': EAST, 'BTC/USD@west': WEST };
    const paid = (50_100 + 0.5 * 50_200) * 1.001;
    expect(reverse(pairs, { 'USD@west': paid + 0.001 })).toBeDefined();
    expect(reverse(pairs, { 'USD@west': paid - 0.001, 'USD@east': 1e6 })).toBeUndefined();
  });

  it.each<[string, Readonly<Record<string, Pair>>]>([
    [
      'asks in the west are too few',
      { 'BTC/USD@east': EAST, 'BTC/USD@west': { ...WEST, asks: [[50_100, 1.4]] } },
    ],
    [
      'bids in the east are too few',
      { 'BTC/USD@east': { ...EAST, bids: [[50_000, 1.4]] }, 'BTC/USD@west': WEST },
    ],
    ['a book was lost', { 'BTC/USD@east': { ...EAST, isLost: true }, 'BTC/USD@west': WEST }],
    ['a book is not live', { 'BTC/USD@east': {}, 'BTC/USD@west': WEST }],
    [
      'the fee in the west is not known',
      { 'BTC/USD@east': EAST, 'BTC/USD@west': { ...WEST, spec: { takerFee: null } } },
    ],
    [
      'the fee in the east is not known',
      { 'BTC/USD@east': { ...EAST, spec: { takerFee: null } }, 'BTC/USD@west': WEST },
    ],
    ['the coins that pay for it differ', { 'BTC/EUR@east': EAST, 'BTC/USD@west': WEST }],
    ['no pair of it is there', { 'ETH/USD@east': EAST, 'ETH/USD@west': WEST }],
    ['it is traded at one venue alone', { 'BTC/USD@west': { ...WEST, bids: [[50_090, 9]] } }],
  ])('is none where %s', (_case, pairs) => {
    expect(reverse(pairs)).toBeUndefined();
  });

  it('is none through a pair that this run trades no longer', () => {
    const made = market({ 'BTC/USD@east': EAST, 'BTC/USD@west': WEST }, RICH);
    const [first] = made.instruments;
    if (first === undefined) throw new Error('there are two pairs');
    takeStop(first, 'its rules cannot be read');
    expect(cheapestReverse(made, 'BTC', 1.5, 'east', 'west')).toBeUndefined();
  });

  it('goes through the coin that costs least', () => {
    const dear = { ...WEST, asks: [[51_000, 9]] as const };
    const pairs = { 'BTC/USD@east': EAST, 'BTC/EUR@east': EAST, 'BTC/USD@west': dear, 'BTC/EUR@west': WEST };
    const free = { 'USD@west': 1e6, 'EUR@west': 1e6 };
    expect(reverse(pairs, free)?.through).toBe('EUR');
    const other = { 'BTC/USD@east': EAST, 'BTC/EUR@east': EAST, 'BTC/USD@west': WEST, 'BTC/EUR@west': dear };
    expect(reverse(other, free)?.through).toBe('USD');
  });

  it('of a coin that a pair is quoted in is read the other way round', () => {
    // 1,000 USDT are bought in the west for ether sold down its bids, and sold in the east for ether up its asks.
    const pairs = {
      'ETH/USDT@east': {
        bids: [[1_990, 9]],
        asks: [
          [2_000, 0.3],
          [2_100, 9],
        ],
      },
      'ETH/USDT@west': {
        bids: [
          [1_980, 0.2],
          [1_900, 9],
        ],
        asks: [[1_985, 9]],
      },
    } satisfies Record<string, Pair>;
    const found = cheapestReverse(market(pairs, { 'ETH@west': 5 }), 'USDT', 1_000, 'east', 'west');
    const paid = 0.2 + (1_000 / 0.999 - 0.2 * 1_980) / 1_900;
    const got = 0.3 + (1_000 / 1.001 - 0.3 * 2_000) / 2_100;
    expect(found?.through).toBe('ETH');
    const less = market(pairs, { 'ETH@west': paid - 0.001 });
    expect(cheapestReverse(less, 'USDT', 1_000, 'east', 'west')).toBeUndefined();
    expect(found?.costBps).toBeCloseTo((1 - got / paid) * 10_000, 9);
  });
});

describe('a transfer that could be made', () => {
  const wanted = { coin: 'BTC', from: 'east', to: 'west', amount: '0.5' };
  const terms = (change: Partial<TransferTerms>): TransferTerms => ({
    coin: 'BTC',
    venue: 'east',
    network: 'Bitcoin',
    fee: '0.0005',
    minimum: '0.001',
    minutes: 60,
    ...change,
  });
  const moves = (...entered: readonly TransferTerms[]) =>
    transferMoves(wanted, entered, (fee) => fee.times(50_000));

  it('costs its fee, and the cheapest comes first, one of unknown fee last', () => {
    const found = moves(
      terms({ network: 'unknown', fee: null }),
      terms({}),
      terms({ network: 'Lightning', fee: '0.00002', minutes: 5 }),
      terms({ network: 'also unknown', fee: null }),
    );
    expect(found.map(({ network, costBps, costHome }) => [network, costBps, costHome])).toEqual([
      ['Lightning', 0.4, '1'],
      ['Bitcoin', 10, '25'],
      ['unknown', null, null],
      ['also unknown', null, null],
    ]);
    expect(found.map(({ note }) => note)).toEqual(['', '', NO_FEE, NO_FEE]);
    expect(found[0]).toMatchObject({ ...wanted, kind: 'transfer', fee: '0.00002', minutes: 5 });
  });

  it('is priced to the hundredth of a basis point and to eight places, rounded down', () => {
    const [move] = moves(terms({ fee: '0.0001234567891' }));
    expect([move?.costBps, move?.costHome]).toEqual([2.46, '6.17283945']);
  });

  it('names what is below the smallest withdrawal, and not what is as much', () => {
    expect(moves(terms({ minimum: '0.51' }))[0]?.note).toBe('Below the smallest withdrawal, 0.51 BTC.');
    expect(moves(terms({ minimum: '0.5' }))[0]?.note).toBe('');
  });

  it('knows nothing of what was entered for another coin or venue', () => {
    const found = moves(terms({ coin: 'ETH' }), terms({ venue: 'west' }));
    expect(found).toMatchObject([{ network: null, fee: null, costBps: null, costHome: null }]);
    expect(found[0]?.note).toContain('Enter what east asks for a withdrawal of BTC');
  });
});

const NO_FEE = 'The fee is not known, so neither is the cost.';

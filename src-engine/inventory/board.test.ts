/** The board of inventory: its rows and their order, targets, what was missed, and what it proposes; and how targets and transfers are kept. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { EngineEvent, FillRecord } from '../domain/event.ts';
import { createInstrument, type InstrumentSpec } from '../domain/instrument.ts';
import type { InventoryStanding } from '../domain/inventory-schemas.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { sampleFill, sampleOpportunity, sampleOrder } from '../testing/sample-events.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { EAST, TWO_VENUES, twoVenuesHolding, WEST } from '../testing/two-venues.ts';
import { inventoryRows } from './board.ts';
import { MAX_TARGETS, MAX_TERMS } from './inventory.ts';

const HELD: Readonly<Record<string, string>> = { 'USD@east': '10000', 'BTC@east': '1', 'BTC@west': '0.2' };
const DAY = 86_400_000_000;

class Board extends AccountRig {
  constructor(held = HELD, config: ConstructorParameters<typeof AccountRig>[0] = {}, isQuoted = true) {
    super({ ...twoVenuesHolding(held), mode: 'paper', mustReconcile: false, ...config });
    if (!isQuoted) return;
    // Bitcoin at 50,000 and ether at 2,500 at either venue.
    for (const id of [0, 3]) this.quote(id, 499_950, 500_050);
    for (const id of [2, 5]) this.quote(id, 249_900, 250_100, 5_000_000_000);
  }

  get inventory() {
    return this.kernel.inventory;
  }

  rows() {
    const { inventory, portfolio, store } = this.kernel;
    return inventoryRows(
      { inventory, portfolio, instruments: store.instruments, syncs: store.syncs },
      this.nowUs,
    );
  }

  row(coin: string, venue: string) {
    const row = this.rows().find((one) => one.coin === coin && one.venue === venue);
    if (row === undefined) throw new Error(`no row of ${coin} at ${venue}`);
    return row;
  }

  moves(coin: string, venue: string, kind: string) {
    return this.row(coin, venue).moves.filter((move) => move.kind === kind);
  }

  closed(change: Partial<Opportunity>): void {
    const opportunity = sampleOpportunity({ decision: 'no-balance', expectedProfit: '10', ...change });
    this.inventory.watch([{ type: 'opportunityClosed', atUs: this.nowUs, opportunity }]);
  }

  missed(...assets: readonly string[]): string[] {
    return assets.map((asset) => this.inventory.missed(asset).toString());
  }
}

const leg = (symbol: string, side: 'buy' | 'sell', qty: string, venue: string, limitPrice = '50000') => ({
  symbol,
  side,
  qty,
  venue,
  limitPrice,
});

describe('rows of the board', () => {
  it('are those of what lies, comes or should be somewhere, by coin and then by venue', () => {
    const shown = (board: Board) => board.rows().map(({ coin, venue }) => `${coin} ${venue}`);
    const board = new Board({ ...HELD, 'ETH@west': '1', 'USD@west': '0' });
    expect(shown(board)).toEqual(['BTC east', 'BTC west', 'ETH west', 'USD east']);
    const target = { coin: 'USD', venue: WEST, target: '5', lowPct: 50, highPct: 150 };
    board.command({ type: 'setInventoryTarget', ...target });
    expect(shown(board)).toEqual(['BTC east', 'BTC west', 'ETH west', 'USD east', 'USD west']);
    const request = { coin: 'ETH', amount: '0.5', from: WEST, to: EAST, network: '', fee: '0', minutes: 5 };
    board.command({ type: 'declareTransfer', request });
    expect(shown(board)).toEqual(['BTC east', 'BTC west', 'ETH east', 'ETH west', 'USD east', 'USD west']);
    expect(board.row('ETH', EAST)).toMatchObject({ held: '0', arriving: '0.5', valueHome: '0' });
    expect(board.moves('ETH', EAST, 'dust')).toEqual([]);
    const { inventoryLowPct: lowPct, inventoryHighPct: highPct } = board.kernel.detection;
    expect(board.row('BTC', WEST)).toMatchObject({ lowPct, highPct });
    expect(board.row('USD', EAST)).toMatchObject({ lowPct: 0, highPct: 0, target: null });
  });

  it('of a single venue carry its name, and nothing is moved to it from anywhere', () => {
    const rig = new AccountRig({ mode: 'paper', mustReconcile: false });
    const target = { coin: 'USD', venue: 'test', target: '20000', lowPct: 90, highPct: 110 };
    rig.command({ type: 'setInventoryTarget', ...target });
    const { inventory, portfolio, store } = rig.kernel;
    const parts = { inventory, portfolio, instruments: store.instruments, syncs: store.syncs };
    expect(inventoryRows(parts, rig.nowUs)).toMatchObject([
      { coin: 'USD', venue: 'test', state: 'dry', filledPct: 50, moves: [] },
    ]);
  });

  it('are the five hundred of the greatest value', () => {
    const many = Array.from({ length: 505 }, (_, k) => [`C${String(k).padStart(3, '0')}@east`, '1']);
    const held = { ...Object.fromEntries(many), ...HELD, 'ETH@west': '0.0001' } as Record<string, string>;
    const rows = new Board(held).rows();
    const known = rows.filter(({ coin }) => ['BTC', 'USD', 'ETH'].includes(coin));
    expect([rows.length, known.length]).toEqual([500, 4]);
    expect(rows[0]).toMatchObject({ coin: 'BTC', valueHome: '50000', free: '1' });
    expect(rows[2]).toMatchObject({ coin: 'C000', valueHome: null, target: null, state: 'no-target' });
  });
});

describe('a target', () => {
  const band = { coin: 'BTC', venue: WEST, target: '0.4', lowPct: 50, highPct: 150 };
  const stateWith = (change: Partial<typeof band>) => {
    const board = new Board();
    board.command({ type: 'setInventoryTarget', ...band, ...change });
    const { state, filledPct } = board.row('BTC', WEST);
    return [state, filledPct];
  };

  it('is kept to from the low end of its band to the high one', () => {
    expect(stateWith({})).toEqual(['in-band', 50]);
    expect(stateWith({ lowPct: 51 })).toEqual(['dry', 50]);
    expect(stateWith({ target: '0.1', highPct: 200 })).toEqual(['in-band', 200]);
    expect(stateWith({ target: '0.1', highPct: 199 })).toEqual(['overfull', 200]);
    expect(stateWith({ target: '0' })).toEqual(['no-target', null]);
    expect(stateWith({ target: '0.3' })).toEqual(['in-band', 66.67]);
  });

  it('is an equal share of a coin that is held on purpose at two venues at least, and worth enough', () => {
    const board = new Board();
    expect(board.inventory.targetOf('BTC@west')?.target).toBe('0.6');
    expect(board.inventory.targetOf('USD@east')).toBeUndefined();
    expect(board.inventory.targetOf('BTC')).toBeUndefined();
    expect(board.inventory.targetOf('BTC@in-transit')).toBeUndefined();
    const { inventoryMinValue } = board.kernel.detection;
    const worth = (usd: number) => {
      const each = String(usd / 2 / 50_000);
      return new Board({ 'USD@east': '1', 'BTC@east': each, 'BTC@west': each }).inventory.targetOf(
        'BTC@east',
      );
    };
    expect(worth(Number(inventoryMinValue))).toBeDefined();
    expect(worth(Number(inventoryMinValue) * 0.99)).toBeUndefined();
    // What is on its way is held too.
    const request = {
      coin: 'BTC',
      amount: '0.4',
      from: EAST,
      to: WEST,
      network: '',
      fee: '0.001',
      minutes: 5,
    };
    board.command({ type: 'declareTransfer', request });
    expect(board.row('BTC', WEST)).toMatchObject({ target: '0.6', filledPct: 100, state: 'in-band' });
    expect(board.inventory.lean('BTC@west')).toBe(0);
    expect(board.inventory.lean('BTC@east')).toBe(0);
  });

  it('is shown with eight digits, and what is worth the least amount is worth moving', () => {
    const board = new Board({ ...HELD, 'BTC@east': '1.00000001' });
    expect(board.inventory.targetOf('BTC@west')?.target).toBe('0.6');
    const least = decimal(board.kernel.detection.inventoryMinValue).div(50_000);
    expect(board.inventory.isWorthMoving('BTC@west', least)).toBe(true);
    expect(board.inventory.isWorthMoving('BTC@west', least.times('0.99'))).toBe(false);
  });

  it('leans towards what it is short of, and away from what it has too much', () => {
    const board = new Board();
    // A third and five thirds of the equal share.
    expect([board.inventory.lean('BTC@west'), board.inventory.lean('BTC@east')]).toEqual([1, -1]);
    board.command({
      type: 'setInventoryTarget',
      coin: 'BTC',
      venue: WEST,
      target: '0.25',
      lowPct: 50,
      highPct: 150,
    });
    expect(board.inventory.lean('BTC@west')).toBeCloseTo(0.4, 9);
    expect(board.inventory.lean('ETH@west')).toBe(0);
  });

  it('and terms are kept over a restart, each in its place, and no more of them than there is room for', () => {
    const board = new Board();
    expect(board.inventory.standing).toBeUndefined();
    const terms = { coin: 'BTC', venue: EAST, network: 'Bitcoin', fee: '0.1', minimum: null, minutes: null };
    board.command({ type: 'setInventoryTarget', ...band });
    for (const fee of ['0.1', '0.2'])
      board.command({ type: 'setTransferTerms', terms: { ...terms, fee }, isKept: true });
    const { standing } = board.inventory;
    expect(standing).toEqual({ targets: [band], terms: [{ ...terms, fee: '0.2' }], transfers: [] });
    const request = {
      coin: 'BTC',
      amount: '0.4',
      from: EAST,
      to: WEST,
      network: '',
      fee: '0.001',
      minutes: 5,
    };
    board.command({ type: 'declareTransfer', request });
    board.command({ type: 'setTransferTerms', terms, isKept: false });
    // One of each: neither stands for the other.
    expect(board.inventory.standing).toMatchObject({ targets: [band], terms: [], transfers: [request] });
    expect(board.of('inventorySet').map(({ detail }) => detail)).toEqual([
      'target 0.4 BTC, band 50 to 150 %',
      'withdrawal over Bitcoin: fee 0.1, minimum unknown, unknown min',
      'withdrawal over Bitcoin: fee 0.2, minimum unknown, unknown min',
      'withdrawal over Bitcoin: removed',
    ]);
  });

  it('and terms are no more than there is room for: those that are there may change and go', () => {
    const board = new Board();
    const terms = { coin: 'BTC', venue: EAST, network: 'Bitcoin', fee: '0.1', minimum: null, minutes: null };
    const full: InventoryStanding = {
      targets: Array.from({ length: MAX_TARGETS }, (_, k) => ({ ...band, coin: `C${k}` })),
      terms: Array.from({ length: MAX_TERMS }, (_, k) => ({ ...terms, network: `N${k}` })),
      transfers: [],
    };
    board.inventory.recall(full);
    board.command({ type: 'setInventoryTarget', ...band, coin: 'NEW' });
    board.command({ type: 'setTransferTerms', terms: { ...terms, network: 'new' }, isKept: true });
    board.command({ type: 'setInventoryTarget', ...band, coin: 'C1', target: '9' });
    board.command({ type: 'setTransferTerms', terms: { ...terms, network: 'N1', fee: '9' }, isKept: true });
    const after = board.inventory.standing;
    expect([after?.targets.length, after?.terms.length]).toEqual([MAX_TARGETS, MAX_TERMS]);
    expect(after?.targets.find(({ coin }) => coin === 'C1')?.target).toBe('9');
    expect(board.inventory.terms.find(({ network }) => network === 'N1')?.fee).toBe('9');
    board.command({ type: 'setTransferTerms', terms: { ...terms, network: 'N1' }, isKept: false });
    expect(board.inventory.terms.some(({ network }) => network === 'N1')).toBe(false);
    expect(board.of('inventorySet')).toHaveLength(5);
  });
});

describe('what was missed for lack of a coin', () => {
  const ROUTE = {
    venue: `${EAST}+${WEST}`,
    path: ['USD@east', 'BTC@west'],
    legs: [leg('BTC/USD', 'buy', '0.1', EAST), leg('BTC/USD', 'sell', '0.3', WEST)],
  };

  it('is the profit of what was not taken, at each side that had too little', () => {
    const board = new Board();
    board.closed(ROUTE);
    expect(board.missed('USD@east', 'BTC@west', 'BTC@east')).toEqual(['0', '10', '0']);
    board.closed({ ...ROUTE, decision: 'cross-venue-not-traded', expectedProfit: '2.5' });
    // 10,000 dollars pay for 0.2 at 50,000, and not for more.
    board.closed({
      ...ROUTE,
      legs: [leg('BTC/USD', 'buy', '0.2', EAST), leg('BTC/USD', 'sell', '0.2', WEST)],
    });
    expect(board.missed('USD@east', 'BTC@west')).toEqual(['0', '12.5']);
    board.closed({
      ...ROUTE,
      legs: [leg('BTC/USD', 'buy', '0.21', EAST), leg('BTC/USD', 'sell', '0.2', WEST)],
    });
    expect(board.missed('USD@east', 'BTC@west')).toEqual(['10', '12.5']);
  });

  it('is nothing of what was taken, lost money, has no price, or is brought by the leg before', () => {
    const board = new Board();
    board.closed({ ...ROUTE, decision: 'taken' });
    board.closed({ ...ROUTE, expectedProfit: '0' });
    board.closed({ ...ROUTE, expectedProfit: '-1' });
    board.closed({ ...ROUTE, path: ['XYZ@east', 'BTC@west'] });
    expect(board.missed('USD@east', 'XYZ@east', 'BTC@west')).toEqual(['0', '0', '0']);
    const legs = [leg('BTC/USD', 'buy', '0.1', WEST), leg('BTC/USD', 'sell', '0.3', WEST)];
    board.closed({ ...ROUTE, path: ['USD@west', 'BTC@west'], legs });
    expect(board.missed('USD@west', 'BTC@west')).toEqual(['10', '0']);
    const plain = legs.map(({ venue: _venue, ...one }) => one);
    board.closed({ venue: WEST, path: ['USD@west', 'BTC@west'], legs: plain });
    expect(board.missed('USD@west', 'BTC@west')).toEqual(['20', '0']);
  });

  it('is counted from all facts of a step, as they come, and unknown pairs move nothing', () => {
    const board = new Board();
    const bought = (qty: string, symbol = 'BTC/USD'): EngineEvent => {
      const fill = sampleFill({ venue: EAST, symbol, price: '50000', qty, fee: '0', atUs: board.nowUs });
      return { type: 'orderFilled', atUs: board.nowUs, order: sampleOrder(), fill };
    };
    const events = [bought('1'), bought('9', 'NONE/USD')];
    board.inventory.watch(events);
    events.push(bought('2'));
    board.inventory.watch(events);
    board.inventory.watch(events);
    expect(board.inventory.drift.perDay('BTC@east', board.nowUs + DAY / 2)).toBe(6);
    expect(board.inventory.drift.perDay('USD@east', board.nowUs + DAY / 2)).toBeCloseTo(-300_000, 6);
  });

  it('says in how many days a move pays for itself', () => {
    const board = new Board({ ...HELD, 'USD@west': '30000' });
    board.closed(ROUTE);
    board.nowUs += DAY / 2;
    for (const id of [0, 3]) board.quote(id, 499_950, 500_050);
    const terms = { coin: 'BTC', venue: EAST, network: 'Bitcoin', fee: '0.0004', minimum: null, minutes: 9 };
    board.command({ type: 'setTransferTerms', terms, isKept: true });
    const [transfer] = board.moves('BTC', WEST, 'transfer');
    // 20 dollars of fee, at 20 dollars a day.
    expect(transfer).toMatchObject({ costHome: '20', breakEvenDays: 1 });
    const [reverse] = board.moves('BTC', WEST, 'reverse');
    // 11.99 bps of 20,000.
    expect(Number(reverse?.costHome)).toBeCloseTo(24, 0);
    expect(reverse?.breakEvenDays).toBe(1.19);
    expect([reverse?.costHome, reverse?.note]).toEqual([expect.stringMatching(/^23\.\d{1,8}$/), '']);
    expect(board.row('BTC', WEST).missedHome).toBe('10');
    // Less than a dollar a day is a pace too; at the very beginning there is none.
    const slow = new Board({ ...HELD, 'USD@west': '30000' });
    slow.closed({ ...ROUTE, expectedProfit: '0.123456789' });
    expect(slow.moves('BTC', WEST, 'reverse')[0]?.breakEvenDays).toBeNull();
    slow.nowUs += DAY;
    for (const id of [0, 3]) slow.quote(id, 499_950, 500_050);
    expect(slow.row('BTC', WEST).missedHome).toBe('0.12345678');
    expect(slow.moves('BTC', WEST, 'reverse')[0]?.breakEvenDays).toBe(194);
    const poor = new Board();
    expect(poor.moves('BTC', WEST, 'reverse')[0]?.note).toContain('No pair of live books is deep enough');
    const none = new Board({ ...HELD, 'USD@west': '30000' });
    none.nowUs += DAY;
    expect(none.moves('BTC', WEST, 'reverse')[0]?.breakEvenDays).toBeNull();
  });
});

describe('a refill', () => {
  it('is what is missing, or what lies beyond its target elsewhere, and from where most does', () => {
    const target = (venue: string, amount: string) =>
      ({ type: 'setInventoryTarget', coin: 'BTC', venue, target: amount, lowPct: 90, highPct: 110 }) as const;
    const board = new Board();
    board.command(target(EAST, '0.7'));
    board.command(target(WEST, '0.9'));
    expect(board.moves('BTC', WEST, 'reverse')[0]).toMatchObject({ from: EAST, to: WEST, amount: '0.3' });
    board.command(target(WEST, '0.4567891'));
    // Six digits, rounded down.
    expect(board.moves('BTC', WEST, 'reverse')[0]).toMatchObject({ amount: '0.256789' });
    board.command(target(EAST, '1'));
    expect(board.row('BTC', WEST)).toMatchObject({ state: 'dry', moves: [] });
    expect(board.row('BTC', EAST)).toMatchObject({ state: 'in-band', moves: [] });
  });

  it('comes from where most lies beyond its target', () => {
    const north = TRIANGLE.map((spec, at) => {
      const assets = { base: assetAt(spec.base, 'north'), quote: assetAt(spec.quote, 'north') };
      return createInstrument({ ...spec, ...assets }, TWO_VENUES.length + at, 'north');
    });
    const instruments = [...TWO_VENUES, ...north];
    const from = (east: string, other: string) =>
      new Board({ 'BTC@east': east, 'BTC@west': '0.1', 'BTC@north': other }, { instruments }).moves(
        'BTC',
        WEST,
        'reverse',
      )[0]?.from;
    expect([from('2', '3'), from('3', '2')]).toEqual(['north', EAST]);
  });

  it('counts what is on its way', () => {
    const board = new Board();
    board.command({
      type: 'setInventoryTarget',
      coin: 'BTC',
      venue: WEST,
      target: '2',
      lowPct: 90,
      highPct: 110,
    });
    const request = {
      coin: 'BTC',
      amount: '0.5',
      from: EAST,
      to: WEST,
      network: '',
      fee: '0.001',
      minutes: 5,
    };
    board.command({
      type: 'setInventoryTarget',
      coin: 'BTC',
      venue: EAST,
      target: '0.1',
      lowPct: 1,
      highPct: 900,
    });
    expect(board.moves('BTC', WEST, 'reverse')[0]).toMatchObject({ amount: '0.9' });
    board.command({ type: 'declareTransfer', request });
    expect(board.moves('BTC', WEST, 'reverse')[0]).toMatchObject({ amount: '0.4' });
    board.command({
      type: 'setInventoryTarget',
      coin: 'BTC',
      venue: WEST,
      target: '0.8',
      lowPct: 90,
      highPct: 110,
    });
    expect(board.moves('BTC', WEST, 'reverse')[0]).toMatchObject({ amount: '0.1' });
  });
});

describe('an asset that fees are paid in', () => {
  const fee = (amount: string, atUs: number): FillRecord =>
    sampleFill({
      venue: EAST,
      symbol: 'BTC/USD',
      price: '50000',
      qty: '0.01',
      fee: amount,
      feeAsset: 'BNB@east',
      atUs,
    });
  const withFees = (held: string, amount: string) => {
    const nowUs = new Board().nowUs;
    return new Board({ ...HELD, 'BNB@east': held }, { recentFills: [fee(amount, nowUs - DAY / 2)] });
  };

  it('is to be bought for a week when it lasts for less than three days', () => {
    // Half a coin in half a day.
    const [topUp] = withFees('2', '0.5').moves('BNB', EAST, 'top-up');
    expect(topUp).toMatchObject({ coin: 'BNB', from: null, to: EAST, amount: '5', costBps: null });
    expect(topUp?.note).toBe('Fees are charged in BNB: it lasts 2 days; this much lasts 7.');
    expect(withFees('3', '0.5').moves('BNB', EAST, 'top-up')).toEqual([]);
    expect(withFees('2.99', '0.5').moves('BNB', EAST, 'top-up')).toHaveLength(1);
    expect(withFees('2', '0').moves('BNB', EAST, 'top-up')).toEqual([]);
    expect(withFees('2', '0.15').row('BNB', EAST).daysOfSupply).toBe(6.67);
  });

  it('is none that is bought and sold', () => {
    const nowUs = new Board().nowUs;
    const sold = { ...fee('0', nowUs - DAY / 2), side: 'sell' as const, qty: '1' };
    const board = new Board(HELD, { recentFills: [sold] });
    expect(board.row('BTC', EAST)).toMatchObject({ driftPerDay: '-2', daysOfSupply: 0.5 });
    expect(board.moves('BTC', EAST, 'top-up')).toEqual([]);
  });
});

describe('dust', () => {
  const dust = (held: Readonly<Record<string, string>>, coin: string, venue: string = EAST) => {
    const board = new Board({ ...HELD, ...held });
    return board.moves(coin, venue, 'dust').map(({ amount, from, to }) => `${amount} ${from ?? ''} ${to}`);
  };

  it('is what no pair takes an order of: below the smallest quantity or value of each', () => {
    expect(dust({ 'BTC@east': '0.00009' }, 'BTC')).toEqual(['0.00009 east east']);
    expect(dust({ 'BTC@east': '0.0001' }, 'BTC')).toEqual([]);
    expect(dust({ 'ETH@west': '0.0009' }, 'ETH', WEST)).toEqual(['0.0009 west west']);
    expect(dust({ 'ETH@west': '0.001' }, 'ETH', WEST)).toEqual([]);
  });

  it('is what every pair refuses for its value, in the coin that each is quoted in', () => {
    const instruments = TWO_VENUES.map((one, id) => {
      const minNotional = ['10', '0.0001', '10'][id % 3] ?? '0';
      const { tickSize, lotSize, minQty, takerFee } = one;
      const sizes = { tickSize, lotSize, minQty, takerFee };
      const texts = Object.fromEntries(Object.entries(sizes).map(([key, value]) => [key, value?.toFixed()]));
      const spec = { ...one, ...texts, minNotional, status: 'online' } as unknown as InstrumentSpec;
      return createInstrument(spec, id, one.venue);
    });
    const held = (asset: string, amount: string) => {
      const board = new Board({ ...HELD, [asset]: amount }, { instruments });
      const [coin = '', venue = ''] = asset.split('@');
      return board.moves(coin, venue, 'dust').length;
    };
    expect([held('BTC@east', '0.00019'), held('BTC@east', '0.0002')]).toEqual([1, 0]);
    // 0.0015 ether are 3.75 dollars and 0.000075 bitcoin; 0.002 are 0.0001 bitcoin, which one of the two takes.
    expect([held('ETH@west', '0.0015'), held('ETH@west', '0.002')]).toEqual([1, 0]);
  });

  it('is not known where nothing has a price', () => {
    const board = new Board({ 'USD@east': '1', 'ETH@west': '0.0001' }, {}, false);
    expect(board.moves('ETH', WEST, 'dust')).toEqual([]);
  });

  it('is no cash, nothing that has a target of its own, and nothing that no pair has', () => {
    expect(dust({ 'USD@west': '0.0001' }, 'USD', WEST)).toEqual([]);
    expect(dust({ 'XYZ@west': '0.0001' }, 'XYZ', WEST)).toEqual([]);
    const board = new Board({ ...HELD, 'BTC@west': '0.00009' });
    expect(board.moves('BTC', WEST, 'dust')).toHaveLength(1);
    board.command({
      type: 'setInventoryTarget',
      coin: 'BTC',
      venue: WEST,
      target: '1',
      lowPct: 50,
      highPct: 150,
    });
    expect(board.moves('BTC', WEST, 'dust')).toEqual([]);
  });
});

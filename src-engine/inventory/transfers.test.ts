/** Transfers as they are kept: what is set aside, recalled and forgotten, and which change of a balance is none of them. */
import { describe, expect, it } from 'vitest';
import type { InventoryStanding, Transfer } from '../domain/inventory-schemas.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { EAST, twoVenuesHolding, WEST } from '../testing/two-venues.ts';
import { MAX_OPEN_TRANSFERS, type TransferRequest } from './transfers.ts';

const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'BTC@west': '0.2', 'ETH@east': '9', 'ETH@west': '9' };
const REQUEST: TransferRequest = {
  coin: 'BTC',
  amount: '0.4',
  from: EAST,
  to: WEST,
  network: 'Lightning',
  fee: '0.001',
  minutes: 10,
};

class Venues extends AccountRig {
  constructor(isPaper = false) {
    const mode = isPaper ? 'paper' : 'live';
    super({ ...twoVenuesHolding(HELD), mode, mustReconcile: !isPaper });
  }

  get transfers() {
    return this.kernel.inventory.transfers;
  }

  declare(change: Partial<TransferRequest> = {}): string {
    this.command({ type: 'declareTransfer', request: { ...REQUEST, ...change } });
    return this.transfers.open.at(-1)?.transferId ?? '';
  }

  cancel(transferId: string): void {
    this.command({ type: 'cancelTransfer', transferId });
  }

  /** One look at a venue: what it shows in place of what the ledger has. */
  shows(venue: string, asset: string, shown: string): boolean {
    const difference = { asset, ledger: this.total(asset), venue: shown };
    return this.transfers.explain(venue, [difference], this.nowUs);
  }

  reserved(asset = 'BTC@east'): string {
    return this.kernel.portfolio.balances.reserved(asset).toString();
  }

  get states(): string[] {
    return this.transfers.all.map(({ transferId, state }) => `${transferId} ${state}`);
  }
}

describe('a declared transfer of an account', () => {
  it('sets its amount aside until it left, or is canceled', () => {
    const venues = new Venues();
    const first = venues.declare();
    const second = venues.declare({ amount: '0.1' });
    expect(venues.reserved()).toBe('0.5');
    expect(venues.of('transferChanged')[0]?.transfer).toMatchObject({
      left: '0',
      arrived: '0',
      departedUs: null,
    });
    venues.cancel(first);
    expect([venues.reserved(), venues.states]).toEqual(['0.1', [`${second} declared`, `${first} canceled`]]);
    expect(venues.shows(EAST, 'BTC@east', '0.9')).toBe(true);
    expect([venues.reserved(), venues.total('BTC@in-transit')]).toEqual(['0', '0.1']);
    expect(venues.transfers.open).toMatchObject([{ transferId: second, left: '0.1' }]);
  });

  it('may be of all that is free, and one of as many as may be open at once', () => {
    const venues = new Venues();
    expect(venues.transfers.obstacle({ ...REQUEST, amount: '1' })).toBeUndefined();
    expect(venues.transfers.obstacle({ ...REQUEST, amount: '1.00000001' })?.field).toBe('amount');
    for (let nth = 0; nth < MAX_OPEN_TRANSFERS; nth++) venues.declare({ amount: '0.01' });
    expect(venues.transfers.open).toHaveLength(MAX_OPEN_TRANSFERS);
    expect(venues.transfers.obstacle({ ...REQUEST, amount: '0.01' })).toMatchObject({
      field: 'coin',
      value: 'BTC',
    });
    const alone = new AccountRig();
    expect(alone.kernel.inventory.transfers.obstacle(REQUEST)).toMatchObject({ field: 'to', value: WEST });
  });

  it('is under way at its two venues, of its own coin alone', () => {
    const { transfers } = ((venues: Venues) => (venues.declare(), venues))(new Venues());
    const isUnderWay = (venue: string, asset: string) => transfers.isUnderWay(venue, asset);
    expect([isUnderWay(EAST, 'BTC@east'), isUnderWay(WEST, 'BTC@west')]).toEqual([true, true]);
    expect([isUnderWay(EAST, 'ETH@east'), isUnderWay('north', 'BTC@north')]).toEqual([false, false]);
    expect(isUnderWay('north', 'BTC@east')).toBe(false);
  });

  it('is not seen in a change of another coin, at another venue, or the other way', () => {
    const venues = new Venues();
    venues.declare();
    expect(venues.shows(EAST, 'ETH@east', '8.6')).toBe(false);
    expect(venues.shows(WEST, 'ETH@west', '9.4')).toBe(false);
    expect(venues.shows(WEST, 'BTC@west', '-0.2')).toBe(false);
    expect(venues.shows(EAST, 'BTC@east', '1.4')).toBe(false);
    expect(venues.transfers.open).toMatchObject([{ state: 'declared' }]);
    expect(venues.kernel.inventory.leaving('BTC@east').toString()).toBe('0.4');
    expect(venues.kernel.inventory.leaving('BTC@west').toString()).toBe('0');
    expect(venues.kernel.inventory.leaving('ETH@east').toString()).toBe('0');
  });

  it('that is over explains nothing more', () => {
    const venues = new Venues();
    venues.declare();
    venues.shows(EAST, 'BTC@east', '0.6');
    venues.shows(WEST, 'BTC@west', '0.6');
    expect(venues.states).toEqual(['run-t1 arrived']);
    expect(venues.shows(WEST, 'BTC@west', '1')).toBe(false);
    expect(venues.shows(EAST, 'BTC@east', '0.2')).toBe(false);
  });
});

describe('what arrives before its own source showed that it left', () => {
  it.each<[string, Partial<TransferRequest>]>([
    ['another coin', { coin: 'ETH' }],
    ['another source', { from: WEST, to: EAST, amount: '0.1' }],
    ['an amount that is too small', { amount: '0.3' }],
    ['an amount that is too large', { amount: '0.5' }],
  ])('takes over no departure of %s', (_case, change) => {
    const venues = new Venues();
    const { coin, from, amount } = { ...REQUEST, ...change };
    venues.declare(change);
    const asset = `${coin}@${from}`;
    const left = Number(venues.total(asset)) - Number(amount);
    expect(venues.shows(from, asset, left.toFixed(4))).toBe(true);
    const mine = venues.declare();
    const there = Number(venues.total('BTC@west')) + 0.3995;
    expect(venues.shows(WEST, 'BTC@west', there.toFixed(4))).toBe(true);
    expect(venues.transfers.open).toMatchObject([{ state: 'departed' }]);
    expect(venues.transfers.all.at(-1)).toMatchObject({
      transferId: mine,
      state: 'arrived',
      isPresumed: true,
    });
  });
});

describe('what an earlier run left', () => {
  const left = (state: Transfer['state'], transferId: string): Transfer => ({
    ...REQUEST,
    transferId,
    state,
    declaredUs: 1,
    expectedUs: Number.MAX_SAFE_INTEGER,
    departedUs: null,
    endedUs: null,
    left: state === 'departed' ? '0.4' : '0',
    arrived: '0',
    isLate: false,
    isPresumed: false,
  });
  const recalled = (...transfers: readonly Transfer[]) => {
    const venues = new Venues();
    venues.kernel.inventory.recall({ targets: [], terms: [], transfers } satisfies InventoryStanding);
    return venues;
  };

  it('goes on where it was open, with what it had set aside, and is else only shown', () => {
    const venues = recalled(left('arrived', 'a'), left('declared', 'd'), left('canceled', 'c'));
    expect(venues.transfers.open.map(({ transferId }) => transferId)).toEqual(['d']);
    expect(venues.states).toEqual(['d declared', 'a arrived', 'c canceled']);
    expect(venues.reserved()).toBe('0.4');
    expect(recalled(left('departed', 'x')).reserved()).toBe('0');
  });

  it('is forgotten once twenty others have ended since', () => {
    const venues = new Venues();
    for (let nth = 0; nth < 22; nth++) venues.cancel(venues.declare());
    expect([venues.transfers.all.length, venues.reserved()]).toEqual([20, '0']);
    expect(venues.states[0]).toBe('run-t22 canceled');
  });
});

describe('a transfer on paper', () => {
  it('arrives at the time that was expected', () => {
    const venues = new Venues(true);
    venues.declare();
    const [{ expectedUs } = { expectedUs: 0 }] = venues.transfers.open;
    expect(expectedUs).toBe(venues.nowUs + 600_000_000);
    venues.transfers.onTick(expectedUs - 1);
    expect(venues.states).toEqual(['run-t1 departed']);
    venues.transfers.onTick(expectedUs);
    expect(venues.states).toEqual(['run-t1 arrived']);
  });
});

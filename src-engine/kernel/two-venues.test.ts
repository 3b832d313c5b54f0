/** One kernel with accounts at two venues: what one does, or fails to do, never touches the other. */
import { describe, expect, it } from 'vitest';
import { ZERO } from '../domain/decimal.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { strategyOf } from '../domain/venue-asset.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { EAST, TWO_VENUES, twoVenuesHolding, WEST } from '../testing/two-venues.ts';
import { START_US } from '../testing/kernel-harness.ts';
import { sampleOrder } from '../testing/sample-events.ts';
import type { KernelConfig } from './kernel-config.ts';

class TwoAccounts extends AccountRig {
  constructor(config: Partial<KernelConfig> = {}) {
    const held = { 'USD@east': '10000', 'USD@west': '7000', 'BTC@west': '2' };
    super({ ...twoVenuesHolding(held), ...config });
  }

  /** What the venue itself would answer: its own codes, its own part alone. */
  held(venue: string) {
    return this.balances()
      .filter(({ asset }) => asset.endsWith(`@${venue}`))
      .map(({ asset, total }) => ({ asset: asset.slice(0, asset.indexOf('@')), total }));
  }

  agreeBoth(): void {
    for (const venue of [EAST, WEST]) this.answer({ balances: this.held(venue) }, venue);
  }

  edgeAt(venue: string): void {
    const first = venue === EAST ? 0 : 3;
    this.quote(first, 499_950, 500_050);
    this.quote(first + 1, 4_998, 5_002, 5_000_000_000);
    this.quote(first + 2, 251_800, 251_900, 5_000_000_000);
  }

  placedAt(venue: string) {
    return this.placed.filter((order) => order.venue === venue);
  }

  fillFirst(venue: string, fee: string, feeAsset: string): void {
    const [order] = this.placedAt(venue);
    if (order === undefined) throw new Error(`nothing was placed at ${venue}`);
    const { orderId, price, qty } = order;
    const fill = {
      fillId: `${orderId}-1`,
      orderId,
      price: price.toString(),
      qty: qty.toString(),
      fee,
      feeAsset,
      atUs: this.nowUs,
    };
    this.report({ kind: 'fill', orderId, fill, atUs: this.nowUs });
  }
}

describe('accounts at two venues', () => {
  it('are compared each with its own part of the ledger, in its own codes', () => {
    const rig = new TwoAccounts();
    rig.agreeBoth();
    expect(rig.of('reconciled').map(({ venue }) => venue)).toEqual([EAST, WEST]);
    expect(rig.of('balancesDiffer')).toEqual([]);
    for (const venue of [EAST, WEST]) expect(rig.kernel.orderEvents.reconciler.refusal(venue)).toBe('');
  });

  it('begin cycles only where they were compared, with what lies there', () => {
    const rig = new TwoAccounts();
    rig.answer({ balances: rig.held(EAST) }, EAST);
    rig.edgeAt(WEST);
    expect(rig.placed).toEqual([]);
    rig.edgeAt(EAST);
    expect(rig.placedAt(EAST)).toHaveLength(1);
    expect(rig.placedAt(WEST)).toEqual([]);
  });

  it('halt alone: what one shows otherwise stops that one, and the other trades on', () => {
    const rig = new TwoAccounts();
    rig.agreeBoth();
    const wrong = rig.held(EAST).map((one) => ({ ...one, total: '9000' }));
    rig.command({ type: 'reconcile' });
    rig.answer({ balances: rig.held(WEST) }, WEST);
    rig.answer({ balances: wrong }, EAST);
    rig.pass(2);
    rig.answer({ balances: wrong }, EAST);
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'balances-differ', venue: EAST }]);
    expect(rig.of('balancesDiffer')).toMatchObject([
      { venue: EAST, differences: [{ asset: 'USD@east', ledger: '10000', venue: '9000' }] },
    ]);
    rig.edgeAt(EAST);
    rig.edgeAt(WEST);
    expect(rig.placedAt(EAST)).toEqual([]);
    expect(rig.placedAt(WEST)).toHaveLength(1);
    expect(rig.kernel.haltReason).toBe('');
    expect([...rig.kernel.halts.ofVenues.keys()]).toEqual([EAST]);
  });

  it('go on one by one: resuming the halted one alone says so, and resuming all ends every halt', () => {
    const rig = new TwoAccounts();
    rig.agreeBoth();
    for (const venue of [EAST, WEST])
      rig.step({ kind: 'watchdog-lost', venue, reason: 'gone', atUs: rig.nowUs });
    rig.command({ type: 'resume', venue: EAST });
    expect(rig.of('tradingResumed')).toMatchObject([{ venue: EAST }]);
    expect([...rig.kernel.halts.ofVenues.keys()]).toEqual([WEST]);
    rig.command({ type: 'resume' });
    expect(rig.kernel.halts.ofVenues.size).toBe(0);
  });

  it('book a fee in what was received, in the code of the venue, out of the part that lies there', () => {
    const rig = new TwoAccounts();
    rig.agreeBoth();
    rig.edgeAt(WEST);
    const qty = rig.placedAt(WEST)[0]?.qty.toString() ?? '';
    rig.fillFirst(WEST, '0.00001', 'BTC');
    const held = Number(rig.total('BTC@west'));
    expect(held).toBeCloseTo(2 + Number(qty) - 0.00001, 10);
    expect(rig.total('BTC@east')).toBe('0');
    expect(rig.of('orderFilled')[0]?.fill.feeAsset).toBe('BTC@west');
    expect(rig.total('USD@east')).toBe('10000');
  });

  it('take a fill that cost more than planned as the fee of that venue’s pair, in whichever asset it was charged', () => {
    const rig = new TwoAccounts();
    rig.agreeBoth();
    rig.edgeAt(WEST);
    const qty = rig.placedAt(WEST)[0]?.qty ?? ZERO;
    rig.fillFirst(WEST, qty.times('0.002').toFixed(), 'BTC');
    expect(rig.of('instrumentChanged')).toMatchObject([{ venue: WEST, symbol: 'BTC/USD', cause: 'fill' }]);
    expect(TWO_VENUES.map(({ takerFee }) => takerFee?.toFixed())).toEqual(Array(6).fill('0.0005'));
    const fees = rig.kernel.config.instruments.map(({ takerFee }) => takerFee?.toFixed());
    expect(fees).toEqual(['0.0005', '0.0005', '0.0005', '0.002', '0.0005', '0.0005']);
  });

  it('count a coin as one position over both, and money of both as one equity', () => {
    const rig = new TwoAccounts();
    rig.agreeBoth();
    for (const venue of [EAST, WEST]) rig.edgeAt(venue);
    expect(rig.kernel.portfolio.sample(rig.nowUs).equity).toBe('117000');
    rig.kernel.portfolio.adopt('BTC@east', rig.kernel.portfolio.balances.total('BTC@west'));
    const apart = rig.kernel.risk.exposure;
    expect(apart.position('BTC@west')?.toNumber()).toBeGreaterThanOrEqual(100_000);
    expect(apart.position('BTC@west')?.eq(apart.position('BTC@east') ?? 0)).toBe(true);
    expect(apart.position('USD@west')?.toString()).toBe('0');
  });

  it('are armed each by itself, and disarmed both by a kill', () => {
    const rig = new TwoAccounts({ mustArm: true });
    rig.agreeBoth();
    rig.command({ type: 'arm', venue: WEST, lossBudget: '1' });
    rig.edgeAt(EAST);
    expect(rig.placed).toEqual([]);
    expect(rig.kernel.armings.of(WEST).state).toBe('canary');
    expect(rig.kernel.armings.of(EAST).state).toBe('disarmed');
    rig.command({ type: 'arm', venue: EAST, lossBudget: '1' });
    rig.command({ type: 'kill', reason: 'drill' });
    expect(rig.of('armingChanged').map(({ venue, to }) => [venue, to])).toEqual([
      [WEST, 'canary'],
      [EAST, 'canary'],
      [EAST, 'disarmed'],
      [WEST, 'disarmed'],
    ]);
  });

  it('are killed both at once, and each one’s open orders are known', () => {
    const rig = new TwoAccounts();
    rig.agreeBoth();
    rig.command({ type: 'kill', reason: 'drill' });
    const canceled = rig.effects.filter(({ type }) => type === 'cancelAll');
    expect(canceled).toEqual([
      { type: 'cancelAll', venue: EAST },
      { type: 'cancelAll', venue: WEST },
    ]);
    rig.report({ kind: 'open-orders', venue: EAST, count: 0, atUs: rig.nowUs });
    const { killSwitch } = rig.kernel;
    expect([killSwitch.shownBy(EAST), killSwitch.shownBy(WEST)]).toEqual([0, undefined]);
    expect(killSwitch.unverified).toEqual([WEST]);
    rig.report({ kind: 'cancel-all-failed', venue: WEST, reason: 'no answer', atUs: rig.nowUs });
    expect([killSwitch.problemOf(EAST), killSwitch.problemOf(WEST)]).toEqual(['', 'no answer']);
  });

  it('are not said to be empty after a kill while an order of an earlier run may be open where this run does not reach', () => {
    const left = { ...sampleOrder(), venue: WEST, symbol: 'BTC/USD', state: 'unknown' } as const;
    const rig = new TwoAccounts({
      instruments: TWO_VENUES.slice(0, 3),
      openOrders: [{ record: left, fillIds: [] }],
    });
    rig.command({ type: 'kill', reason: 'drill' });
    rig.report({ kind: 'open-orders', venue: EAST, count: 0, atUs: rig.nowUs });
    expect(rig.of('killVerified')).toEqual([]);
    expect(rig.kernel.killSwitch.unverified).toEqual([WEST]);
  });

  it('have a countdown only where the venue has a dead-man switch', () => {
    const rig = new TwoAccounts({ withoutDeadMan: [WEST] });
    rig.agreeBoth();
    rig.pass(3);
    const asked = rig.effects.filter(({ type }) => type === 'keepAlive');
    expect(asked.map((effect) => effect.type === 'keepAlive' && effect.venue)).toEqual([EAST]);
    expect(rig.kernel.orderEvents.deadMan.standing(WEST)).toBeUndefined();
  });

  it('watch one whose account could not be started: nothing is sent or asked there, and the other is traded and killed', () => {
    const rig = new TwoAccounts({ mustArm: true, watchedOnly: { [EAST]: 'no API key' } });
    rig.answer({ balances: rig.held(WEST) }, WEST);
    for (const venue of [EAST, WEST]) rig.command({ type: 'arm', venue, lossBudget: '1' });
    expect(rig.kernel.armings.of(EAST).state).toBe('disarmed');
    rig.pass(120);
    rig.answer({ balances: rig.held(WEST) }, WEST);
    for (const venue of [EAST, WEST]) rig.edgeAt(venue);
    expect(rig.placedAt(EAST)).toEqual([]);
    expect(rig.placedAt(WEST)).toHaveLength(1);
    expect(rig.kernel.blockers.of(EAST)).toBe('watched without trading: no API key');
    rig.command({ type: 'kill', reason: 'drill' });
    rig.report({ kind: 'open-orders', venue: WEST, count: 0, atUs: rig.nowUs });
    expect(rig.kernel.killSwitch.verifiedOpenOrders).toBe(0);
    const askedAt = rig.effects.flatMap((effect) => ('venue' in effect ? [effect.venue] : []));
    expect(new Set(askedAt)).toEqual(new Set([WEST]));
  });

  it('lose one of them: its feed closes, its account does not answer, and the other trades', () => {
    const rig = new TwoAccounts();
    rig.agreeBoth();
    const closed = { venue: EAST, state: 'closed', venueStatus: '', reason: 'cut' } as const;
    rig.step({ kind: 'feed', ...closed, atUs: rig.nowUs });
    rig.report({ kind: 'link', venue: EAST, state: 'down', reason: 'cut', atUs: rig.nowUs });
    rig.pass(60);
    rig.answer({ balances: rig.held(WEST) }, WEST);
    rig.edgeAt(EAST);
    rig.edgeAt(WEST);
    expect(rig.placedAt(EAST)).toEqual([]);
    expect(rig.placedAt(WEST)).toHaveLength(1);
    expect(rig.of('tradingHalted')).toEqual([]);
  });

  it('trade at one while the other has shown no price yet: a coin there is worth what it is worth here', () => {
    const rig = new TwoAccounts();
    rig.agreeBoth();
    rig.edgeAt(EAST);
    expect(rig.kernel.portfolio.sample(rig.nowUs).equity).toBe('117000');
    expect(rig.placedAt(EAST)).toHaveLength(1);
  });

  it('keep their worth while one of them is not part of the run: nothing is lost by its absence', () => {
    const rig = new TwoAccounts({ instruments: TWO_VENUES.slice(0, 3) });
    rig.edgeAt(EAST);
    expect(rig.kernel.portfolio.sample(rig.nowUs).equity).toBe('117000');
    expect(rig.kernel.portfolio.unvalued()).toEqual([]);
  });

  it('leave the outcome of an order to its own venue: where this run does not reach that one, no operator can settle it', () => {
    const left = (venue: string) => {
      const record = sampleOrder({
        orderId: 'old',
        venue,
        symbol: 'ETHBTC',
        price: '0.05',
        qty: '1',
        createdUs: START_US,
      });
      const rig = new TwoAccounts({
        instruments: TWO_VENUES.slice(0, 3),
        openOrders: [{ record, fillIds: [] }],
      });
      rig.pass(120);
      const obstacle = rig.kernel.orderEvents.settlementObstacle('old', rig.nowUs);
      rig.command({ type: 'settleOrder', orderId: 'old' });
      return { obstacle, rig, settled: rig.of('orderSettled').length };
    };
    const away = left(WEST);
    expect([away.obstacle, away.settled]).toEqual([
      expect.stringMatching(/does not reach the account at west/),
      0,
    ]);
    // What it holds back is what the order gives, by names that the account knows: the symbol of that venue has no slash.
    expect(Number(away.rig.kernel.portfolio.balances.reserved('BTC@west'))).toBeCloseTo(0.05, 3);
    expect(left(EAST)).toMatchObject({ obstacle: undefined, settled: 1 });
  });

  it('share the limits that are set by coin: the largest order of a coin holds at each of them', () => {
    const limits = { ...DEFAULT_LIMITS, maxOrderQty: { BTC: '0.000001' } };
    const rig = new TwoAccounts({ limits });
    rig.agreeBoth();
    for (const venue of [EAST, WEST]) rig.edgeAt(venue);
    expect(rig.placed).toEqual([]);
    const denied = rig.of('opportunityDenied').map(({ venue, code }) => `${venue} ${code}`);
    expect(new Set(denied)).toEqual(new Set(['east order-qty', 'west order-qty']));
  });

  it('call a strategy by its codes: one that was stopped stays so when another venue joins', () => {
    expect(strategyOf(WEST, ['USD@west', 'BTC@west'])).toBe(strategyOf(WEST, ['USD', 'BTC']));
  });

  it('keep their message budgets apart', () => {
    const rig = new TwoAccounts();
    const { reviewer } = rig.kernel.desk;
    const before = reviewer.tokens(WEST, rig.nowUs);
    for (let i = 0; i < 5; i++) reviewer.onCancel(EAST, rig.nowUs);
    expect(reviewer.tokens(WEST, rig.nowUs)).toBe(before);
    expect(reviewer.tokens(EAST, rig.nowUs)).toBe(before - 5);
  });
});

describe('a venue that does not trade the home currency', () => {
  it('begins its cycles in what most of its pairs are against, which is not a position and not home', () => {
    const tether = TWO_VENUES.map((one) => {
      const swap = (asset: string) => (asset === 'USD@west' ? 'USDT@west' : asset);
      return { ...one, base: swap(one.base), quote: swap(one.quote) };
    });
    const rig = new TwoAccounts({
      instruments: tether,
      opening: { balances: [{ asset: 'USDT@west', total: '5000' }], realizedPnl: '0', fees: '0' },
    });
    const { universe } = rig.kernel.portfolio;
    expect([universe.cashOf(EAST), universe.cashOf(WEST)]).toEqual(['USD@east', 'USDT@west']);
    expect([universe.isHome('USDT@west'), universe.isCash('USDT@west')]).toEqual([false, true]);
    const starts = new Set(rig.kernel.desk.index.cycles.map(({ path }) => path[0]));
    expect([...starts]).toEqual(['USD@east', 'USDT@west']);
  });
});

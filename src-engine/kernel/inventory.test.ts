/** Transfers between two venues: declared by the trader, carried out at simulated venues, recognised in the balances of accounts. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { createInstrument } from '../domain/instrument.ts';
import { riskSnapshot } from '../domain/risk-schemas.ts';
import { assetAt, assetName } from '../domain/venue-asset.ts';
import { inventoryRows } from '../inventory/board.ts';
import type { TransferRequest } from '../inventory/transfers.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { EAST, TWO_VENUES, twoVenuesHolding, WEST } from '../testing/two-venues.ts';
import type { KernelConfig } from './kernel-config.ts';

const HELD: Readonly<Record<string, string>> = { 'USD@east': '10000', 'BTC@east': '1', 'BTC@west': '0.2' };
const TRANSIT = 'BTC@in-transit';
const REQUEST: TransferRequest = {
  coin: 'BTC',
  amount: '0.4',
  from: EAST,
  to: WEST,
  network: 'Lightning',
  fee: '0.001',
  minutes: 10,
};

class TwoVenues extends AccountRig {
  constructor(config: Partial<KernelConfig> = {}, held: Readonly<Record<string, string>> = HELD) {
    super({ ...twoVenuesHolding(held), ...config });
    for (const id of [0, 3]) this.quote(id, 499_950, 500_050);
  }

  declare(change: Partial<TransferRequest> = {}): void {
    this.command({ type: 'declareTransfer', request: { ...REQUEST, ...change } });
  }

  get held(): string[] {
    return ['BTC@east', TRANSIT, 'BTC@west'].map((asset) => this.total(asset));
  }

  /** The one declared or departed last. */
  cancelOpen(): void {
    const transferId = this.kernel.inventory.transfers.open[0]?.transferId ?? '';
    this.command({ type: 'cancelTransfer', transferId });
  }

  refusal(venue: string): string {
    return this.kernel.orderEvents.reconciler.refusal(venue);
  }

  get equity(): string {
    return this.kernel.portfolio.sample(this.nowUs).equity;
  }

  get states(): string[] {
    return this.of('transferChanged').map(({ transfer: { state, isLate } }) =>
      isLate ? `${state} late` : state,
    );
  }

  /** What the account at a venue shows, asked and answered as often as a comparison needs. */
  shows(venue: string, balances: Readonly<Record<string, string>>): void {
    for (let look = 0; look < 3; look++) {
      this.answer({ balances: Object.entries(balances).map(([asset, total]) => ({ asset, total })) }, venue);
      this.pass(2);
    }
  }

  /** Both accounts agree with the ledger. */
  settle(): void {
    for (const venue of [EAST, WEST]) {
      const own = this.balances().filter(({ asset }) => asset.endsWith(`@${venue}`));
      this.answer({ balances: own.map(({ asset, total }) => ({ asset: assetName(asset), total })) }, venue);
    }
  }

  get halts(): string[] {
    return this.of('tradingHalted').map(({ code }) => code);
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
}

const paper = (config: Partial<KernelConfig> = {}, held = HELD) =>
  new TwoVenues({ mode: 'paper', mustReconcile: false, ...config }, held);

const live = (): TwoVenues => {
  const rig = new TwoVenues();
  rig.settle();
  return rig;
};

describe('a transfer on paper', () => {
  it('leaves at once, counts as in flight, and arrives after its time less its fee', () => {
    const rig = paper();
    const before = rig.equity;
    rig.declare();
    expect(rig.held).toEqual(['0.6', '0.4', '0.2']);
    expect(rig.equity).toBe(before);
    expect(rig.row('BTC', WEST)).toMatchObject({ held: '0.2', arriving: '0.4' });
    rig.pass(10 * 60 - 1);
    expect(rig.states).toEqual(['declared', 'departed']);
    rig.pass(2);
    expect(rig.held).toEqual(['0.6', '0', '0.599']);
    expect(rig.states).toEqual(['declared', 'departed', 'arrived']);
    // 0.001 BTC at 50,000.
    expect(rig.equity).toBe(String(Number(before) - 50));
    expect(rig.kernel.portfolio.sample(rig.nowUs).fees).toBe('50');
    expect(rig.kernel.risk.exposure.gross().toString()).toBe('0');
  });

  it('that is canceled is back at its source', () => {
    const rig = paper();
    rig.declare();
    const transferId = rig.kernel.inventory.transfers.open[0]?.transferId ?? '';
    rig.command({ type: 'cancelTransfer', transferId });
    expect([rig.held, rig.states.at(-1)]).toEqual([['1', '0', '0.2'], 'canceled']);
    rig.command({ type: 'cancelTransfer', transferId });
    expect(rig.states).toHaveLength(3);
  });

  it('goes on after a restart: what was in flight arrives', () => {
    const rig = paper();
    rig.declare();
    const left = rig.of('riskRecorded').at(-1)?.risk;
    const risk = riskSnapshot.parse(JSON.parse(JSON.stringify(left)));
    const balances = rig.balances();
    const next = paper({ runId: 'next', risk, opening: { balances, realizedPnl: '0', fees: '0' } });
    expect(next.held).toEqual(['0.6', '0.4', '0.2']);
    next.pass(10 * 60 + 1);
    expect(next.held).toEqual(['0.6', '0', '0.599']);
  });

  it('leaves no position smaller by its fee', () => {
    const rig = paper();
    rig.kernel.portfolio.balances.receive('BTC@west', decimal('0.1'));
    const before = rig.kernel.risk.exposure.position('BTC@west')?.toString();
    expect(before).toBe('5000');
    rig.declare();
    rig.pass(10 * 60 + 1);
    expect(rig.held).toEqual(['0.6', '0', '0.699']);
    expect(rig.kernel.risk.exposure.position('BTC@west')?.toString()).toBe(before);
  });

  it('of an account is carried out by its twin: recalled as declared, and canceled by the same id', () => {
    const account = live();
    account.declare();
    const left = account.kernel.inventory.standing;
    const twin = paper({ runId: 'twin', twinOf: 'run' });
    twin.kernel.inventory.recall(left);
    twin.pass(2);
    expect([twin.held, twin.equity]).toEqual([['0.6', '0.4', '0.2'], account.equity]);
    twin.pass(10 * 60);
    expect(twin.held).toEqual(['0.6', '0', '0.599']);
    const other = paper({ runId: 'twin', twinOf: 'run' });
    other.declare();
    const [transferId = ''] = account.kernel.inventory.transfers.open.map((one) => one.transferId);
    other.command({ type: 'cancelTransfer', transferId });
    expect(other.held).toEqual(['1', '0', '0.2']);
  });

  it.each([
    [{ amount: '1.1' }, 'amount'],
    [{ fee: '0.4' }, 'fee'],
    [{ to: EAST }, 'to'],
    [{ to: 'north' }, 'to'],
    [{ from: 'north' }, 'from'],
    [{ coin: 'DOGE' }, 'amount'],
  ])('is not declared with %j', (change, field) => {
    const rig = paper();
    expect(rig.kernel.inventory.transfers.obstacle({ ...REQUEST, ...change })?.field).toBe(field);
    rig.declare(change);
    expect([rig.states, rig.held]).toEqual([[], ['1', '0', '0.2']]);
  });
});

describe('a transfer between accounts', () => {
  it('is recognised as it leaves and arrives, and is no difference of balances', () => {
    const rig = live();
    const before = rig.equity;
    rig.declare();
    expect(rig.row('BTC', EAST)).toMatchObject({ held: '1', free: '0.6', leaving: '0.4' });
    rig.shows(EAST, { USD: '10000', BTC: '0.6' });
    expect([rig.held, rig.equity]).toEqual([['0.6', '0.4', '0.2'], before]);
    rig.shows(WEST, { BTC: '0.5995' });
    expect(rig.held).toEqual(['0.6', '0', '0.5995']);
    expect([rig.states, rig.halts]).toEqual([['declared', 'departed', 'arrived'], []]);
    expect(
      rig.kernel.orderEvents.reconciler.refusal(EAST) + rig.kernel.orderEvents.reconciler.refusal(WEST),
    ).toBe('');
    expect(rig.kernel.risk.exposure.gross().toString()).toBe('0');
  });

  it('with its fee on top, or seen at its destination first', () => {
    const top = live();
    top.declare();
    top.shows(EAST, { USD: '10000', BTC: '0.599' });
    expect(top.held).toEqual(['0.599', '0.401', '0.2']);
    const first = live();
    first.declare();
    first.shows(WEST, { BTC: '0.6' });
    expect(first.held).toEqual(['0.6', '0', '0.6']);
    first.shows(EAST, { USD: '10000', BTC: '0.5995' });
    expect([first.held, first.halts]).toEqual([['0.5995', '0', '0.6'], []]);
    expect(first.kernel.inventory.transfers.all).toMatchObject([{ isPresumed: false, left: '0.4005' }]);
    expect(first.states).toEqual(['declared', 'departed', 'arrived', 'arrived']);
  });

  it('beyond its fee is a difference, and halts as ever', () => {
    const rig = live();
    rig.declare();
    rig.shows(EAST, { USD: '10000', BTC: '0.55' });
    expect([rig.halts, rig.states]).toEqual([['balances-differ'], ['declared']]);
  });

  it('that is declared after the difference halted explains it', () => {
    const rig = live();
    rig.command({ type: 'reconcile' });
    rig.shows(EAST, { USD: '10000', BTC: '0.6' });
    expect(rig.halts).toEqual(['balances-differ']);
    rig.declare();
    rig.shows(EAST, { USD: '10000', BTC: '0.6' });
    expect(rig.held).toEqual(['0.6', '0.4', '0.2']);
    expect(rig.kernel.orderEvents.reconciler.refusal(EAST)).toBe('');
  });

  it('two of them in one difference are both found', () => {
    const rig = live();
    rig.declare({ amount: '0.1' });
    rig.declare({ amount: '0.2' });
    rig.shows(EAST, { USD: '10000', BTC: '0.7' });
    expect(rig.held).toEqual(['0.7', '0.3', '0.2']);
    rig.shows(WEST, { BTC: '0.399' });
    expect(rig.held).toEqual(['0.7', '0.1', '0.399']);
    expect(rig.kernel.inventory.transfers.open.map(({ amount }) => amount)).toEqual(['0.1']);
  });

  it('that is canceled on its way stops trading at its source until that venue was compared', () => {
    const rig = live();
    rig.declare();
    rig.shows(EAST, { USD: '10000', BTC: '0.6' });
    expect(rig.refusal(EAST)).toBe('');
    rig.cancelOpen();
    expect(rig.held).toEqual(['1', '0', '0.2']);
    expect([rig.refusal(EAST), rig.refusal(WEST)]).toEqual([`${EAST}: not compared with it yet`, '']);
    rig.shows(EAST, { USD: '10000', BTC: '1' });
    expect([rig.refusal(EAST), rig.halts]).toEqual(['', []]);
  });

  it('is not counted twice by adopting what its destination shows: it is canceled first', () => {
    const rig = live();
    const before = rig.equity;
    rig.declare();
    rig.shows(EAST, { USD: '10000', BTC: '0.6' });
    const short = { BTC: '0.58' };
    rig.shows(WEST, short);
    rig.command({ type: 'adoptBalances', venue: WEST });
    rig.shows(WEST, short);
    expect([rig.held, rig.equity, rig.halts]).toEqual([['0.6', '0.4', '0.2'], before, ['balances-differ']]);
    rig.cancelOpen();
    for (const [venue, shown] of [[EAST, { USD: '10000', BTC: '0.6' }] as const, [WEST, short] as const]) {
      rig.shows(venue, shown);
      rig.command({ type: 'adoptBalances', venue });
      rig.shows(venue, shown);
    }
    expect(rig.held).toEqual(['0.6', '0', '0.58']);
  });

  it('seen at its destination first excuses at its source no more than its fee, and only once', () => {
    const more = live();
    more.declare();
    more.shows(WEST, { BTC: '0.5995' });
    more.shows(EAST, { USD: '10000', BTC: '0.599' });
    expect([more.halts, more.held]).toEqual([['balances-differ'], ['0.6', '0', '0.5995']]);
    const later = live();
    later.declare();
    later.shows(WEST, { BTC: '0.6' });
    later.shows(EAST, { USD: '10000', BTC: '0.6' });
    expect(later.halts).toEqual([]);
    later.pass(61);
    later.shows(EAST, { USD: '10000', BTC: '0.5995' });
    expect([later.halts, later.held]).toEqual([['balances-differ'], ['0.6', '0', '0.6']]);
  });

  it('is recognised of a coin that no instrument trades', () => {
    const held = { ...HELD, 'XRP@east': '50', 'XRP@west': '5' };
    const rig = new TwoVenues({}, held);
    rig.settle();
    rig.declare({ coin: 'XRP', amount: '40', fee: '1' });
    const xrp = () => ['XRP@east', 'XRP@in-transit', 'XRP@west'].map((asset) => rig.total(asset));
    rig.shows(EAST, { USD: '10000', BTC: '1', XRP: '10' });
    expect(xrp()).toEqual(['10', '40', '5']);
    rig.shows(WEST, { BTC: '0.2', XRP: '44.5' });
    expect([xrp(), rig.halts]).toEqual([['10', '0', '44.5'], []]);
    expect(rig.of('balancesAdopted')).toEqual([]);
  });

  it('takes over the departure of an equal one to another venue when it is the one that arrives', () => {
    const north = TRIANGLE.map((spec, at) =>
      createInstrument(
        { ...spec, base: assetAt(spec.base, 'north'), quote: assetAt(spec.quote, 'north') },
        TWO_VENUES.length + at,
        'north',
      ),
    );
    const rig = new TwoVenues({ instruments: [...TWO_VENUES, ...north] }, { ...HELD, 'BTC@north': '0' });
    rig.settle();
    rig.answer({ balances: [] }, 'north');
    rig.declare();
    rig.declare({ to: 'north' });
    rig.shows(EAST, { USD: '10000', BTC: '0.6' });
    rig.shows('north', { BTC: '0.3995' });
    expect([...rig.held, rig.total('BTC@north')]).toEqual(['0.6', '0', '0.2', '0.3995']);
    expect(rig.row('BTC', EAST)).toMatchObject({ free: '0.2', leaving: '0.4' });
    rig.pass(61);
    rig.shows(EAST, { USD: '10000', BTC: '0.6' });
    expect(rig.kernel.inventory.transfers.open).toMatchObject([{ to: WEST, state: 'declared' }]);
    rig.pass(61);
    rig.shows(EAST, { USD: '10000', BTC: '0.2' });
    rig.shows(WEST, { BTC: '0.6' });
    expect([...rig.held, rig.total('BTC@north')]).toEqual(['0.2', '0', '0.6', '0.3995']);
    expect([rig.halts, rig.kernel.inventory.transfers.open]).toEqual([[], []]);
  });

  it('is reported as late once, and not again after a restart', () => {
    const rig = live();
    rig.declare();
    rig.pass(10 * 60 + 30);
    expect(rig.states).toEqual(['declared', 'declared late']);
  });
});

describe('the board', () => {
  it('sets an equal share against what lies there, and proposes what brings it back', () => {
    const rig = paper();
    // 0.6 each; 0.2 is a third of it.
    expect(rig.row('BTC', WEST)).toMatchObject({ target: '0.6', filledPct: 33.33, state: 'dry' });
    expect(rig.row('BTC', EAST)).toMatchObject({ state: 'overfull' });
    const [reverse, transfer] = rig.row('BTC', WEST).moves;
    expect(reverse).toMatchObject({ kind: 'reverse', from: EAST, amount: '0.4', costBps: null });
    expect(transfer).toMatchObject({
      kind: 'transfer',
      network: null,
      fee: null,
      costBps: null,
      minutes: null,
    });
    const terms = {
      coin: 'BTC',
      venue: EAST,
      network: 'Lightning',
      fee: '0.0004',
      minimum: null,
      minutes: 5,
    };
    rig.command({ type: 'setTransferTerms', terms, isKept: true });
    expect(rig.row('BTC', WEST).moves[1]).toMatchObject({
      network: 'Lightning',
      fee: '0.0004',
      minimum: null,
      minutes: 5,
      costBps: 10,
      costHome: '20',
    });
  });

  it('prices the reverse route by the books of both venues, fees included', () => {
    const rig = paper({}, { ...HELD, 'USD@west': '30000' });
    const [reverse] = rig.row('BTC', WEST).moves;
    // Bought at 50,005 and sold at 49,995, with 5 bps at either venue.
    const cost = (1 - (49_995 * 0.9995) / (50_005 * 1.0005)) * 10_000;
    expect(reverse).toMatchObject({ kind: 'reverse', through: 'USD', costBps: Number(cost.toFixed(2)) });
  });

  it('holds to the trader’s target and band', () => {
    const rig = paper();
    const target = { coin: 'BTC', venue: WEST, target: '0.2', lowPct: 90, highPct: 110 };
    rig.command({ type: 'setInventoryTarget', ...target });
    expect(rig.row('BTC', WEST)).toMatchObject({ isOwnTarget: true, state: 'in-band', moves: [] });
    rig.command({ type: 'setInventoryTarget', ...target, target: null });
    expect(rig.row('BTC', WEST)).toMatchObject({ isOwnTarget: false, state: 'dry' });
    expect(rig.of('inventorySet')).toHaveLength(2);
  });

  it('counts days of supply from booked fills, those before a restart included', () => {
    const fill = {
      fillId: 'f',
      orderId: 'o',
      executionId: 'x',
      venue: WEST,
      symbol: 'BTC/USD',
      side: 'sell' as const,
      price: '50000',
      qty: '0.1',
      fee: '0',
      feeAsset: 'USD@west',
      // Half a day ago.
      atUs: paper().nowUs - 43_200_000_000,
    };
    const rig = paper({ recentFills: [fill] });
    expect(rig.row('BTC', WEST)).toMatchObject({ driftPerDay: '-0.2', daysOfSupply: 1 });
    expect(rig.row('BTC', EAST)).toMatchObject({ driftPerDay: '0', daysOfSupply: null });
    expect(paper().row('BTC', WEST)).toMatchObject({ driftPerDay: null, daysOfSupply: null });
  });
});

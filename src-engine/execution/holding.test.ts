/** What a cycle holds: which way home it is sent, how often and how long that is tried, and what becomes of it then. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { createInstrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { AccountRig, fillOf } from '../testing/account-rig.ts';
import { answered } from '../testing/answered.ts';
import { START_US, TRIANGLE } from '../testing/kernel-harness.ts';
import { EAST, twoVenuesHolding, WEST } from '../testing/two-venues.ts';

/** A cycle that takes the pair ETH/BTC from a tenth of an ether on: less of the first leg cannot go that way. */
const COARSE = TRIANGLE.map((spec, id) =>
  createInstrument(spec.symbol === 'ETH/BTC' ? { ...spec, minQty: '0.1' } : spec, id, 'test'),
);

describe('a first leg that brings less than the second takes', () => {
  /** 0.003 bitcoin have come, and the rest of the order finds nothing. */
  const little = ({ rig, at, cancel }: ReturnType<typeof answered>): void => {
    const { orderId } = at(0);
    const fill = fillOf({ fillId: 'little', orderId, qty: '0.003', fee: '0' });
    rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
    cancel(0);
  };

  it('goes home at once, once more at once where nothing was found, and then only as the market moves', () => {
    const made = answered({ instruments: COARSE });
    const { rig, cancel, names, at } = made;
    little(made);
    expect([names()[1], at(1).purpose]).toEqual(['sell BTC/USD', 'unwind']);
    cancel(1);
    expect(names()[2]).toBe('sell BTC/USD');
    cancel(2);
    expect(rig.placed).toHaveLength(3);
    rig.pass(1);
    expect(rig.placed).toHaveLength(4);
  });

  it('is reported once, and halts, where it has no way home until its time is over', () => {
    const made = answered({ instruments: COARSE });
    const { rig } = made;
    rig.step({ kind: 'book-lost', instrumentId: 0, reason: 'gap', atUs: rig.nowUs });
    little(made);
    rig.pass(5);
    expect(rig.of('executionFinished')).toEqual([]);
    rig.pass(1);
    const [finished] = rig.of('executionFinished');
    expect(finished?.execution).toMatchObject({
      outcome: 'stranded',
      detail: '0.003 BTC could not be unwound (no unwind route with live books)',
    });
    expect(rig.of('tradingHalted')).toHaveLength(1);
    expect(rig.placed).toHaveLength(1);
  });
});

describe('what is worth as much as a residual may be', () => {
  it.each([
    [3, 'unwound', 0],
    [2.999, 'stranded', 1],
  ] as const)(
    'of a bound of %s hundredths of a percent of the start ends as %s',
    (residualBps, outcome, halts) => {
      const made = answered({
        instruments: COARSE,
        execution: { ...DEFAULT_EXECUTION, residualBps },
        detection: { ...DEFAULT_DETECTION, maxStartNotional: '500000' },
      });
      const { rig, cancel } = made;
      // 0.003 bitcoin at a middle of 50,000: 150 of 500,000.
      const { orderId } = made.at(0);
      const fill = fillOf({ fillId: 'little', orderId, qty: '0.003', fee: '0' });
      rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
      cancel(0);
      for (let nth = 1; nth < 9 && rig.of('executionFinished').length === 0; nth++) {
        cancel(nth);
        rig.pass(1);
      }
      expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome } }]);
      expect(rig.of('tradingHalted')).toHaveLength(halts);
    },
  );
});

describe('a sweep', () => {
  it('begins at a full ten seconds, whenever the run began', () => {
    const balances = [
      { asset: 'USD', total: '10000' },
      { asset: 'BTC', total: '1' },
    ];
    const rig = new AccountRig({ opening: { balances, realizedPnl: '0', fees: '0' } });
    rig.agree();
    rig.quote(0, 499_950, 500_050);
    rig.pass(3);
    rig.kernel.desk.sequencer.sweeper.residuals.add('BTC', decimal('0.01'));
    rig.pass(12);
    expect(rig.placed[0]?.createdUs).toBe(START_US + 10_000_000);
  });

  it('sends its order at once, and none for another minute where that sold nothing', () => {
    const balances = [
      { asset: 'USD', total: '10000' },
      { asset: 'BTC', total: '1' },
    ];
    const rig = new AccountRig({ opening: { balances, realizedPnl: '0', fees: '0' } });
    rig.agree();
    rig.quote(0, 499_950, 500_050);
    rig.kernel.desk.sequencer.sweeper.residuals.add('BTC', decimal('0.01'));
    const sweeps = (): number => rig.of('sweepStarted').length;
    while (sweeps() === 0 && rig.nowUs < START_US + 11_000_000) rig.pass(0.1);
    expect(rig.placed).toMatchObject([{ symbol: 'BTC/USD', side: 'sell', createdUs: rig.nowUs }]);
    while (rig.of('executionFinished').length === 0 && rig.nowUs < START_US + 30_000_000) {
      const { orderId = '' } = rig.placed.at(-1) ?? {};
      rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
      rig.pass(0.1);
    }
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed' } }]);
    rig.pass(59.5);
    expect(sweeps()).toBe(1);
    rig.pass(1);
    expect(sweeps()).toBe(2);
  });
});

describe('a holding whose time is over', () => {
  it('is sent nowhere any more, though its book has prices again since the last tick', () => {
    const { rig, fill, cancel } = answered();
    fill(0);
    for (const instrumentId of [0, 1])
      rig.step({ kind: 'book-lost', instrumentId, reason: 'gap', atUs: rig.nowUs });
    cancel(1);
    rig.pass(5);
    expect(rig.of('executionFinished')).toEqual([]);
    rig.quote(0, 499_950, 500_050);
    rig.pass(0.1);
    expect(rig.placed).toHaveLength(2);
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'stranded' } }]);
  });
});

describe('a fill that comes after its order was over', () => {
  it('goes home at once where its cycle only waits, and what waited goes with it', () => {
    const { rig, at, fill, cancel, names } = answered();
    fill(0, 'half');
    cancel(0);
    for (const instrumentId of [0, 1])
      rig.step({ kind: 'book-lost', instrumentId, reason: 'gap', atUs: rig.nowUs });
    cancel(1);
    rig.pass(0.1);
    rig.quote(0, 499_950, 500_050);
    expect(rig.placed).toHaveLength(2);
    fill(0);
    expect([names()[2], at(2).qty.toString()]).toEqual(['sell BTC/USD', at(0).received.toString()]);
    fill(2);
    expect(rig.placed).toHaveLength(3);
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound', dust: [] } }]);
    expect(rig.of('executionFinished')[0]?.execution.profit).toBe(
      rig.kernel.portfolio.balances.total('USD').minus(10_000).toString(),
    );
  });
});

describe('a fill that comes late of an order that spends what its cycle holds', () => {
  it('leaves the rest alone to go home, and no more than that is kept for it', () => {
    const { rig, at, fill, cancel, names } = answered();
    fill(0);
    for (const instrumentId of [0, 1, 2])
      rig.step({ kind: 'book-lost', instrumentId, reason: 'gap', atUs: rig.nowUs });
    cancel(1);
    rig.pass(0.1);
    // Bitcoin waits for a way home; and then the venue reports that half of it bought ether after all.
    fill(1, 'half');
    const { balances } = rig.kernel.portfolio;
    const left = at(0).received.minus(at(1).spent);
    expect(balances.total('BTC').toString()).toBe(left.toString());
    expect(balances.reserved('BTC').toString()).toBe(left.toString());
    rig.quote(0, 499_950, 500_050);
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    rig.pass(0.1);
    for (let nth = 2; nth < rig.placed.length && nth < 9; nth++) fill(nth);
    expect(names().slice(2).toSorted()).toEqual(['sell BTC/USD', 'sell ETH/USD']);
    expect(
      rig.placed.find(({ side, symbol }) => side === 'sell' && symbol === 'BTC/USD')?.qty.toString(),
    ).toBe(left.toDecimalPlaces(8, 1).toString());
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound' } }]);
    expect(rig.of('orderDenied')).toEqual([]);
    expect(rig.of('tradingHalted')).toEqual([]);
  });

  it('counts what that order had spent before only once', () => {
    const { rig, at, fill, cancel } = answered();
    fill(0);
    for (const instrumentId of [0, 1, 2])
      rig.step({ kind: 'book-lost', instrumentId, reason: 'gap', atUs: rig.nowUs });
    fill(1, 'half');
    cancel(1);
    rig.pass(0.1);
    fill(1, 'rest', '0.04');
    const { balances } = rig.kernel.portfolio;
    const left = at(0).received.minus(at(1).spent);
    expect(left.gt(0.0005)).toBe(true);
    expect(balances.total('BTC').toString()).toBe(left.toString());
    expect(balances.reserved('BTC').toString()).toBe(left.toString());
  });
});

describe('a fill that comes late of an order whose input is being sold meanwhile', () => {
  it('leaves no more sold than came: what was taken from the account is bought back', () => {
    const balances = [
      { asset: 'USD', total: '10000' },
      { asset: 'BTC', total: '1' },
    ];
    const wide = { ...DEFAULT_LIMITS, maxPositionPct: 1_000, maxGrossExposurePct: 1_000 };
    const { rig, fill, cancel, names } = answered({
      opening: { balances, realizedPnl: '0', fees: '0' },
      limits: wide,
    });
    fill(0);
    cancel(1);
    expect(names()[2]).toBe('sell BTC/USD');
    // The venue reports now that the bitcoin had bought ether after all; and the sale takes the account's own.
    fill(1);
    fill(2);
    for (let nth = 3; nth < rig.placed.length && nth < 9; nth++) fill(nth);
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound' } }]);
    expect(Number(rig.total('BTC'))).toBeCloseTo(1, 3);
    expect(Number(rig.total('ETH'))).toBeCloseTo(0, 3);
  });
});

describe('a fill that comes late of an order of a sweep', () => {
  it('comes out of what still waits to be swept', () => {
    const balances = [
      { asset: 'USD', total: '10000' },
      { asset: 'BTC', total: '1' },
    ];
    const rig = new AccountRig({ opening: { balances, realizedPnl: '0', fees: '0' } });
    rig.agree();
    rig.quote(0, 499_950, 500_050);
    rig.kernel.desk.sequencer.sweeper.residuals.add('BTC', decimal('0.01'));
    while (rig.placed.length === 0 && rig.nowUs < START_US + 11_000_000) rig.pass(0.1);
    const [{ orderId } = { orderId: '' }] = rig.placed;
    rig.step({ kind: 'book-lost', instrumentId: 0, reason: 'gap', atUs: rig.nowUs });
    rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    rig.pass(0.1);
    const late = fillOf({ fillId: 'late', orderId, qty: '0.004', price: '49995', fee: '0' });
    rig.report({ kind: 'fill', orderId, fill: late, atUs: rig.nowUs });
    rig.quote(0, 499_950, 500_050);
    rig.pass(2);
    expect(rig.placed.map(({ side, qty }) => `${side} ${qty.toString()}`)).toEqual([
      'sell 0.01',
      'sell 0.006',
    ]);
    expect(rig.total('BTC')).toBe('0.996');
  });
});

describe('late fills of a sweep’s order that had filled in part', () => {
  const sweeping = (balances: Readonly<Record<string, string>>, asset: string, amount: string) => {
    const rows = Object.entries(balances).map(([one, total]) => ({ asset: one, total }));
    const rig = new AccountRig({ opening: { balances: rows, realizedPnl: '0', fees: '0' } });
    rig.agree();
    rig.quote(0, 499_950, 500_050);
    rig.quote(1, 4_998, 5_002, 5_000_000_000);
    rig.kernel.desk.sequencer.sweeper.residuals.add(asset, decimal(amount));
    while (rig.placed.length === 0 && rig.nowUs < START_US + 11_000_000) rig.pass(0.1);
    for (const instrumentId of [0, 1])
      rig.step({ kind: 'book-lost', instrumentId, reason: 'gap', atUs: rig.nowUs });
    const [{ orderId } = { orderId: '' }] = rig.placed;
    const fill = (fillId: string, qty: string, price: string): void => {
      rig.report({
        kind: 'fill',
        orderId,
        fill: fillOf({ fillId, orderId, qty, price, fee: '0' }),
        atUs: rig.nowUs,
      });
    };
    const cancel = (): void => rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    const goOn = (): string[] => {
      rig.quote(0, 499_950, 500_050);
      rig.quote(1, 4_998, 5_002, 5_000_000_000);
      for (let nth = 1, tick = 0; tick < 30; tick++) {
        rig.pass(0.1);
        for (; nth < rig.placed.length && nth < 9; nth++) {
          const { orderId: id = '', qty, price } = rig.placed[nth] ?? {};
          const [all, at] = [qty?.toString() ?? '0', price?.toString() ?? '0'];
          const own = fillOf({ fillId: id, orderId: id, qty: all, price: at, fee: '0' });
          rig.report({ kind: 'fill', orderId: id, fill: own, atUs: rig.nowUs });
        }
      }
      return rig.placed.slice(1).map(({ side, symbol, qty }) => `${side} ${qty.toString()} ${symbol}`);
    };
    return { rig, fill, cancel, goOn };
  };

  it('come out of what still waits once each', () => {
    const { rig, fill, cancel, goOn } = sweeping({ USD: '10000', BTC: '1' }, 'BTC', '0.01');
    fill('first', '0.002', '49995');
    cancel();
    fill('late', '0.004', '49995');
    expect(goOn()).toEqual(['sell 0.004 BTC/USD']);
    expect(rig.total('BTC')).toBe('0.99');
  });

  it('bring another coin on its way home, and that goes on for as much as came late', () => {
    const { rig, fill, cancel, goOn } = sweeping({ USD: '10000', ETH: '5' }, 'ETH', '0.1');
    expect(rig.placed).toMatchObject([{ side: 'sell', symbol: 'ETH/BTC' }]);
    fill('first', '0.02', '0.05');
    cancel();
    fill('late', '0.03', '0.05');
    expect(goOn().toSorted()).toEqual([
      'sell 0.001 BTC/USD',
      'sell 0.0015 BTC/USD',
      'sell 0.002492 BTC/USD',
      'sell 0.05 ETH/BTC',
    ]);
    expect(Number(rig.total('BTC'))).toBeLessThan(0.0001);
    expect(rig.total('ETH')).toBe('4.9');
  });
});

describe('a cycle at one of two venues', () => {
  it('goes home where it is, though another venue pays more and has as much of the coin', () => {
    const rig = new AccountRig({
      ...twoVenuesHolding({ 'USD@east': '10000', 'USD@west': '0', 'BTC@west': '1' }),
      limits: { ...DEFAULT_LIMITS, maxPositionPct: 1_000, maxGrossExposurePct: 1_000 },
    });
    rig.answer({ balances: [{ asset: 'USD', total: '10000' }] }, EAST);
    rig.answer({ balances: [{ asset: 'BTC', total: '1' }] }, WEST);
    rig.quote(3, 520_000, 520_100);
    rig.quote(0, 499_950, 500_050);
    rig.quote(1, 4_998, 5_002, 5_000_000_000);
    rig.quote(2, 251_800, 251_900, 5_000_000_000);
    const end = (nth: number, isFilled: boolean): void => {
      const { orderId = '', qty, price } = rig.placed[nth] ?? {};
      const fill = fillOf({
        fillId: orderId,
        orderId,
        qty: qty?.toString() ?? '',
        price: price?.toString() ?? '',
        fee: '0',
      });
      if (isFilled) rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
      else rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    };
    end(0, true);
    // Through ether it would come home for less.
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    end(1, false);
    expect(rig.placed.map(({ side, symbol, venue }) => `${side} ${symbol} ${venue}`)).toEqual([
      'buy BTC/USD east',
      'buy ETH/BTC east',
      'sell BTC/USD east',
    ]);
  });
});

describe('two cycles under way', () => {
  it('each keep what their own order has brought so far', () => {
    const rig = new AccountRig({
      ...twoVenuesHolding({ 'USD@east': '10000', 'USD@west': '10000' }),
      limits: {
        ...DEFAULT_LIMITS,
        maxRelatedExecutions: 9,
        maxPositionPct: 1_000,
        maxGrossExposurePct: 1_000,
      },
    });
    for (const [nth, venue] of [EAST, WEST].entries()) {
      rig.answer({ balances: [{ asset: 'USD', total: '10000' }] }, venue);
      rig.quote(3 * nth, 499_950, 500_050);
      rig.quote(3 * nth + 1, 4_998, 5_002, 5_000_000_000);
      rig.quote(3 * nth + 2, 251_800, 251_900, 5_000_000_000);
    }
    expect(rig.placed.map(({ venue }) => venue)).toEqual([EAST, WEST]);
    for (const { orderId, venue } of rig.placed) {
      const fill = fillOf({ fillId: venue, orderId, qty: '0.003', fee: '0' });
      rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
    }
    const { balances } = rig.kernel.portfolio;
    const kept = (): string[] => ['BTC@east', 'BTC@west'].map((asset) => balances.reserved(asset).toString());
    expect(kept()).toEqual(['0.003', '0.003']);
    // What ends at one venue frees nothing of the other.
    rig.step({ kind: 'book-lost', instrumentId: 0, reason: 'gap', atUs: rig.nowUs });
    rig.report({ kind: 'canceled', orderId: rig.placed[0]?.orderId ?? '', reason: 'ioc', atUs: rig.nowUs });
    expect(kept()[1]).toBe('0.003');
  });
});

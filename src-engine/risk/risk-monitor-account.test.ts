/** What the monitor makes of the account's worth, of what is in flight, and what of it is recorded for a restart. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import { createInstrument } from '../domain/instrument.ts';
import type { RiskSnapshot } from '../domain/risk.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { cycleOf, instrumentOf, MONITOR_START, MonitorRig, OPERATOR } from '../testing/monitor-rig.ts';
import { openOrder } from '../testing/open-order.ts';
import { sampleFill, sampleOrder } from '../testing/sample-events.ts';
import { MonitorContext } from './monitor-context.ts';

const DAY_US = 86_400 * US_PER_SECOND;
/** Nothing of what an earlier run knew holds a test up. */
const LEFT: RiskSnapshot = {
  ...new MonitorRig().monitor.snapshot(),
  dayOpenEquity: null,
  peakEquity: null,
  opened: {},
};
const CYCLE = cycleOf(0, 'USD', 'BTC', 'ETH');

/** An account that took on 0.2 BTC, worth 10,000 dollars. */
function exposed(maxGrossExposurePct: number): MonitorRig {
  const rig = new MonitorRig({ maxGrossExposurePct }, LEFT, '0.2', { hasEquity: false });
  rig.quote(0, 500_000);
  return rig;
}

describe('a drawdown', () => {
  it('latches at its very percent, and halts trading once', () => {
    const rig = new MonitorRig({ maxDrawdownPct: 2 });
    rig.equity('9800.0000001');
    expect(rig.halts).toEqual([]);
    rig.equity('9800');
    expect(rig.reasons).toEqual([
      '2.00 % below the highest equity, the limit is 2 %; reset the breaker Max. drawdown first',
    ]);
    expect(rig.recent('breakerChanged')).toMatchObject([
      { breaker: 'drawdown', state: 'latched', actor: { kind: 'engine', via: 'risk' } },
    ]);
    rig.equity('9700');
    expect(rig.halts).toEqual(['drawdown']);
  });

  it('is measured again from what the account is worth when an operator resets it, and from nothing else', () => {
    const rig = new MonitorRig({ maxDrawdownPct: 2, maxGrossExposurePct: 80 });
    rig.equity('9800');
    rig.monitor.reset('exposure', '', OPERATOR, rig.nowUs);
    expect(rig.monitor.escalation.drawdownPct.toString()).toBe('2');
    rig.step();
    rig.step();
    expect(rig.monitor.reset('drawdown', '', OPERATOR, rig.nowUs)).toBe(true);
    expect(rig.recent('breakerChanged')).toMatchObject([{ breaker: 'drawdown', actor: OPERATOR }]);
    expect(rig.monitor.escalation.drawdownPct.toString()).toBe('0');
    // The loss of the day stands.
    expect(rig.monitor.escalation.lossPct.toString()).toBe('2');
    rig.monitor.watch(rig.outbox.events, rig.nowUs);
    expect(rig.recent('riskRecorded')).toMatchObject([{ risk: { latched: [], peakEquity: '9800' } }]);
  });
});

describe('the gross exposure', () => {
  it('latches above its limit and not at it, with the percent of equity that positions are', () => {
    const rig = exposed(50);
    rig.equity('20000');
    expect(rig.halts).toEqual([]);
    rig.equity('19980');
    expect(rig.reasons).toEqual([
      'positions are 50.05 % of equity, the limit is 50 %; reset the breaker Gross exposure first',
    ]);
    expect(rig.recent('riskRecorded')).toMatchObject([{ risk: { latched: [{ breaker: 'exposure' }] } }]);
  });

  it('is held against an equity below one, and against none that is zero', () => {
    const small = exposed(50);
    small.equity('0.5');
    expect(small.halts).toEqual(['exposure']);
    const nothing = exposed(50);
    nothing.equity('0');
    expect(nothing.halts).toEqual([]);
  });

  it('is what is held on purpose when an operator resets the breaker', () => {
    const rig = exposed(50);
    rig.equity('19980');
    expect(rig.monitor.reset('exposure', '', OPERATOR, rig.nowUs)).toBe(true);
    expect(rig.monitor.snapshot().opened).toEqual({ USD: '10000', BTC: '0.2' });
    rig.equity('19980');
    expect(rig.halts).toEqual(['exposure']);
  });
});

describe('a loss of the day', () => {
  it('is reported rounded up to the fourth place: never less than it is', () => {
    const rig = new MonitorRig();
    rig.equity('9699.999');
    expect(rig.recent('riskLevelChanged')).toMatchObject([{ to: 'caution', lossPct: '3.0001' }]);
  });

  it('starts again when an operator resets it, latched or not, and stands when another breaker is reset', () => {
    const rig = new MonitorRig();
    rig.equity('9600');
    expect(rig.monitor.reset('exposure', '', OPERATOR, rig.nowUs)).toBe(false);
    expect(rig.monitor.escalation.level).toBe('caution');
    rig.step();
    rig.step();
    expect(rig.monitor.reset('daily-loss', '', OPERATOR, rig.nowUs)).toBe(true);
    expect(rig.recent('riskLevelChanged')).toMatchObject([
      { from: 'caution', to: 'normal', lossPct: '0', actor: OPERATOR },
    ]);
    rig.monitor.watch(rig.outbox.events, rig.nowUs);
    expect(rig.recent('riskRecorded')).toMatchObject([{ risk: { level: 'normal', dayOpenEquity: '9600' } }]);
    rig.equity('8800');
    expect(rig.halts).toEqual(['daily-loss']);
    expect(rig.monitor.reset('daily-loss', '', OPERATOR, rig.nowUs)).toBe(true);
    expect([rig.refused('x'), rig.monitor.escalation.level]).toEqual([undefined, 'normal']);
    // Nothing is lost: there is nothing to reset.
    rig.monitor.escalation.dayOpen = decimal('9000');
    expect(rig.monitor.reset('daily-loss', '', OPERATOR, rig.nowUs)).toBe(false);
    expect(rig.monitor.escalation.dayOpen.toString()).toBe('9000');
  });
});

describe('money that comes in before it has a price', () => {
  it('is no gain at its first one: the day’s first equity and the peak rise by what it is worth then', () => {
    const rig = new MonitorRig();
    const differences = [{ asset: 'BTC', ledger: '0', venue: '0.1' }];
    rig.portfolio.adopt('BTC', decimal('0.1'));
    rig.step({ type: 'balancesAdopted', atUs: rig.nowUs, venue: 'test', actor: OPERATOR, differences });
    expect(rig.recent('riskRecorded')).toMatchObject([{ risk: { unpriced: { BTC: '0.1' } } }]);
    rig.equity('10000');
    expect(rig.monitor.snapshot().unpriced).toEqual({ BTC: '0.1' });
    rig.quote(0, 500_000);
    rig.equity('14800');
    const { dayOpenEquity, peakEquity, unpriced } = rig.monitor.snapshot();
    expect([dayOpenEquity, peakEquity, unpriced]).toEqual(['15000', '15000', undefined]);
    expect(rig.recent('riskRecorded')).toMatchObject([{ risk: { dayOpenEquity: '15000' } }]);
    expect(rig.monitor.escalation.lossPct.toDecimalPlaces(3).toString()).toBe('1.333');
  });

  it('is forgotten by a full valuation that knows no price of it: it is no part of that', () => {
    const rig = new MonitorRig();
    const differences = [{ asset: 'DOGE', ledger: '0', venue: '100' }];
    rig.portfolio.adopt('DOGE', decimal('100'));
    rig.step({ type: 'balancesAdopted', atUs: rig.nowUs, venue: 'test', actor: OPERATOR, differences });
    rig.equity('10000');
    expect(rig.monitor.snapshot()).toMatchObject({ dayOpenEquity: '10000', opened: { DOGE: '100' } });
    expect(rig.monitor.snapshot().unpriced).toBeUndefined();
  });
});

describe('a new day', () => {
  it('is recorded at its first tick without a word of a level that did not change', () => {
    const rig = new MonitorRig();
    rig.step();
    rig.nowUs = MONITOR_START + DAY_US;
    rig.monitor.onTick(rig.nowUs);
    expect(rig.recent('riskLevelChanged')).toEqual([]);
    rig.monitor.watch(rig.outbox.events, rig.nowUs);
    expect(rig.recent('riskRecorded')).toHaveLength(1);
  });

  it('is recorded where a valuation is its first fact', () => {
    const rig = new MonitorRig();
    rig.nowUs = MONITOR_START + DAY_US;
    rig.equity('9900');
    expect(rig.recent('riskRecorded')).toMatchObject([{ risk: { dayOpenEquity: '9900' } }]);
  });
});

describe('a record of executions without an edge', () => {
  it('latches once it is long enough, halts trading once, and begins anew when an operator resets it', () => {
    const rig = new MonitorRig({ minKellyTrades: 3, maxRepeats: 50 });
    rig.finish('x1', CYCLE.path, '1');
    rig.finish('x2', CYCLE.path, '-1');
    expect(rig.halts).toEqual([]);
    rig.finish('x3', CYCLE.path, '-0.504');
    expect(rig.reasons).toEqual([
      'no edge in the record of executions: 1 won 1 USD, 2 lost 1.5 USD; reset the breaker No edge first',
    ]);
    expect(rig.recent('breakerChanged')).toMatchObject([{ breaker: 'no-edge', state: 'latched' }]);
    rig.finish('x4', CYCLE.path, '-1');
    expect(rig.halts).toEqual(['no-edge']);
    expect(rig.monitor.snapshot()).toMatchObject({
      latched: [{ breaker: 'no-edge' }],
      record: { losses: 3 },
    });
    expect(rig.monitor.reset('no-edge', '', OPERATOR, rig.nowUs)).toBe(true);
    expect(rig.monitor.record).toEqual({ wins: 0, losses: 0, won: '0', lost: '0' });
    rig.finish('x5', CYCLE.path, '-1');
    expect(rig.halts).toEqual(['no-edge']);
  });

  it('an earlier run left behind, or a shorter one that the limits take for enough, latches at the next valuation', () => {
    const record = { wins: 0, losses: 3, won: '0', lost: '3' };
    const rig = new MonitorRig({ minKellyTrades: 3 }, { ...LEFT, record }, '0', { hasEquity: false });
    rig.equity('10000');
    expect(rig.halts).toEqual(['no-edge']);
    const longer = new MonitorRig({ minKellyTrades: 4 }, { ...LEFT, record }, '0', { hasEquity: false });
    longer.equity('10000');
    expect(longer.halts).toEqual([]);
  });
});

describe('what is recorded for a restart', () => {
  const recorded = (rig: MonitorRig, ...events: EngineEvent[]): number => {
    rig.step(...events);
    return rig.recent('riskRecorded').length;
  };

  it('is nothing before anything happened, and the first worth of the account', () => {
    const rig = new MonitorRig({}, undefined, '0', { hasEquity: false });
    expect([recorded(rig), rig.monitor.tradesToday]).toEqual([0, 0]);
    rig.equity('10000');
    expect(rig.recent('riskRecorded')).toMatchObject([{ risk: { dayOpenEquity: '10000', tradesToday: 0 } }]);
    const later = new MonitorRig({}, LEFT);
    expect(later.recent('riskRecorded')).toMatchObject([{ risk: { dayOpenEquity: '10000' } }]);
  });

  it('is a peak one minute after the last record, and no valuation that reaches no new one', () => {
    const rig = new MonitorRig();
    rig.nowUs += 60 * US_PER_SECOND - 1;
    rig.equity('10001');
    expect(rig.recent('riskRecorded')).toEqual([]);
    rig.nowUs += 1;
    expect(recorded(rig)).toBe(1);
    rig.nowUs += 60 * US_PER_SECOND;
    for (const equity of ['10001', '9999']) {
      rig.equity(equity);
      expect(rig.recent('riskRecorded')).toEqual([]);
    }
  });

  it('is a cycle that began, one that ended, a strategy that was enabled, and money that came in', () => {
    const rig = new MonitorRig({ maxRepeats: 1 });
    rig.monitor.begin('x1', CYCLE);
    expect(recorded(rig)).toBe(1);
    rig.finish('x1', CYCLE.path, '0', '0');
    expect(rig.recent('riskRecorded')).toHaveLength(1);
    rig.finish('x2', CYCLE.path, '1');
    expect(rig.recent('riskRecorded')).toMatchObject([{ risk: { record: { wins: 1, won: '1' } } }]);
    rig.monitor.enable('test USD>BTC>ETH', OPERATOR, rig.nowUs);
    expect(recorded(rig)).toBe(1);
    const differences = [{ asset: 'BTC', ledger: '0', venue: '0.1' }];
    const adopted = { type: 'balancesAdopted', atUs: rig.nowUs, venue: 'test', actor: OPERATOR } as const;
    expect(recorded(rig, { ...adopted, differences })).toBe(1);
    expect(rig.recent('riskRecorded')[0]?.risk.opened).toMatchObject({ BTC: '0.1' });
  });

  it('is the beginning of a run and a word about a coin, and no book that came or went', () => {
    const rig = new MonitorRig();
    const { nowUs: atUs } = rig;
    const coin = { coin: 'ETH', venues: ['east', 'west'] };
    const doubted = { type: 'coinDoubted', atUs, ...coin, prices: [], unit: 'USD', reason: 'apart' } as const;
    expect(recorded(rig, doubted)).toBe(1);
    expect(recorded(rig, { type: 'coinTrusted', atUs, ...coin, actor: OPERATOR })).toBe(1);
    const book = { type: 'bookStateChanged', atUs, venue: 'test', symbol: 'BTC/USD', reason: '' } as const;
    expect(recorded(rig, { ...book, state: 'live' })).toBe(0);
    const run = { mode: 'paper', simulatedMarket: true, seed: 1, homeAsset: 'USD', balances: [] } as const;
    expect(recorded(rig, { type: 'runStarted', atUs, ...run })).toBe(1);
  });

  it('holds what is known of coins, and nothing of them where nothing is', () => {
    expect('coins' in LEFT).toBe(false);
    const coins = { doubted: [], trusted: [{ coin: 'ETH', venues: ['east', 'west'] }] };
    expect(new MonitorRig({}, { ...LEFT, coins }).monitor.snapshot().coins).toEqual(coins);
  });
});

describe('what the account is worth', () => {
  const live = (rig: MonitorRig): void =>
    rig.step({
      type: 'bookStateChanged',
      atUs: rig.nowUs,
      venue: 'test',
      symbol: 'BTC/USD',
      state: 'live',
      reason: '',
    });

  it('is known as soon as the first price of what it holds is, and left alone by books from then on', () => {
    const rig = new MonitorRig({}, undefined, '0.2', { hasEquity: false });
    live(rig);
    expect(rig.monitor.escalation.equity).toBeUndefined();
    rig.quote(0, 500_000);
    live(rig);
    expect(rig.monitor.escalation.equity?.toString()).toBe('20000');
    rig.quote(0, 600_000);
    live(rig);
    expect(rig.monitor.escalation.equity?.toString()).toBe('20000');
  });

  it.each([
    ['100', true],
    ['100.01', false],
    ['0.5', true],
    ['0', false],
  ])('is whole beside a coin without a price that cost %s of 10,000: %s', (costHome, isWhole) => {
    const balances = [{ asset: 'ETH', total: '1', costHome }];
    const rig = new MonitorRig({}, undefined, '0', { balances });
    expect(rig.monitor.escalation.equity?.toString()).toBe(isWhole ? '10000' : undefined);
  });
});

describe('the largest start of a cycle', () => {
  const order = sampleOrder({ venue: 'test' });
  const fill = sampleFill({ venue: 'test' });
  const cap = (rig: MonitorRig): number => rig.monitor.startCap(CYCLE, 20_000);
  /** Room for 9,900; then an order for 4,000 is in flight. */
  const before = (): MonitorRig => {
    const rig = new MonitorRig({ maxGrossExposurePct: 100, maxPositionPct: 100 });
    rig.quote(0, 500_000);
    rig.pass(1);
    expect(cap(rig)).toBeCloseTo(9_900, 9);
    rig.orders.push(openOrder(instrumentOf('BTC/USD'), 'buy', '40000', '0.1'));
    rig.nowUs += 1;
    return rig;
  };

  it.each<Extract<EngineEvent, { order: unknown }>['type']>([
    'orderCreated',
    'orderAccepted',
    'orderFilled',
    'orderCanceled',
    'orderRejected',
    'orderUnknown',
  ])('is computed again with the tick after a fact of an order: %s', (type) => {
    const rig = before();
    rig.monitor.onTick(rig.nowUs);
    expect(cap(rig)).toBeCloseTo(9_900, 9);
    const event = type === 'orderFilled' ? { type, order, fill } : { type, order };
    rig.step({ ...event, atUs: rig.nowUs } as EngineEvent);
    rig.monitor.onTick(rig.nowUs);
    // 4,000 are paid; the bitcoin that they bring is worth 5,000.
    expect(cap(rig)).toBeCloseTo(0.99 * 5_000, 9);
  });

  it('is computed again with every valuation', () => {
    const rig = before();
    rig.equity('10000');
    expect(cap(rig)).toBeCloseTo(0.99 * 5_000, 9);
  });
});

describe('the context of an order', () => {
  const contextOf = (rig: MonitorRig, executionId: string) =>
    new MonitorContext(rig.monitor, instrumentOf('BTC/USD'), executionId, undefined, rig.nowUs);

  it('counts the cycles of the day without the order’s own, each cycle once', () => {
    const rig = new MonitorRig();
    rig.monitor.begin('x1', CYCLE);
    rig.monitor.begin('x1', CYCLE);
    rig.monitor.begin('x2', CYCLE);
    expect([rig.monitor.tradesToday, rig.monitor.underWay]).toEqual([2, 2]);
    expect([contextOf(rig, 'x2').tradesToday, contextOf(rig, 'x3').tradesToday]).toEqual([1, 2]);
    expect(contextOf(rig, 'x3').related).toBe(0);
  });

  it('has the stake that the record allows once the account’s worth is known', () => {
    const record = { wins: 60, losses: 40, won: '60', lost: '40' };
    const unknown = new MonitorRig({ kellyFraction: 0.25 }, { ...LEFT, record }, '0', { hasEquity: false });
    expect(contextOf(unknown, 'x1').kellyNotional).toBeUndefined();
    unknown.equity('10000');
    // Kelly's fraction is 0.2, a quarter of it 5 %.
    expect(contextOf(unknown, 'x1').kellyNotional?.toNumber()).toBeCloseTo(500, 6);
    expect(contextOf(new MonitorRig(), 'x1').kellyNotional).toBeUndefined();
  });
});

describe('a strategy', () => {
  it('is stopped by tries without a profit, one of exactly nothing with them, and enabled by an operator', () => {
    const rig = new MonitorRig({ maxRepeats: 2 });
    rig.finish('x1', CYCLE.path, '0');
    rig.finish('x2', CYCLE.path, '0');
    const strategy = 'test USD>BTC>ETH';
    expect(rig.recent('strategyStopped')).toMatchObject([
      { strategy, reason: expect.stringMatching(/^2 tries/) },
    ]);
    rig.step();
    expect(rig.monitor.enable('test USD>BTC', OPERATOR, rig.nowUs)).toBe(false);
    expect(rig.recent('strategyEnabled')).toEqual([]);
    expect(rig.monitor.enable(strategy, OPERATOR, rig.nowUs)).toBe(true);
    expect(rig.recent('strategyEnabled')).toMatchObject([{ strategy, actor: OPERATOR }]);
  });

  it('is not stopped where a profit of less than one lies between two losses', () => {
    const rig = new MonitorRig({ maxRepeats: 2 });
    rig.finish('x1', CYCLE.path, '-1');
    rig.finish('x2', CYCLE.path, '0.5');
    rig.finish('x3', CYCLE.path, '-1');
    expect(rig.monitor.snapshot().stops).toEqual([]);
  });
});

describe('facts that are counted', () => {
  it('are denials of orders and of plans by their code, and faults of a venue’s books', () => {
    const rig = new MonitorRig({ maxBookFaultsPerMinute: 2 });
    const { nowUs: atUs } = rig;
    const denied = { type: 'orderDenied', atUs, order: sampleOrder(), detail: '' } as const;
    const plan = { type: 'opportunityDenied', atUs, opportunityId: 'o', venue: 'test', path: [] } as const;
    rig.step({ ...denied, code: 'throttled' }, { ...denied, code: 'price-collar' });
    rig.step({ ...plan, code: 'throttled', detail: '' });
    expect([...rig.monitor.denials]).toEqual([
      ['throttled', 2],
      ['price-collar', 1],
    ]);
    rig.monitor.onBookFault('test', 'checksum', atUs);
    expect(rig.refused('x')).toBeUndefined();
    rig.monitor.onBookFault('test', 'gap', atUs);
    expect(rig.refused('x')).toMatch(/^Data quality at test is open: 2 faults in a minute, last: gap/);
    expect(rig.monitor.breakers.stateOf('data-quality', 'elsewhere')).toEqual({
      state: 'closed',
      reason: '',
    });
  });
});

describe('a coin of two venues whose prices are apart', () => {
  const GRID = { tickSize: '0.01', lotSize: '0.0001', minQty: '0', minNotional: '0', takerFee: '0.0005' };
  const instruments = ['east', 'west'].map((venue, id) => {
    const [base, quote] = [assetAt('ETH', venue), assetAt('USD', venue)];
    return createInstrument({ ...GRID, symbol: 'ETH/USD', base, quote, status: 'online' }, id, venue);
  });
  const equityOf = (rig: MonitorRig): string | undefined => {
    const [first] = instruments;
    if (first === undefined) throw new Error('there are two');
    return new MonitorContext(rig.monitor, first, 'x', undefined, rig.nowUs).equityHome?.toString();
  };
  /** Apart for eleven seconds, with a coin held at a venue that has no price of its own. */
  const apart = (costHome: string, hasEquity: boolean): MonitorRig => {
    const balances = [{ asset: 'ETH@north', total: '1', costHome }];
    const rig = new MonitorRig({}, undefined, '0', { balances, instruments, hasEquity: false });
    rig.quote(0, 200_000);
    rig.quote(1, 250_000);
    if (hasEquity) rig.equity('10000');
    rig.pass(11);
    return rig;
  };

  it('is quarantined, and leaves no worth that hides what of the coin has lost its price', () => {
    const rig = apart('2000', true);
    expect(rig.monitor.coins.doubted.map(({ coin }) => coin)).toEqual(['ETH']);
    expect(equityOf(rig)).toBeUndefined();
    rig.monitor.coins.trust('ETH', OPERATOR, rig.nowUs);
    expect(equityOf(rig)).toBe('10000');
  });

  it('leaves the worth as it is where what lost its price is negligible, and none where none was known', () => {
    expect(equityOf(apart('99', true))).toBe('10000');
    expect(equityOf(apart('99', false))).toBeUndefined();
  });
});

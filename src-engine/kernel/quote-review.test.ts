/** Quotes that rest while what risk knows changes: they outlive no level, breaker, limit or record that would keep a new one from being placed. */
import { describe, expect, it, vi } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { DEFAULT_EXECUTION, DEFAULT_LIMITS, type RiskLimits } from '../domain/limits.ts';
import type { Order } from '../domain/order.ts';
import { AT_EAST, type QuotedAccounts, quoting } from '../testing/quoted-accounts.ts';
import { EAST, twoVenuesHolding, WEST } from '../testing/two-venues.ts';

const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };
/** ETH/USD of each venue. */
const [ETH_AT_EAST, ETH_AT_WEST] = [2, 5];
const LIMITS = {
  ...DEFAULT_LIMITS,
  maxPositionPct: 1_000,
  maxGrossExposurePct: 1_000,
  maxOrderNotional: '5000',
  cancelReserve: 0,
};

const resting = (limits: Partial<RiskLimits> = {}): QuotedAccounts =>
  quoting({ limits: { ...LIMITS, ...limits } });

const idsOf = (orders: readonly Order[]): string[] => orders.map(({ orderId }) => orderId).toSorted();

/** The bid is filled and hedged, at this price; both quotes end, and others are placed once that is over. */
function trade(rig: QuotedAccounts, hedgePrice?: string): void {
  const bid = rig.quotes.find(({ side }) => side === 'buy');
  if (bid === undefined) throw new Error('a bid rests');
  rig.fill(bid, bid.qty.toString());
  const hedge = rig.hedges.at(-1);
  if (hedge === undefined) throw new Error('the fill is hedged');
  rig.fill(hedgePrice === undefined ? hedge : { ...hedge, price: decimal(hedgePrice) }, hedge.qty.toString());
  for (const quote of rig.quotes) rig.end(quote);
  rig.pass(1.2);
  rig.accept(...rig.quotes);
}

describe('quotes that rest', () => {
  it('are pulled in the step in which the day’s loss restricts trading', () => {
    const rig = quoting({
      ...twoVenuesHolding({ ...HELD, 'ETH@east': '10' }),
      limits: LIMITS,
    });
    expect(rig.quotes).toEqual([]);
    rig.quote(ETH_AT_EAST, 249_900, 250_100, 5_000_000_000);
    rig.pass(2);
    rig.accept(...rig.quotes);
    const { quotes } = rig;
    expect([quotes.length, rig.canceled()]).toEqual([2, []]);
    // What is held of another coin loses a third of its value: six percent of all.
    rig.quote(ETH_AT_EAST, 159_900, 160_100, 5_000_000_000);
    for (let tick = 0; tick < 100 && rig.of('riskLevelChanged').length === 0; tick++) {
      expect(rig.canceled()).toEqual([]);
      rig.pass(0.1);
    }
    expect(rig.of('riskLevelChanged').at(-1)?.to).toBe('restricted');
    expect(idsOf(quotes)).toEqual(rig.canceled().toSorted());
    for (const quote of quotes) rig.end(quote);
    rig.pass(5);
    expect([rig.quotes, rig.standing?.obstacle]).toEqual([
      [],
      expect.stringMatching(
        /^loss-level: trading is restricted after the day’s loss: now [.\d]+ %, allowed 5 %$/,
      ),
    ]);
  });

  it.each([
    ['hedging', EAST, ETH_AT_EAST],
    ['quoted', WEST, ETH_AT_WEST],
  ] as const)('are pulled when a breaker of the %s venue opens', (_which, venue, instrumentId) => {
    const rig = resting({ maxBookFaultsPerMinute: 2 });
    const { quotes } = rig;
    for (let fault = 0; fault < 2; fault++)
      rig.step({ kind: 'book-lost', instrumentId, reason: 'gap', atUs: rig.nowUs });
    expect(rig.standing?.obstacle).toMatch(new RegExp(`Data quality at ${venue} is open`));
    expect(rig.canceled().toSorted()).toEqual(idsOf(quotes));
    expect(rig.of('tradingHalted')).toEqual([]);
  });

  it('are pulled when the max. order value falls below theirs, and come back no larger than it lets them', () => {
    const rig = resting();
    const { quotes } = rig;
    rig.command({ type: 'setLimits', limits: { maxOrderNotional: '100' } });
    expect(rig.canceled().toSorted()).toEqual(idsOf(quotes));
    for (const quote of quotes) rig.end(quote);
    rig.pass(2);
    expect(rig.quotes).toHaveLength(2);
    for (const { qty, price } of rig.quotes) expect(qty.times(price).toNumber()).toBeLessThanOrEqual(100);
    expect(rig.of('orderDenied')).toEqual([]);
  });

  it('are pulled when the max. exposure in flight falls below what they have in flight', () => {
    const rig = resting();
    const { quotes } = rig;
    rig.command({ type: 'setLimits', limits: { maxOpenNotional: '600' } });
    expect(rig.canceled().toSorted()).toEqual(idsOf(quotes));
    expect(rig.standing?.obstacle).toMatch(/open-notional/);
  });

  it('count as a trade of the day once they were filled, and rest no more once there were enough', () => {
    const rig = resting({ maxTradesPerDay: 2 });
    trade(rig);
    expect([rig.kernel.risk.tradesToday, rig.quotes.length]).toEqual([1, 2]);
    trade(rig);
    expect([rig.kernel.risk.tradesToday, rig.quotes.length]).toEqual([2, 0]);
    expect(rig.standing?.obstacle).toMatch(/^trades-per-day: with this one 3 trades today, allowed 2/);
  });

  it('are stopped by losses in a row as a cycle is, until an operator enables them', () => {
    const rig = resting({ maxRepeats: 3 });
    const lose = (): void => trade(rig, '49000');
    lose();
    trade(rig);
    for (let k = 0; k < 3; k++) lose();
    const [stop] = rig.of('strategyStopped');
    expect([stop?.strategy, rig.quotes]).toEqual(['west+east USD>BTC quotes', []]);
    expect(rig.standing?.obstacle).toMatch(/3 tries in \d+ s without a profit; enable it/);
    rig.command({ type: 'enableStrategy', strategy: stop?.strategy ?? '' });
    rig.pass(1);
    expect(rig.quotes).toHaveLength(2);
  });
});

describe('a quote that is to be placed', () => {
  it('is refused where the quotes of its market were stopped, and a cycle is not', () => {
    const rig = resting();
    const [quote] = rig.quotes;
    if (quote === undefined) throw new Error('a quote rests');
    rig.command({ type: 'disableStrategy', strategy: 'west+east USD>BTC quotes' });
    for (const { orderId } of rig.quotes) rig.end({ ...quote, orderId });
    const review = (quotes?: string) => {
      const answer = rig.kernel.desk.reviewer.reviewOrder({ ...quote, intentId: 'one' }, rig.nowUs, {
        quotes,
      });
      return answer.ok ? 'ok' : answer.denial.code;
    };
    expect(review('west+east USD>BTC quotes')).toBe('strategy-stopped');
    expect(review('east+west USD>BTC quotes')).toBe('ok');
  });
});

describe('quotes that rest', () => {
  it('are judged once with a tick', () => {
    const rig = resting();
    expect(rig.quotes).toHaveLength(2);
    const judged = vi.spyOn(rig.kernel.desk.reviewer, 'rejudge');
    rig.step({ kind: 'tick', atUs: rig.nowUs });
    expect([judged.mock.calls.length, rig.canceled()]).toEqual([2, []]);
  });
});

describe('a refusal', () => {
  const refused = (rig: QuotedAccounts, cause?: 'would-take' | 'rate-limit'): void => {
    for (let k = 0; k < 10; k++) {
      for (const { orderId, state } of rig.quotes)
        if (state === 'created')
          rig.report({ kind: 'rejected', orderId, reason: 'no', cause, atUs: rig.nowUs });
      rig.pass(1);
      for (const venue of [EAST, WEST]) rig.guard(venue);
    }
  };

  it.each(['would-take', 'rate-limit'] as const)(
    'that is everyday business (%s) is no fault of the venue, and any other is',
    (cause) => {
      const [everyday, faulty] = [
        resting({ maxOrderFaultsPerMinute: 3 }),
        resting({ maxOrderFaultsPerMinute: 3 }),
      ];
      for (const [rig, why] of [
        [everyday, cause],
        [faulty, undefined],
      ] as const) {
        for (const quote of rig.quotes) rig.end(quote);
        refused(rig, why);
      }
      expect(everyday.of('orderRejected').length).toBeGreaterThan(4);
      expect(everyday.of('breakerChanged')).toEqual([]);
      expect(faulty.of('breakerChanged')[0]).toMatchObject({ breaker: 'api-reliability', state: 'open' });
    },
  );
});

describe('a cancel of a quote that is refused', () => {
  const pulled = (): { readonly rig: QuotedAccounts; readonly bid: Order; readonly refuse: () => void } => {
    const rig = quoting();
    const bid = rig.quotes.find(({ side }) => side === 'buy');
    if (bid === undefined) throw new Error('a bid rests');
    rig.command({ type: 'pause' });
    const refuse = (): void =>
      rig.report({ kind: 'cancel-rejected', orderId: bid.orderId, reason: 'not open', atUs: rig.nowUs });
    return { rig, bid, refuse };
  };
  const standing = (rig: QuotedAccounts): string => rig.kernel.orderEvents.reconciler.refusal(WEST, true);

  it('as it crossed its fill, holds nothing up at the venue', () => {
    const { rig, bid, refuse } = pulled();
    const asked = rig.asked;
    refuse();
    expect([standing(rig), rig.asked]).toEqual(['', asked]);
    rig.pass(0.4);
    rig.fill(bid, bid.qty.toString());
    rig.pass(3);
    expect([standing(rig), rig.asked, rig.hedges.length]).toEqual(['', asked, 1]);
  });

  it('has what became of the quote asked for after two seconds, while cycles under way go on; later it is in doubt', () => {
    const { rig, refuse } = pulled();
    const asked = rig.asked;
    refuse();
    rig.pass(1.8);
    expect(rig.asked).toBe(asked);
    rig.pass(0.4);
    expect([rig.asked, standing(rig)]).toEqual([asked + 1, '']);
    refuse();
    expect(standing(rig)).toBe('');
    rig.pass(9);
    refuse();
    expect(standing(rig)).toMatch(/not compared/);
  });
});

describe('markets that are hedged at one venue', () => {
  it('count its balance once: no more rests than it pays the hedges of', () => {
    const rig = quoting(
      {
        ...twoVenuesHolding({
          ...HELD,
          'USD@east': '600',
          'ETH@east': '10',
          'ETH@west': '10',
        }),
        limits: LIMITS,
      },
      { ...DEFAULT_EXECUTION, makerMarkets: 'BTC/USD@west>east, ETH/USD@west>east', makerAtAccounts: true },
    );
    rig.quote(ETH_AT_EAST, 249_900, 250_100, 5_000_000_000);
    rig.quote(ETH_AT_WEST, 249_000, 251_000, 5_000_000_000);
    for (let k = 0; k < 5; k++) {
      rig.pass(1);
      rig.accept(...rig.quotes.filter(({ state }) => state === 'created'));
    }
    const asks = rig.quotes.filter(({ side }) => side === 'sell');
    const worth = asks.reduce((sum, { qty, price }) => sum + qty.times(price).toNumber(), 0);
    expect(new Set(asks.map(({ symbol }) => symbol)).size).toBe(2);
    expect(worth).toBeLessThanOrEqual(605);
    expect(worth).toBeGreaterThan(550);
    expect(AT_EAST).toBe(0);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertRule, alertRule, MAX_RULES } from '../contract/alert-records.ts';
import { decimal } from '../domain/decimal.ts';
import { type RuleMarket, RuleWatch } from './rule-watch.ts';

const S = 1_000_000;
const rule = (given: object): AlertRule => alertRule.parse(given);
const above = (price: string, change: object = {}): AlertRule =>
  rule({ kind: 'price', venue: 'kraken', symbol: 'BTC/USD', side: 'above', price, ...change });

type Given = { price?: string | undefined; netBps?: number; drawdownPct?: number; forS?: number };
function market({ price, netBps, drawdownPct, forS = 0 }: Given): RuleMarket {
  return {
    price: (venue, symbol) =>
      venue === 'kraken' && symbol === 'BTC/USD' && price !== undefined ? decimal(price) : undefined,
    edge: netBps === undefined ? undefined : { netBps, cycle: 'USD → BTC → ETH → USD' },
    drawdownPct,
    silence: () => ({ forUs: forS * S, books: forS > 0 ? ['BTC/USD', 'ETH/USD'] : [] }),
  };
}

/** Seconds at which it fires when looked at once a second. */
function firings(watch: RuleWatch, values: readonly Given[], fromS = 0): number[] {
  return values.flatMap((given, k) =>
    watch.look(market(given), (fromS + k) * S).length > 0 ? [fromS + k] : [],
  );
}
const watchOf = (...rules: AlertRule[]): RuleWatch => {
  const watch = new RuleWatch([]);
  for (const each of rules) watch.save(undefined, each);
  return watch;
};
const prices = (...given: (string | undefined)[]): Given[] => given.map((price) => ({ price }));

describe('a rule over a price', () => {
  it('fires when the price reaches it, to the last digit, once', () => {
    const watch = watchOf(above('0.3'));
    expect(firings(watch, prices('0.29999999', '0.3', '0.31', '0.32'))).toEqual([1]);
  });

  it('that begins beyond the price waits until it is crossed', () => {
    const watch = watchOf(above('100', { restS: 10 }));
    expect(firings(watch, prices('120', '110', '105'))).toEqual([]);
    expect(watch.standings()[0]?.state).toBe('waiting');
    expect(firings(watch, prices('99', '101'), 3)).toEqual([4]);
  });

  it('is armed again only when the price was back by the margin, and rests between two firings', () => {
    const watch = watchOf(above('100', { backBy: 1, restS: 10 }));
    // 99.5 is not back by 1 %, so 101 at second 12 is not new; 99 is.
    expect(firings(watch, prices('98', '100', '99.5', '101', '99', '101'))).toEqual([1]);
    expect(firings(watch, prices('101', '101'), 10)).toEqual([11]);
    expect(firings(watch, prices('99.5', '101'), 30)).toEqual([]);
  });

  it('below is the other way round; a book that is not live neither fires nor arms', () => {
    const watch = watchOf(above('100', { side: 'below', restS: 10 }));
    expect(firings(watch, prices('101', undefined, undefined, '100'))).toEqual([3]);
    expect(firings(watch, prices(undefined), 50)).toEqual([]);
    expect(watch.standings()[0]).toMatchObject({ state: 'unknown', value: null });
  });

  it('never storms: however the price moves, firings are a rest apart and each was preceded by a way back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 95, max: 105 }), { maxLength: 200 }), (walk) => {
        const watch = watchOf(above('100', { backBy: 2, restS: 10 }));
        const fired = firings(watch, prices(...walk.map(String)));
        for (const [k, at] of fired.entries()) {
          expect(walk[at]).toBeGreaterThanOrEqual(100);
          const before = fired[k - 1];
          if (before === undefined) {
            expect(Math.min(...walk.slice(0, at))).toBeLessThan(100);
            continue;
          }
          expect(at - before).toBeGreaterThanOrEqual(10);
          expect(Math.min(...walk.slice(before + 1, at))).toBeLessThanOrEqual(98);
        }
      }),
    );
  });
});

describe('other rules', () => {
  it('fire at once when their bound is passed already', () => {
    const watch = watchOf(
      rule({ kind: 'edge', netBps: 10 }),
      rule({ kind: 'drawdown', pct: 2, severity: 'critical' }),
      rule({ kind: 'stale', seconds: 5 }),
    );
    const fired = watch.look(market({ netBps: 12.34, drawdownPct: 2.5, forS: 7 }), 0);
    expect(fired.map(({ title, severity, panel }) => [title, severity, panel])).toEqual([
      ['A net edge of 12.34 bps', 'warning', 'opportunities'],
      ['Drawdown of 2.50 %', 'critical', 'profit'],
      ['No live book for 7 s: BTC/USD and 1 more', 'warning', 'book'],
    ]);
    expect(watch.look(market({ netBps: 40, drawdownPct: 5, forS: 9 }), S)).toEqual([]);
  });

  it('over an edge are armed again when nothing pays; over books when all of them are live', () => {
    const watch = watchOf(rule({ kind: 'edge', netBps: 10, restS: 10 }));
    expect(firings(watch, [{ netBps: 11 }, { netBps: 9.5 }, { netBps: 11 }])).toEqual([0]);
    expect(firings(watch, [{}, { netBps: 11 }], 20)).toEqual([21]);
    const books = watchOf(rule({ kind: 'stale', seconds: 5, restS: 10 }));
    expect(firings(books, [{ forS: 5 }, { forS: 6 }])).toEqual([0]);
    expect(firings(books, [{ forS: 1 }, { forS: 6 }], 20)).toEqual([]);
    expect(firings(books, [{ forS: 0 }, { forS: 6 }], 30)).toEqual([31]);
  });
});

describe('rules through a restart and after a change by the operator', () => {
  it('remember that they fired, and fire for what was crossed meanwhile', () => {
    const watch = watchOf(above('100'), above('200'));
    expect(firings(watch, prices('99', '101'))).toEqual([1]);
    const stored = watch.takeChanged() ?? [];
    expect(watch.takeChanged()).toBeUndefined();
    const again = new RuleWatch(stored);
    expect(again.look(market({ price: '250' }), 1_000 * S).map(({ key }) => key)).toEqual(['rule 2']);
  });

  it('that are off do nothing; one that is saved again starts again; numbers are not used twice', () => {
    const watch = watchOf(above('100'));
    watch.save(1, above('100', { enabled: false }));
    expect(firings(watch, prices('99', '101'))).toEqual([]);
    expect(watch.standings()[0]).toMatchObject({ state: 'off', value: null });
    watch.save(undefined, above('5'));
    watch.delete(1);
    expect(watch.standings().map(({ ruleId }) => ruleId)).toEqual([2]);
    watch.save(undefined, above('6'));
    expect(watch.standings().map(({ ruleId }) => ruleId)).toEqual([2, 3]);
    expect(() => watch.delete(1)).toThrow(/ruleId: "1" is not a rule/);
  });

  it('are bounded', () => {
    const watch = watchOf(...Array.from({ length: MAX_RULES }, () => above('1')));
    expect(() => watch.save(undefined, above('1'))).toThrow(/over the limit of 50/);
  });
});

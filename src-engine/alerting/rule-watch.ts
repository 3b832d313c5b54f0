/**
 * The trader's own rules, each a small latch: it fires once when its value is beyond its bound, and is armed again
 * when the value has been back by a margin. Looked at on a timer, never by a book update. Pure: time comes in.
 */
import { type AlertRule, MAX_RULES, type RuleStanding, type StoredRule } from '../contract/alert-records.ts';
import { type Decimal, decimal } from '../domain/decimal.ts';
import { UserError } from '../domain/errors.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { AlertDraft } from './fact-alerts.ts';

/** What rules look at. */
export type RuleMarket = {
  /** The middle price in quote, exact; undefined while the book is not live, or there is no such instrument. */
  price(venue: string, symbol: string): Decimal | undefined;
  /** The best net edge since the last look, and its cycle; undefined: there was none. */
  readonly edge: { readonly netBps: number; readonly cycle: string } | undefined;
  /** Percent of the highest equity that is lost; undefined before the first full valuation. */
  readonly drawdownPct: number | undefined;
  /** Of the books that are not live, how long the first of them has not been, and their names. Empty: any book. */
  silence(venue: string, symbol: string): { readonly forUs: number; readonly books: readonly string[] };
};

type Latch = { ruleId: number; rule: AlertRule; isArmed: boolean | undefined; firedUs: TimeUs | null };
/** How far a value is beyond its bound, in the rule's unit; below zero: not yet. */
type Reading = {
  readonly beyond: number;
  readonly backBy: number;
  readonly value: string;
  readonly draft: () => AlertDraft;
};

export class RuleWatch {
  readonly #latches: Latch[];
  #values = new Map<number, string>();
  #nextId: number;
  #isChanged = false;

  constructor(stored: readonly StoredRule[]) {
    this.#latches = stored.slice(0, MAX_RULES).map((each) => ({ ...each, isArmed: each.isArmed }));
    this.#nextId = Math.max(0, ...this.#latches.map(({ ruleId }) => ruleId)) + 1;
  }

  get isEmpty(): boolean {
    return this.#latches.length === 0;
  }

  /** True when some rule that is on is of that kind: what it needs is read only then. */
  has(kind: AlertRule['kind']): boolean {
    return this.#latches.some(({ rule }) => rule.enabled && rule.kind === kind);
  }

  standings(): RuleStanding[] {
    return this.#latches.map(({ ruleId, rule, isArmed, firedUs }) => {
      const value = rule.enabled ? (this.#values.get(ruleId) ?? null) : null;
      const state = !rule.enabled
        ? 'off'
        : value === null || isArmed === undefined
          ? 'unknown'
          : isArmed
            ? 'armed'
            : 'waiting';
      return { ruleId, rule, state, value, firedUs };
    });
  }

  /** @throws UserError when there are too many, or none of that number. */
  save(ruleId: number | undefined, rule: AlertRule): void {
    this.#isChanged = true;
    if (ruleId === undefined) {
      if (this.#latches.length >= MAX_RULES) throw tooMany();
      this.#latches.push({ ruleId: this.#nextId++, rule, isArmed: undefined, firedUs: null });
      return;
    }
    const latch = this.#find(ruleId);
    latch.rule = rule;
    latch.isArmed = undefined;
    latch.firedUs = null;
    this.#values.delete(ruleId);
  }

  /** @throws UserError when there is none of that number. */
  delete(ruleId: number): void {
    this.#latches.splice(this.#latches.indexOf(this.#find(ruleId)), 1);
    this.#values.delete(ruleId);
    this.#isChanged = true;
  }

  /** Alerts of the rules that fire at this look. */
  look(market: RuleMarket, nowUs: TimeUs): AlertDraft[] {
    const fired: AlertDraft[] = [];
    for (const latch of this.#latches) {
      if (!latch.rule.enabled) continue;
      const reading = readingOf(latch.ruleId, latch.rule, market);
      if (reading === undefined) {
        this.#values.delete(latch.ruleId);
        continue;
      }
      this.#values.set(latch.ruleId, reading.value);
      if (this.#step(latch, reading, nowUs))
        fired.push({ ...reading.draft(), severity: latch.rule.severity });
    }
    return fired;
  }

  /** There is nothing to look at: no value is known. */
  lookAway(): void {
    this.#values.clear();
  }

  /** What to store, or undefined when nothing has changed since the last call. */
  takeChanged(): StoredRule[] | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    return this.#latches.map((latch) => ({ ...latch }));
  }

  /** It could not be stored: the next call gives it again. */
  putBack(): void {
    this.#isChanged = true;
  }

  /** True when it fires. */
  #step(latch: Latch, { beyond, backBy }: Reading, nowUs: TimeUs): boolean {
    const before = latch.isArmed;
    // A price is crossed, so the other side has to be seen first; every other bound may be passed already.
    latch.isArmed ??= latch.rule.kind === 'price' ? beyond < 0 : true;
    if (!latch.isArmed && beyond < 0 && -beyond >= backBy) latch.isArmed = true;
    const hasRested = latch.firedUs === null || nowUs - latch.firedUs >= latch.rule.restS * US_PER_SECOND;
    const fires = latch.isArmed && beyond >= 0 && hasRested;
    if (fires) {
      latch.isArmed = false;
      latch.firedUs = nowUs;
    }
    if (latch.isArmed !== before || fires) this.#isChanged = true;
    return fires;
  }

  #find(ruleId: number): Latch {
    const latch = this.#latches.find((each) => each.ruleId === ruleId);
    if (latch !== undefined) return latch;
    throw new UserError({
      code: 'no-such-rule',
      field: 'ruleId',
      value: String(ruleId),
      message: 'is not a rule',
      remedy: 'Look at the list of rules: another operator may have removed it.',
    });
  }
}

function readingOf(ruleId: number, rule: AlertRule, market: RuleMarket): Reading | undefined {
  const key = `rule ${ruleId}`;
  const of = { key, severity: 'warning', lasts: false } as const;
  switch (rule.kind) {
    case 'price': {
      const { venue, symbol, side } = rule;
      const price = market.price(venue, symbol);
      if (price === undefined) return undefined;
      const bound = decimal(rule.price);
      const value = price.toString();
      return {
        // Taken exactly: a price that is the bound has reached it.
        beyond: (side === 'above' ? price.minus(bound) : bound.minus(price)).toNumber(),
        backBy: (bound.toNumber() * rule.backBy) / 100,
        value,
        draft: () => ({
          ...of,
          title: `${symbol} ${side} ${rule.price}`,
          detail: `the middle price at ${venue} is ${value}`,
          panel: 'book',
          venue,
          symbol,
        }),
      };
    }
    case 'edge': {
      // No opportunity is as far from the bound as can be.
      const { netBps, cycle } = market.edge ?? { netBps: Number.NEGATIVE_INFINITY, cycle: '' };
      const value = Number.isFinite(netBps) ? netBps.toFixed(2) : 'none open';
      return {
        beyond: netBps - rule.netBps,
        backBy: rule.backBy,
        value,
        draft: () => ({
          ...of,
          title: `A net edge of ${value} bps`,
          detail: `${cycle}; the rule’s threshold is ${rule.netBps} bps`,
          panel: 'opportunities',
          venue: '',
          symbol: '',
        }),
      };
    }
    case 'drawdown': {
      const { drawdownPct } = market;
      if (drawdownPct === undefined) return undefined;
      const value = drawdownPct.toFixed(2);
      return {
        beyond: drawdownPct - rule.pct,
        backBy: rule.backBy,
        value,
        draft: () => ({
          ...of,
          title: `Drawdown of ${value} %`,
          detail: `of the highest equity; the rule’s threshold is ${rule.pct} %`,
          panel: 'profit',
          venue: '',
          symbol: '',
        }),
      };
    }
    case 'stale': {
      const { venue, symbol, seconds } = rule;
      const { forUs, books } = market.silence(venue, symbol);
      const forS = forUs / US_PER_SECOND;
      const [first = symbol, ...more] = books;
      return {
        beyond: forS - seconds,
        // Armed again once every one of them is live.
        backBy: seconds,
        value: forS.toFixed(1),
        draft: () => ({
          ...of,
          title: `No live book for ${forS.toFixed(0)} s: ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`,
          detail: `the rule’s threshold is ${seconds} s`,
          panel: 'book',
          venue,
          symbol,
        }),
      };
    }
  }
}

function tooMany(): UserError {
  return new UserError({
    code: 'too-many-rules',
    field: 'rule',
    message: `is over the limit of ${MAX_RULES} rules`,
    remedy: 'Remove one that you no longer need.',
  });
}

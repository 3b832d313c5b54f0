/**
 * Service levels, counted by the minute: how many were good of how many, in slots of ten minutes for seven hours and in slots of an
 * hour for 30 days. Burn rates as in Google's SRE workbook (chapter 5): the share that was bad over the share that may be.
 */
import { z } from 'zod';
import { SLO_NAMES, type SloName, type SloStanding, type SloView } from '../contract/slo-operations.ts';
import { US_PER_SECOND } from '../domain/time.ts';

export const MINUTE_US = 60 * US_PER_SECOND;
const HOUR_US = 60 * MINUTE_US;
const SHORT_US = 10 * MINUTE_US;
const KEPT_US = 30 * 24 * HOUR_US;

/** What must be good, as a share: see docs/operations.md. */
export const TARGETS: Readonly<Record<SloName, number>> = { availability: 0.995, api: 0.95, tracking: 0.99 };
/** A call of the API is good within a second; a minute of tracking below 20 bps, with pairs enough to say so. */
export const GOOD_CALL_US = US_PER_SECOND;
export const GOOD_TRACKING_BPS = 20;
export const FEWEST_PAIRS = 20;
/** Minutes or calls before a level can be missed: one slow call of ten says little. */
export const FEWEST_COUNTED = 100;

/** Burn rates at which a person is called, as in the SRE workbook, chapter 5. */
const BURN_LIMITS = [
  { spanUs: HOUR_US, rate: 14.4 },
  { spanUs: 6 * HOUR_US, rate: 6 },
] as const;
/** One bad minute of the first five is no trend. */
const FEWEST_TO_BURN = 30;

const counted = z.number().int().nonnegative();
/** Begin of the slot, then total and good of each level in the order of SLO_NAMES. */
const slot = z.tuple([counted, counted, counted, counted, counted, counted, counted]);
export const storedSlos = z.object({
  hours: z.array(slot).max(800),
  short: z.array(slot).max(100),
  lastUs: counted,
  /** The engine was stopped in order; else what follows until its next start was no readiness. */
  isStopped: z.boolean(),
});
export type StoredSlos = z.infer<typeof storedSlos>;
type Slot = z.infer<typeof slot>;

/** Of a minute; what is undefined was not measured. */
export type SloSample = {
  readonly isReady: boolean | undefined;
  readonly calls: number;
  readonly goodCalls: number;
  readonly isTracked: boolean | undefined;
};

export type BurningLevel = { readonly name: SloName; readonly detail: string };

export class SloBook {
  readonly #hours: Slot[];
  readonly #short: Slot[];
  #lastUs: number;

  /** @param nowUs of the start. An engine that ended by itself was not available until now. */
  constructor(stored: StoredSlos | undefined, nowUs: number) {
    // Of a start with its clock ahead: as the last slot it would take all minutes until then.
    const past = (slots: readonly Slot[] = []): Slot[] =>
      slots.filter(([startUs]) => startUs <= nowUs).map((one) => [...one] as Slot);
    this.#hours = past(stored?.hours);
    this.#short = past(stored?.short);
    // The time before was judged: what ends next is missed from now on.
    this.#lastUs = nowUs;
    if (stored !== undefined && !stored.isStopped)
      this.#missed(Math.max(stored.lastUs, nowUs - KEPT_US), nowUs);
  }

  stored(isStopped: boolean): StoredSlos {
    return { hours: this.#hours, short: this.#short, lastUs: this.#lastUs, isStopped };
  }

  /** A minute that has ended. */
  add(nowUs: number, { isReady, calls, goodCalls, isTracked }: SloSample): void {
    const minute = (isGood: boolean | undefined): [number, number] =>
      isGood === undefined ? [0, 0] : [1, isGood ? 1 : 0];
    this.#count(nowUs, [...minute(isReady), calls, goodCalls, ...minute(isTracked)]);
    this.#lastUs = nowUs;
  }

  read(nowUs: number): SloView {
    const [first] = this.#hours;
    return {
      sinceUs: first === undefined || first[0] <= nowUs - KEPT_US - HOUR_US ? null : first[0],
      slos: SLO_NAMES.map((name, n) => this.#standing(name, n, nowUs)),
    };
  }

  /** Of all slots that began after a time; the hour in which it lies is not among them. */
  since(name: SloName, afterUs: number): { readonly total: number; readonly good: number } {
    const [total, good] = sum(this.#hours, SLO_NAMES.indexOf(name), afterUs);
    return { total, good };
  }

  /**
   * Levels whose budget is used up too fast: 2 % of 30 days in an hour, or 5 % in six.
   * @param afterUs slots that began until then are left out.
   */
  burning(nowUs: number, afterUs = 0): BurningLevel[] {
    return SLO_NAMES.flatMap((name, n) => {
      const found = BURN_LIMITS.find(({ spanUs, rate }) => {
        const [total, good] = sum(this.#short, n, Math.max(afterUs, nowUs - spanUs));
        return total >= FEWEST_TO_BURN && 1 - good / total >= rate * (1 - TARGETS[name]);
      });
      if (found === undefined) return [];
      const { rate, spanUs } = found;
      return [
        { name, detail: `${name} uses up its budget ${rate} times too fast over ${spanUs / HOUR_US} h` },
      ];
    });
  }

  #standing(name: SloName, n: number, nowUs: number): SloStanding {
    const target = TARGETS[name];
    const [total, good] = sum(this.#hours, n, nowUs - KEPT_US);
    const burn = (spanUs: number): number | null => {
      const [all, well] = sum(this.#short, n, nowUs - spanUs);
      return all === 0 ? null : (1 - well / all) / (1 - target);
    };
    const budgetLeft = total === 0 ? null : 1 - (1 - good / total) / (1 - target);
    return {
      name,
      target,
      unit: name === 'api' ? 'calls' : 'minutes',
      total,
      good,
      ratio: total === 0 ? null : good / total,
      budgetLeft,
      isMissed: budgetLeft !== null && budgetLeft < 0 && total >= FEWEST_COUNTED,
      burnHour: burn(HOUR_US),
      burnSixHours: burn(6 * HOUR_US),
    };
  }

  /** Minutes without an engine: not ready. */
  #missed(fromUs: number, toUs: number): void {
    for (let atUs = fromUs; atUs < toUs; ) {
      const endUs = Math.min(toUs, (Math.floor(atUs / SHORT_US) + 1) * SHORT_US);
      const minutes = Math.round((endUs - atUs) / MINUTE_US);
      if (minutes > 0) this.#count(atUs, [minutes, 0, 0, 0, 0, 0]);
      atUs = endUs;
    }
    this.#lastUs = toUs;
  }

  #count(atUs: number, amounts: readonly number[]): void {
    count(this.#hours, Math.floor(atUs / HOUR_US) * HOUR_US, amounts);
    count(this.#short, Math.floor(atUs / SHORT_US) * SHORT_US, amounts);
    forget(this.#hours, atUs - KEPT_US - HOUR_US);
    forget(this.#short, atUs - 7 * HOUR_US);
  }
}

function count(slots: Slot[], startUs: number, amounts: readonly number[]): void {
  let last = slots.at(-1);
  if (last === undefined || last[0] < startUs) {
    last = [startUs, 0, 0, 0, 0, 0, 0];
    slots.push(last);
  }
  for (const [n, amount] of amounts.entries()) last[n + 1] = (last[n + 1] ?? 0) + amount;
}

function forget(slots: Slot[], beforeUs: number): void {
  while ((slots[0]?.[0] ?? beforeUs) < beforeUs) slots.shift();
}

/** Total and good of a level in slots that begin after a time. */
function sum(slots: readonly Slot[], n: number, afterUs: number): readonly [number, number] {
  let [total, good] = [0, 0];
  for (const one of slots) {
    if (one[0] <= afterUs) continue;
    total += one[1 + 2 * n] ?? 0;
    good += one[2 + 2 * n] ?? 0;
  }
  return [total, good];
}

/** The way of each order as spans on one time axis, in µs since the first known moment. Pure. */
import type { OrderTimes } from '../../../src-engine/contract/story-records.ts';
import { threeDigits } from '../../lib/time-text.ts';

export const STEPS = [
  { key: 'decidedUs', label: 'Decided', explain: 'The kernel decided it.' },
  { key: 'journaledUs', label: 'Journaled', explain: 'Its intent was in the intent journal.' },
  { key: 'sentUs', label: 'Sent', explain: 'Its adapter had taken it.' },
  { key: 'acknowledgedUs', label: 'Acknowledged', explain: 'The venue’s acceptance was heard of.' },
  { key: 'firstFillUs', label: 'First fill', explain: 'Its first fill was heard of.' },
  { key: 'lastFillUs', label: 'Last fill', explain: 'Its last fill was heard of.' },
  { key: 'endedUs', label: 'Ended', explain: 'Its end was heard of.' },
] as const satisfies readonly {
  readonly key: keyof OrderTimes;
  readonly label: string;
  readonly explain: string;
}[];
export type StepKey = (typeof STEPS)[number]['key'];

export type Span = {
  readonly key: StepKey;
  readonly label: string;
  readonly from: number;
  readonly to: number;
};

export type Lane = {
  readonly orderId: string;
  /** µs since the start; undefined: not known, or never reached. */
  readonly at: Readonly<Partial<Record<StepKey, number>>>;
  /** From each step to the next, as fractions of the whole. */
  readonly spans: readonly Span[];
};

/**
 * @param receivedUs when the market data came; null: the axis begins with the first decision.
 * @returns lanes in the order of `times`, and the length of the axis in µs.
 */
export function lanesOf(
  times: readonly OrderTimes[],
  receivedUs: number | null,
): { readonly lanes: readonly Lane[]; readonly spanUs: number } {
  const startUs = receivedUs ?? Math.min(...times.map(({ decidedUs }) => decidedUs));
  let endUs = startUs;
  for (const each of times) for (const { key } of STEPS) endUs = Math.max(endUs, each[key] ?? startUs);
  const spanUs = Math.max(1, endUs - startUs);
  const lanes = times.map((each): Lane => {
    const at: Partial<Record<StepKey, number>> = {};
    const spans: Span[] = [];
    let before: number | undefined;
    for (const { key, label } of STEPS) {
      const atUs = each[key];
      if (atUs === null) continue;
      const sinceUs = atUs - startUs;
      at[key] = sinceUs;
      if (before !== undefined && sinceUs > before)
        spans.push({ key, label, from: before / spanUs, to: sinceUs / spanUs });
      before = Math.max(before ?? sinceUs, sinceUs);
    }
    return { orderId: each.orderId, at, spans };
  });
  return { lanes, spanUs };
}

/** "0.18", "12.4", "1,204" ms: as many digits as the clock is worth. */
export function msText(us: number): string {
  return threeDigits(us / 1_000);
}

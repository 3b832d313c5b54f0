/** What the risk engine's states mean. */
import { type RiskStatus, shownUse } from '../../../src-engine/contract/risk-records.ts';
import type { RiskLimits } from '../../../src-engine/domain/limits.ts';
import type { DenialNumbers } from '../../../src-engine/domain/risk.ts';
import { groupThousands } from '../../lib/decimal-text.ts';
import { placeText } from '../../lib/venue-asset-text.ts';

type Level = RiskStatus['level'];

export const LEVEL_WORDS: Readonly<Record<Level, { readonly label: string; readonly explain: string }>> = {
  normal: { label: 'Normal', explain: 'Cycles trade at full size.' },
  caution: { label: 'Caution', explain: 'Sizes are halved until the day ends (UTC).' },
  restricted: {
    label: 'Restricted',
    explain: 'Only orders that reduce exposure, until the day ends (UTC).',
  },
  halted: { label: 'Halted', explain: 'No new cycle until you reset the daily loss.' },
  shutdown: {
    label: 'Shut down',
    explain: 'The kill switch was triggered: reset the daily loss, then re-arm.',
  },
};

type HoldKind = RiskStatus['holds'][number]['kind'];

/** Why nothing is traded, whatever the losses are. */
export const HOLD_WORDS: Readonly<Record<HoldKind, string>> = {
  killed: 'KILLED',
  halted: 'HALTED',
  paused: 'PAUSED',
  unvalued: 'NOT VALUED',
  'day-limit': 'DAY LIMIT REACHED',
  disarmed: 'disarmed',
};

/** What the risk engine does now: the worst block first, then the loss level. */
export function standingWords({ holds, level }: Pick<RiskStatus, 'holds' | 'level'>): {
  readonly label: string;
  readonly explain: string;
  readonly isBad: boolean;
} {
  const words = LEVEL_WORDS[level];
  const [hold] = holds;
  if (hold === undefined) return { ...words, isBad: level !== 'normal' };
  const explain = `${hold.reason === '' ? '' : `${ended(hold.reason)} `}No cycle is traded. Loss level: ${words.label.toLowerCase()}.`;
  return { label: HOLD_WORDS[hold.kind], explain, isBad: true };
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

type LossLimits = Pick<
  RiskLimits,
  'cautionLossPct' | 'restrictedLossPct' | 'haltedLossPct' | 'shutdownLossPct'
>;

/** The level that a further loss leads to, and at which loss; nothing after the last. */
export function nextLevelText(level: Level, limits: LossLimits): string {
  const next: Readonly<Record<Level, readonly [Level, number] | null>> = {
    normal: ['caution', limits.cautionLossPct],
    caution: ['restricted', limits.restrictedLossPct],
    restricted: ['halted', limits.haltedLossPct],
    halted: ['shutdown', limits.shutdownLossPct],
    shutdown: null,
  };
  const step = next[level];
  return step === null ? '' : `Next: ${LEVEL_WORDS[step[0]].label} at ${step[1]} % lost in a day.`;
}

/** The numbers of a denial as a person reads them: `requested 2,000, allowed 50 USD`. */
export function denialText({ asked, allowed, unit }: DenialNumbers): string {
  return `requested ${groupThousands(asked)}, allowed ${groupThousands(allowed)}${unit === '' ? '' : ` ${placeText(unit)}`}`;
}

/** One line for the status bar: the worst state, and whether it needs attention. */
export function riskHeadline(risk: RiskStatus): { readonly text: string; readonly isBad: boolean } {
  const [hold] = risk.holds;
  const count = risk.breakers.length + risk.stops.length;
  const isBad = risk.level !== 'normal' || count > 0 || (hold !== undefined && hold.kind !== 'disarmed');
  const held = count === 0 ? '' : `, ${count} stopped`;
  const level = hold === undefined ? LEVEL_WORDS[risk.level].label.toLowerCase() : HOLD_WORDS[hold.kind];
  return { text: `Risk ${level}${held}`, isBad };
}

/** How much of a limit is used, as a person reads it: `3.2 of 5 % of equity`. A gain uses nothing of a limit on losses. */
export function gaugeText(gauge: RiskStatus['gauges'][number]): string {
  const used = shownUse(gauge);
  return `${used === null ? 'unknown' : trimmed(used)} of ${trimmed(gauge.limit)} ${gauge.unit}`;
}

/** From 0 to 1; nothing where it is not known. */
export function gaugeShare({ used, limit }: RiskStatus['gauges'][number]): number | undefined {
  if (used === null || limit <= 0) return undefined;
  return Math.min(1, Math.max(0, used / limit));
}

/** At most two places, and none where there is nothing behind the point. */
function trimmed(value: number): string {
  return groupThousands(String(Number(value.toFixed(2))));
}

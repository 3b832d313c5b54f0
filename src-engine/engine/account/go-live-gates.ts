/** What must hold before the next stage of the go-live pipeline, from figures that the engine keeps anyhow. Pure. */
import type { GoLiveGate } from '../../contract/go-live-operations.ts';
import { CANARY_CYCLES } from '../../domain/arming.ts';
import { type Decimal, ZERO } from '../../domain/decimal.ts';
import { FEWEST_PAIRS, GOOD_TRACKING_BPS, TARGETS } from '../../slo/slo-book.ts';
import { NEEDED_PAPER_CYCLES } from './arming-checklist.ts';

/** Minutes of running: seven days of paper and ghost, three of a canary that is armed. */
export const STAGING_MINUTES = 7 * 24 * 60;
export const CANARY_MINUTES = 72 * 60;

export type Counted = { readonly total: number; readonly good: number };

export type GateFacts = {
  /** Minutes of the stage that count: those of the account's own session, or of a canary that was out at the venue. */
  readonly minutes: number;
  /** Since the stage began. */
  readonly levels: Readonly<Record<'availability' | 'api', Counted>>;
  /** Alerts that are critical and go on, by their titles. */
  readonly critical: readonly string[];
  readonly ledger: { readonly isAgreed: boolean; readonly detail: string };
  /** Cycles since then: simulated ones before a canary, the account's own with one. */
  readonly record: { readonly cycles: number; readonly profitHome: Decimal };
  /** What a canary may lose, in the home currency; undefined before there is one. */
  readonly budget: Decimal | undefined;
  readonly homeAsset: string;
  readonly checklistOpen: readonly string[];
  readonly tracking: { readonly pairs: number; readonly bps: number | null };
  readonly unknownOrders: number;
  /** Levels that use up their budget too fast; see BURN_LIMITS. */
  readonly burning: readonly string[];
};

export function stagingGates(facts: GateFacts): GoLiveGate[] {
  const { levels, record, homeAsset, checklistOpen, critical } = facts;
  const { cycles, profitHome } = record;
  return [
    minutes('Seven days on paper and ghost', facts.minutes, STAGING_MINUTES),
    level('availability', 'Ready', levels.availability, TARGETS.availability, 'minutes'),
    level('api', 'API calls within a second', levels.api, TARGETS.api, 'calls'),
    {
      id: 'critical-alerts',
      label: 'No critical alert goes on',
      ok: critical.length === 0,
      detail: critical.length === 0 ? 'none' : critical.slice(0, 3).join('; '),
    },
    ledgerGate(facts),
    {
      id: 'cycles',
      label: 'Cycles that lost nothing in all',
      ok: cycles >= NEEDED_PAPER_CYCLES && profitHome.gte(ZERO),
      detail: `${cycles} of ${NEEDED_PAPER_CYCLES} since then, ${profitHome.toFixed(2)} ${homeAsset} in all`,
    },
    {
      id: 'checklist',
      label: 'Checklist for real orders',
      ok: checklistOpen.length === 0,
      detail: checklistOpen.length === 0 ? 'all items are done' : `open: ${checklistOpen.join(', ')}`,
    },
    burnGate(facts),
  ];
}

export function canaryGates(facts: GateFacts): GoLiveGate[] {
  const { record, budget, homeAsset, tracking, unknownOrders } = facts;
  const { cycles, profitHome } = record;
  const bps = tracking.bps === null ? 'not known' : `${tracking.bps.toFixed(1)} bps`;
  return [
    minutes('72 hours with a canary', facts.minutes, CANARY_MINUTES),
    {
      id: 'cycles',
      label: 'Cycles of the canary',
      ok: cycles >= CANARY_CYCLES,
      detail: `${cycles} of ${CANARY_CYCLES}`,
    },
    {
      id: 'tracking',
      label: 'Account and ghost agree',
      ok: tracking.pairs >= FEWEST_PAIRS && tracking.bps !== null && tracking.bps < GOOD_TRACKING_BPS,
      detail: `${bps} over ${tracking.pairs} pairs of this session; below ${GOOD_TRACKING_BPS} bps over ${FEWEST_PAIRS} are needed`,
    },
    {
      id: 'loss',
      label: 'Loss within its budget',
      ok: budget !== undefined && profitHome.negated().lt(budget),
      detail: `${profitHome.toFixed(2)} ${homeAsset} since then; it may lose ${budget?.toFixed(2) ?? 'an amount that is not known'}`,
    },
    {
      id: 'unknown-orders',
      label: 'No unknown order',
      ok: unknownOrders === 0,
      detail: unknownOrders === 0 ? 'none' : `${unknownOrders}`,
    },
    ledgerGate(facts),
    burnGate(facts),
  ];
}

/** What burns now would call a canary back before it has traded. */
function burnGate({ burning }: GateFacts): GoLiveGate {
  return {
    id: 'burn',
    label: 'No service level is used up too fast',
    ok: burning.length === 0,
    detail: burning.length === 0 ? 'none' : burning.join('; '),
  };
}

function ledgerGate({ ledger }: GateFacts): GoLiveGate {
  return {
    id: 'ledger',
    label: 'Account agrees with the ledger',
    ok: ledger.isAgreed,
    detail: ledger.detail,
  };
}

function minutes(label: string, count: number, needed: number): GoLiveGate {
  const hours = (of: number): string => (of / 60).toFixed(1);
  return {
    id: 'time',
    label,
    ok: count >= needed,
    detail: `${hours(count)} of ${hours(needed)} hours of running`,
  };
}

function level(
  id: 'availability' | 'api',
  label: string,
  { total, good }: Counted,
  target: number,
  unit: string,
): GoLiveGate {
  const pct = (share: number): string => `${(share * 100).toFixed(2)} %`;
  const share = total === 0 ? undefined : good / total;
  return {
    id,
    label,
    // Of no calls at all none was slow.
    ok: share === undefined ? id === 'api' : share >= target,
    detail: `${share === undefined ? 'nothing counted' : pct(share)} of ${total} ${unit}; ${pct(target)} are needed`,
  };
}

/** Which alerts deserve a message beyond the window: each once, when it begins, and only those that are severe enough. Pure. */
import type { Alert, AlertSeverity } from '../../../src-engine/contract/alert-records.ts';
import type { ALERT_NOTES } from '../../lib/prefs.ts';
import type { Notice } from '../../../src-engine/contract/notices.ts';

export type AlertNotes = (typeof ALERT_NOTES)[number];

/** Notified by the engine’s status already, and sooner. */
const TOLD_ELSEWHERE = /^(?:kill|halt|arming|feed .*)$/;
const RANK: Readonly<Record<AlertSeverity, number>> = { critical: 1, warning: 2, info: 3 };

/** @param lastId number of the newest alert at the look before; undefined: this is the first look. */
export function alertNotices(
  lastId: number | undefined,
  alerts: readonly Alert[],
  from: AlertNotes,
): readonly Notice[] {
  if (lastId === undefined || from === 'none') return [];
  return alerts
    .filter(
      ({ alertId, key, severity, acknowledgedUs }) =>
        alertId > lastId &&
        acknowledgedUs === null &&
        !TOLD_ELSEWHERE.test(key) &&
        RANK[severity] <= RANK[from],
    )
    .map(({ title, detail }) => ({ kind: 'alert' as const, title, body: detail }))
    .toReversed();
}

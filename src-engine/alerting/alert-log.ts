/** The alerts of one profile: bounded, newest first, the same thing listed once however often it happens. */
import { type Alert, type AlertSeverity, MAX_ALERTS } from '../contract/alert-records.ts';
import type { TimeUs } from '../domain/time.ts';
import type { AlertDraft } from './fact-alerts.ts';

/** What comes again so soon, and was not acknowledged, is the same alert. */
const SAME_WITHIN_US = 60_000_000;
const MAX_TITLE = 120;
const MAX_DETAIL = 400;

/** In the order of what to look at first. */
const SEVERITIES: readonly AlertSeverity[] = ['critical', 'warning', 'info'];

type Page = {
  readonly limit: number;
  readonly beforeId?: number | undefined;
  readonly severity?: AlertSeverity | undefined;
};

export class AlertLog {
  /** Newest first. */
  #alerts: Alert[];
  #nextId: number;
  readonly #changed = new Map<number, Alert>();
  /** Numbers of those that people have to hear of. */
  readonly #begun = new Set<number>();

  /** @param kept what the database has, newest first. */
  constructor(kept: readonly Alert[]) {
    this.#alerts = kept.slice(0, MAX_ALERTS);
    this.#nextId = (kept[0]?.alertId ?? 0) + 1;
  }

  get unread(): number {
    return this.#alerts.reduce((count, { acknowledgedUs }) => count + (acknowledgedUs === null ? 1 : 0), 0);
  }

  /** The worst of those that are not acknowledged. */
  get worst(): AlertSeverity | null {
    const unread = new Set(
      this.#alerts.filter(({ acknowledgedUs }) => acknowledgedUs === null).map(({ severity }) => severity),
    );
    return SEVERITIES.find((severity) => unread.has(severity)) ?? null;
  }

  /** Alerts with a lower number than this are no longer kept. */
  get oldestId(): number {
    return this.#alerts.at(-1)?.alertId ?? this.#nextId;
  }

  list({ limit, beforeId = Number.POSITIVE_INFINITY, severity }: Page): Alert[] {
    return this.#alerts
      .filter((each) => each.alertId < beforeId && (severity === undefined || each.severity === severity))
      .slice(0, limit);
  }

  /**
   * A new alert, or the previous one of the same thing again.
   * @param isNew it is a new one whatever was before.
   */
  raise(draft: AlertDraft, nowUs: TimeUs, isNew = false): void {
    const same = this.#alerts.find(({ key }) => key === draft.key);
    const detail = draft.detail.slice(0, MAX_DETAIL);
    if (same !== undefined && !isNew && this.#continues(same, detail, nowUs)) {
      const severity = SEVERITIES.find((one) => one === same.severity || one === draft.severity);
      this.#replace({
        ...same,
        ...draft,
        severity: severity ?? draft.severity,
        title: draft.title.slice(0, MAX_TITLE),
        detail,
        lastUs: nowUs,
        times: same.times + 1,
        endedUs: null,
      });
      if (severity !== same.severity) this.#begun.add(same.alertId);
      return;
    }
    if (same?.lasts === true && same.endedUs === null) this.#replace({ ...same, endedUs: nowUs });
    const added: Alert = {
      ...draft,
      title: draft.title.slice(0, MAX_TITLE),
      detail,
      alertId: this.#nextId++,
      atUs: nowUs,
      lastUs: nowUs,
      times: 1,
      endedUs: null,
      acknowledgedUs: null,
    };
    this.#alerts = [added, ...this.#alerts.slice(0, MAX_ALERTS - 1)];
    this.#changed.set(added.alertId, added);
    this.#begun.add(added.alertId);
  }

  /** What went on under this key is over. */
  end(key: string, nowUs: TimeUs): void {
    const open = this.#alerts.find((each) => each.key === key && each.lasts && each.endedUs === null);
    if (open !== undefined) this.#replace({ ...open, endedUs: nowUs });
  }

  /** The same for every key that fits. */
  endWhere(fits: (key: string) => boolean, nowUs: TimeUs): void {
    for (const { key, lasts, endedUs } of this.#alerts) {
      if (lasts && endedUs === null && fits(key)) this.end(key, nowUs);
    }
  }

  /** Those of the numbers, or all. */
  acknowledge(alertIds: readonly number[] | undefined, nowUs: TimeUs): void {
    const named = alertIds === undefined ? undefined : new Set(alertIds);
    for (const each of this.#alerts) {
      if (each.acknowledgedUs === null && (named === undefined || named.has(each.alertId))) {
        this.#replace({ ...each, acknowledgedUs: nowUs });
      }
    }
  }

  /** What began or grew worse since the last call, in the order of its numbers. Those of an earlier run are not among it. */
  takeBegun(): Alert[] {
    const begun = this.#alerts.filter(({ alertId }) => this.#begun.has(alertId)).toReversed();
    this.#begun.clear();
    return begun;
  }

  /** What changed since the last call and has to be stored. */
  takeChanged(): Alert[] {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    return changed;
  }

  /** Puts back what could not be stored; what changed again meanwhile is newer. */
  putBack(alerts: readonly Alert[]): void {
    for (const each of alerts) {
      const isKept = each.alertId >= this.oldestId;
      if (isKept && !this.#changed.has(each.alertId)) this.#changed.set(each.alertId, each);
    }
  }

  #continues(same: Alert, detail: string, nowUs: TimeUs): boolean {
    const goesOn = same.lasts && same.endedUs === null;
    // An acknowledged alert is reported again when its content changes.
    if (same.acknowledgedUs !== null) return goesOn && same.detail === detail;
    return goesOn || nowUs - (same.endedUs ?? same.lastUs) < SAME_WITHIN_US;
  }

  #replace(alert: Alert): void {
    this.#alerts = this.#alerts.map((each) => (each.alertId === alert.alertId ? alert : each));
    this.#changed.set(alert.alertId, alert);
  }
}

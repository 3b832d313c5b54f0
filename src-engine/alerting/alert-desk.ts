/**
 * Everything about the alerts of one profile: facts become alerts, rules are looked at, what changed is stored. Facts
 * wait here until a look, so that this work is not done where facts are reported; a look comes ten times a second.
 */
import type { Alert, AlertRule, RuleStanding, StoredRule } from '../contract/alert-records.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { TimeUs } from '../domain/time.ts';
import { AlertLog } from './alert-log.ts';
import { type AlertDraft, changeOf, isNoticed, isOfRun } from './fact-alerts.ts';
import { type RuleMarket, RuleWatch } from './rule-watch.ts';

/** Facts that wait for a look; more than this in a tenth of a second are a storm of one kind. */
const MAX_WAITING = 2_000;

/** Where alerts rest. Every call may fail: what was not stored is tried again, and goes on in memory. */
export type AlertStore = {
  readonly alerts: readonly Alert[];
  readonly rules: readonly StoredRule[];
  /** Adds or replaces alerts, and forgets those with a number below `oldestId`. */
  saveAlerts(alerts: readonly Alert[], oldestId: number): Promise<void>;
  saveRules(rules: readonly StoredRule[]): Promise<void>;
};

/** Conditions of the engine that no fact reports. Empty: none. */
export type Conditions = {
  readonly storage: string;
  readonly behind: string;
  readonly recording: string;
  readonly start: string;
  /** Service levels that use up their budgets too fast. */
  readonly burn: string;
  /** The equity is far below its highest, whatever the limit on it is. */
  readonly drawdown: string;
  /** Nothing paid for long, though books are live. */
  readonly signals: string;
  /** Coins that executions sold and did not buy back. */
  readonly missing: string;
  /** A venue whose perpetuals are watched shows nothing any longer. */
  readonly funding: string;
};

export const NO_CONDITIONS: Conditions = {
  storage: '',
  behind: '',
  recording: '',
  start: '',
  burn: '',
  drawdown: '',
  signals: '',
  missing: '',
  funding: '',
};

export class AlertDesk {
  readonly #store: AlertStore;
  readonly #log: AlertLog;
  readonly #rules: RuleWatch;
  #waiting: EngineEvent[] = [];
  #conditions = NO_CONDITIONS;

  constructor(store: AlertStore, nowUs: TimeUs) {
    this.#store = store;
    this.#log = new AlertLog(store.alerts);
    this.#rules = new RuleWatch(store.rules);
    this.#log.endWhere(isOfRun, nowUs);
  }

  /** Keeps what is worth a look. Cheap: it is called for every fact. */
  take(event: EngineEvent): void {
    if (isNoticed(event) && this.#waiting.length < MAX_WAITING) this.#waiting.push(event);
  }

  /**
   * @param market undefined: nothing runs.
   * @returns what began or grew worse, each once: people hear of it whether or not it can be stored.
   */
  look(market: RuleMarket | undefined, conditions: Conditions, nowUs: TimeUs): readonly Alert[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) {
      const change = changeOf(event);
      if (change?.kind === 'raise') this.#log.raise(change.draft, event.atUs, change.isNew);
      else if (change?.isOfAll === true)
        this.#log.endWhere((key) => `${key} `.startsWith(`${change.key} `), event.atUs);
      else if (change !== undefined) this.#log.end(change.key, event.atUs);
    }
    this.#lookAtConditions(conditions, nowUs);
    if (market === undefined) this.#rules.lookAway();
    else for (const draft of this.#rules.look(market, nowUs)) this.#log.raise(draft, nowUs);
    return this.#log.takeBegun();
  }

  /** True when a rule of that kind is on: what it needs has to be read. */
  needs(kind: AlertRule['kind']): boolean {
    return this.#rules.has(kind);
  }

  view(page: Parameters<AlertLog['list']>[0]) {
    return { unread: this.#log.unread, worst: this.#log.worst, alerts: this.#log.list(page) };
  }

  rules(): RuleStanding[] {
    return this.#rules.standings();
  }

  acknowledge(alertIds: readonly number[] | undefined, nowUs: TimeUs): number {
    this.#log.acknowledge(alertIds, nowUs);
    return this.#log.unread;
  }

  /** @throws UserError when there are too many rules, or none of that number. */
  saveRule(ruleId: number | undefined, rule: AlertRule): RuleStanding[] {
    this.#rules.save(ruleId, rule);
    return this.rules();
  }

  /** @throws UserError when there is none of that number. */
  deleteRule(ruleId: number): RuleStanding[] {
    this.#rules.delete(ruleId);
    return this.rules();
  }

  /** Stores what changed: rules that cannot be stored hold back no alert. @throws whatever the store does; nothing is lost by it. */
  async flush(): Promise<void> {
    const failed = [await this.#flushAlerts(), await this.#flushRules()].find((each) => each !== undefined);
    if (failed !== undefined) throw failed.error;
  }

  async #flushAlerts(): Promise<{ readonly error: unknown } | undefined> {
    const alerts = this.#log.takeChanged();
    try {
      if (alerts.length > 0) await this.#store.saveAlerts(alerts, this.#log.oldestId);
      return undefined;
    } catch (error) {
      this.#log.putBack(alerts);
      return { error };
    }
  }

  async #flushRules(): Promise<{ readonly error: unknown } | undefined> {
    const rules = this.#rules.takeChanged();
    try {
      if (rules !== undefined) await this.#store.saveRules(rules);
      return undefined;
    } catch (error) {
      this.#rules.putBack();
      return { error };
    }
  }

  #lookAtConditions(now: Conditions, nowUs: TimeUs): void {
    for (const name of CONDITION_NAMES) {
      const detail = now[name];
      if (detail === this.#conditions[name]) continue;
      const key = `engine ${name}`;
      if (detail === '') this.#log.end(key, nowUs);
      else
        this.#log.raise({ ...CONDITION_WORDS[name], key, detail, venue: '', symbol: '', lasts: true }, nowUs);
    }
    this.#conditions = now;
  }
}

const CONDITION_NAMES = Object.keys(NO_CONDITIONS) as (keyof Conditions)[];

const CONDITION_WORDS: Readonly<Record<keyof Conditions, Pick<AlertDraft, 'severity' | 'title' | 'panel'>>> =
  {
    storage: { severity: 'critical', title: 'Facts cannot be stored', panel: 'health' },
    behind: { severity: 'warning', title: 'The engine lags behind the market', panel: 'health' },
    recording: { severity: 'warning', title: 'The recording ended by itself', panel: 'logs' },
    start: { severity: 'critical', title: 'The profile could not be started', panel: 'logs' },
    burn: { severity: 'critical', title: 'A service level is used up too fast', panel: 'health' },
    drawdown: { severity: 'critical', title: 'Drawdown over 10 %', panel: 'risk' },
    funding: { severity: 'warning', title: 'Perpetuals of a venue are silent', panel: 'funding' },
    signals: { severity: 'warning', title: 'No opportunity for 30 minutes', panel: 'opportunities' },
    missing: { severity: 'critical', title: 'A coin was sold and not bought back', panel: 'account' },
  };

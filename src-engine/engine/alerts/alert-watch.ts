/** The alerts of the engine: those of the profile that is chosen, looked at ten times a second, and the operations on them. */
import { AlertDesk, type Conditions, NO_CONDITIONS } from '../../alerting/alert-desk.ts';
import { type Alert, MAX_ALERTS } from '../../contract/alert-records.ts';
import type { alertOperations } from '../../contract/alert-operations.ts';
import type { OperationHandlers } from '../../contract/operations.ts';
import type { TopicName, TopicView } from '../../contract/topics.ts';
import { topics } from '../../contract/topics.ts';
import { UserError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../storage/database-types.ts';
import { loadAlertRules, loadAlerts, saveAlertRules, saveAlerts } from '../../storage/queries/alerts.ts';
import { SlowConditions, type SlowFacts } from './slow-conditions.ts';
import { AlertMarket } from './alert-market.ts';
import { MissingCoins } from './missing-coins.ts';
import type { FactLog } from '../history/fact-log.ts';
import { isAtAccount } from '../../strategies/session/at-account.ts';
import type { TradingSession } from '../trading-session.ts';

/** The grid on which rules are looked at: prices are sampled on the same one. */
const LOOK_US = 100_000;
/** What changed is stored this often. */
const STORE_US = 500_000;
/** A loop that was late at every look for so long is behind; it takes as long on time to be well again. */
const BEHIND_US = 3_000_000;

export type AlertHandlers = Pick<OperationHandlers, keyof typeof alertOperations>;

export type AlertParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly facts: FactLog;
  /** What runs, and why nothing does. */
  readonly standing: () => { readonly session: TradingSession | undefined; readonly fault: string };
  /** Service levels that use up their budgets too fast. */
  readonly burning: () => readonly string[];
  readonly note: (text: string) => void;
  /** Hears of each alert once, within a tenth of a second of its beginning, and again where it grew worse; must not throw or wait. */
  readonly onAlerts: (profile: string, alerts: readonly Alert[]) => void;
};

export class AlertWatch {
  readonly handlers: AlertHandlers;
  readonly #parts: AlertParts;
  #desk: AlertDesk | undefined;
  #profile = '';
  #session: TradingSession | undefined;
  #market: AlertMarket | undefined;
  #cancelLook: () => void = () => undefined;
  #endFacts: () => void = () => undefined;
  #storedUs = 0;
  #storing: Promise<void> | undefined;
  #isStoreFailing = false;
  /** Since when the loop has been as it is now, and what was reported of it. */
  #pace = { isBehind: false, sinceUs: 0 };
  #behind = '';
  readonly #slow = new SlowConditions();
  readonly #missing = new MissingCoins();

  constructor(parts: AlertParts) {
    this.#parts = parts;
    this.handlers = this.#makeHandlers();
  }

  start(): void {
    this.#endFacts = this.#parts.facts.subscribe((facts) => {
      for (const { event } of facts) {
        this.#desk?.take(event);
        this.#market?.onEvent(event);
      }
    });
    this.#scheduleLook();
  }

  /** The alerts of a profile from here on. Those of the one before are stored first. */
  async open(profile: string): Promise<void> {
    if (this.#profile === profile) return;
    this.#look();
    await this.#stored(undefined);
    const { database, clock } = this.#parts;
    const [alerts, rules] = await Promise.all([
      loadAlerts(database, profile),
      loadAlertRules(database, profile),
    ]);
    this.#profile = profile;
    this.#desk = new AlertDesk(
      {
        alerts,
        rules,
        saveAlerts: (changed, oldestId) => saveAlerts(database, profile, changed, oldestId),
        saveRules: (changed) => saveAlertRules(database, profile, changed),
      },
      clock.nowUs(),
    );
  }

  readView(topic: Extract<TopicName, 'alerts' | 'alertRules'>, params: unknown): TopicView<typeof topic> {
    if (topic === 'alertRules') return { rules: this.#desk?.rules() ?? [] };
    return this.#view(topics.alerts.params.parse(params));
  }

  /** Titles of those that are critical and go on. */
  critical(): string[] {
    const { alerts } = this.#view({ limit: MAX_ALERTS, severity: 'critical' });
    return alerts.flatMap(({ lasts, endedUs, title }) => (lasts && endedUs === null ? [title] : []));
  }

  async stop(): Promise<void> {
    this.#cancelLook();
    this.#endFacts();
    this.#look();
    await this.#store();
  }

  #view(page: Parameters<AlertDesk['view']>[0]): TopicView<'alerts'> {
    return this.#desk?.view(page) ?? { unread: 0, worst: null, alerts: [] };
  }

  #scheduleLook(): void {
    const { clock } = this.#parts;
    const atUs = (Math.floor(clock.nowUs() / LOOK_US) + 1) * LOOK_US;
    this.#cancelLook = clock.schedule(atUs, () => {
      this.#look();
      if (clock.nowUs() - this.#storedUs >= STORE_US) {
        this.#storedUs = clock.nowUs();
        void this.#store();
      }
      this.#scheduleLook();
    });
  }

  #look(): void {
    const desk = this.#desk;
    if (desk === undefined) return;
    const nowUs = this.#parts.clock.nowUs();
    const { session, fault } = this.#parts.standing();
    if (session !== this.#session) {
      this.#session = session;
      this.#market = session === undefined ? undefined : new AlertMarket(session.parts.kernel);
    }
    this.#market?.refresh(nowUs, { edge: desk.needs('edge'), silence: desk.needs('stale') });
    const begun = desk.look(this.#market, this.#conditions(session, fault, nowUs), nowUs);
    // Before anything is stored: that the database fails or hangs is among what people hear of.
    if (begun.length > 0) this.#parts.onAlerts(this.#profile, begun);
  }

  #conditions(session: TradingSession | undefined, fault: string, nowUs: number): Conditions {
    const burn = this.#parts.burning().join('; ');
    if (session === undefined) return { ...NO_CONDITIONS, start: fault, burn };
    const { journal, pace } = session.parts;
    if (pace.isBehind !== this.#pace.isBehind) this.#pace = { isBehind: pace.isBehind, sinceUs: nowUs };
    const isLong = nowUs - this.#pace.sinceUs >= BEHIND_US;
    const wasTold = this.#behind !== '';
    const isBehind = isLong ? this.#pace.isBehind : wasTold;
    this.#behind = isBehind
      ? 'books are evaluated once a turn: decisions use older data than they should'
      : '';
    return {
      storage: journal.health.healthy ? '' : journal.health.detail,
      behind: this.#behind,
      recording: session.recordings.fault,
      funding: session.parts.perpetuals.silence(nowUs),
      start: '',
      burn,
      ...this.#slow.look(slowFactsOf(session), nowUs),
      missing: this.#missing.look(session.parts.kernel, nowUs),
    };
  }

  /** One after the other; a failure is reported once, and tried again. */
  #store(): Promise<void> {
    this.#storing ??= (this.#desk?.flush() ?? Promise.resolve())
      .then(
        () => {
          this.#isStoreFailing = false;
        },
        (error: unknown) => {
          if (!this.#isStoreFailing) this.#parts.note(`alerts could not be stored: ${String(error)}`);
          this.#isStoreFailing = true;
        },
      )
      .finally(() => {
        this.#storing = undefined;
      });
    return this.#storing;
  }

  #require(): AlertDesk {
    if (this.#desk !== undefined) return this.#desk;
    throw new UserError({
      code: 'no-session',
      field: 'profile',
      message: 'is not chosen yet',
      remedy: 'Choose a profile first: alerts and their rules are kept by profile.',
    });
  }

  /** A rule that was answered for is a rule that is stored. */
  async #stored<T>(answer: T): Promise<T> {
    await this.#storing;
    await this.#store();
    return answer;
  }

  #makeHandlers(): AlertHandlers {
    const { clock } = this.#parts;
    return {
      listAlerts: (page) => this.#view(page),
      acknowledgeAlerts: ({ alertIds }) =>
        this.#stored({ unread: this.#require().acknowledge(alertIds, clock.nowUs()) }),
      listAlertRules: () => ({ rules: this.#desk?.rules() ?? [] }),
      saveAlertRule: ({ ruleId, rule }) => this.#stored({ rules: this.#require().saveRule(ruleId, rule) }),
      deleteAlertRule: ({ ruleId }) => this.#stored({ rules: this.#require().deleteRule(ruleId) }),
    };
  }
}

function slowFactsOf({ startedUs, parts: { kernel } }: TradingSession): SlowFacts {
  const { escalation } = kernel.risk;
  const hasStrategy = [...kernel.strategies.all()].some(
    ({ setup: { mode }, stopped }) => (mode === 'paper' || isAtAccount(mode)) && stopped === null,
  );
  const isLive = ({ id }: { readonly id: number }): boolean => kernel.store.sync(id).state === 'live';
  return {
    drawdownPct: escalation.drawdownPct.toNumber(),
    opportunities: kernel.desk.tracker.count,
    booksLive: kernel.config.instruments.some(isLive) ? 1 : 0,
    hasOtherTrade: kernel.desk.maker.isOn || hasStrategy,
    startedUs,
  };
}

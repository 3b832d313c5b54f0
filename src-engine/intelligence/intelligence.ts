/**
 * The market intelligence agent of an engine. Each round runs on a thread of its own; here are its settings, its key, its budget, and the readings that go to the session as
 * commands, so that a replay has them and asks no endpoint. What a round may cost is durable before a call is made, and stays counted where no answer comes.
 */
import type {
  IntelligenceCode,
  IntelligenceFigures,
  IntelligenceRound,
  IntelligenceSettings,
  IntelligenceStanding,
  intelligenceOperations,
} from '../contract/intelligence-operations.ts';
import { INTELLIGENCE_CODES, MAX_CALL_TOKENS, subjectText } from '../contract/intelligence-operations.ts';
import type { OperationHandlers } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import type { SentimentReading } from '../domain/sentiment.ts';
import { US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import { invocation } from '../lib/invocation.ts';
import { Serial } from '../lib/serial.ts';
import { within } from '../lib/within.ts';
import { type FoundKey, KEY_ENTRY, keyFor } from './key-entry.ts';
import { Failures, figuresOf } from './figures.ts';
import { type KeptIntelligence, onDay } from './kept.ts';
import {
  ROUND_BOUNDS,
  type RoundBounds,
  type RoundOrder,
  type RoundResult,
  type SubjectResult,
} from './round.ts';
import type { RunningRound, StartRound } from './round-thread.ts';

/** How often it looks whether a round is due: a machine that slept is noticed, and a key that was stored. */
const LOOK_US = 30 * US_PER_SECOND;
const MINUTE_US = 60 * US_PER_SECOND;
const HOUR_US = 60 * MINUTE_US;
/** Longest that an endpoint is waited for, whatever it asks. */
const MAX_WAIT_US = 24 * HOUR_US;
/** Beside the bounds of a round's own calls. */
const SLACK_US = 10 * US_PER_SECOND;
/** Longest that the answer to a caller waits for a round: it goes on. */
const ASK_US = 8 * US_PER_SECOND;
const UNLOOKED = Number.NEGATIVE_INFINITY;

export type IntelligenceParts = {
  readonly clock: Clock;
  readonly secrets: { get(name: string): Promise<string | undefined> };
  readonly settings: IntelligenceSettings;
  readonly kept: KeptIntelligence;
  /** Durable when they resolve. */
  readonly save: (settings: IntelligenceSettings) => Promise<void>;
  readonly keep: (kept: KeptIntelligence) => Promise<void>;
  /** To the session that runs, if one does. */
  readonly give: (reading: SentimentReading) => Promise<void>;
  readonly note: (text: string) => void;
  readonly startRound: StartRound;
  readonly bounds?: RoundBounds;
};

export class Intelligence {
  readonly handlers: Pick<OperationHandlers, keyof typeof intelligenceOperations>;
  readonly #parts: IntelligenceParts;
  readonly #changes = new Serial();
  #settings: IntelligenceSettings;
  #kept: KeptIntelligence;
  #key: FoundKey = { state: 'absent' };
  #lookedUs = UNLOOKED;
  #running: RunningRound | undefined;
  #round: Promise<void> | undefined;
  #isStopped = false;
  #cancelLook: () => void = () => undefined;
  readonly #counts = new Map<IntelligenceCode, number>();
  readonly #rounds = new Map<string, IntelligenceRound>();
  readonly #failures = new Failures();
  #feedStates: RoundResult['feeds'] = [];

  constructor(parts: IntelligenceParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#kept = parts.kept;
    this.handlers = {
      getIntelligence: () => this.#standing(),
      saveIntelligence: (settings) => this.#changes.run(() => this.#save(settings)),
      askIntelligence: () => this.#askNow(),
    };
    this.#lookLater();
  }

  /** A session began: what still holds is given to it, so that it is in its log too. */
  async begun(): Promise<void> {
    const { clock } = this.#parts;
    for (const reading of this.#kept.readings)
      if (this.#isHeard(reading.about) && reading.validUntilUs > clock.nowUs()) await this.#give(reading);
  }

  figures(): IntelligenceFigures {
    const nowUs = this.#parts.clock.nowUs();
    const today = onDay(this.#kept, nowUs);
    const readings = today.readings.filter(({ about }) => this.#isHeard(about));
    const known = { nowUs, settings: this.#settings, today, readings, counts: this.#counts };
    return figuresOf(this.#failures, known);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelLook();
    await this.#running?.stop();
    await this.#round;
  }

  /** Only of what a feed is about is a reading used. */
  #isHeard(about: string): boolean {
    const { isOn, feeds } = this.#settings;
    return isOn && feeds.some((feed) => feed.about === about);
  }

  get #nextUs(): number {
    const { askedUs } = this.#kept;
    // A clock that was set back made it a time to come: it is due.
    const lastUs = askedUs > this.#parts.clock.nowUs() ? 0 : askedUs;
    return Math.max(lastUs + this.#settings.everyMinutes * MINUTE_US, this.#notBeforeUs);
  }

  get #notBeforeUs(): number {
    const { notBeforeUs } = this.#kept;
    return notBeforeUs > this.#parts.clock.nowUs() + MAX_WAIT_US ? 0 : notBeforeUs;
  }

  #lookLater(): void {
    const { clock } = this.#parts;
    this.#cancelLook();
    if (this.#isStopped || !this.#settings.isOn) return;
    this.#cancelLook = clock.schedule(clock.nowUs() + LOOK_US, () => {
      const isDue = clock.nowUs() >= this.#nextUs;
      void (isDue ? this.#ask() : Promise.resolve()).finally(() => this.#lookLater());
    });
  }

  async #askNow(): Promise<IntelligenceStanding> {
    const { clock } = this.#parts;
    if (!this.#settings.isOn)
      throw refusal('off', 'is off', `Turn it on first: ${invocation()} intelligence set --on.`);
    if (clock.nowUs() < this.#notBeforeUs)
      throw refusal(
        'asked-to-wait',
        `waits until ${new Date(this.#notBeforeUs / US_PER_MS).toISOString()}, as its endpoint asked`,
        'Ask again later.',
      );
    await within(clock, ASK_US, this.#ask(), undefined);
    return this.#standing();
  }

  /** One round at a time. Never rejects. */
  #ask(): Promise<void> {
    this.#round ??= this.#askOnce()
      .catch((error: unknown) => this.#parts.note(`a round ended early: ${String(error)}`))
      .finally(() => {
        this.#round = undefined;
        this.#running = undefined;
      });
    return this.#round;
  }

  async #askOnce(): Promise<void> {
    const { clock, startRound, bounds = ROUND_BOUNDS } = this.#parts;
    const settings = this.#settings;
    // That of this very endpoint, whatever is set meanwhile.
    const key = await this.#look(settings.endpoint);
    const nowUs = clock.nowUs();
    const before = onDay(this.#kept, nowUs);
    const askedUs = (about: string): number => before.subjects[about]?.askedUs ?? 0;
    const subjects = [...new Set(settings.feeds.map(({ about }) => about))].sort(
      (a, b) => askedUs(a) - askedUs(b),
    );
    const calls = Math.max(
      0,
      Math.min(
        subjects.length,
        settings.callsADay - before.calls,
        Math.floor((settings.tokensADay - before.tokens) / MAX_CALL_TOKENS),
      ),
    );
    const refused = key.state === 'present' || key.state === 'not-needed' ? undefined : KEY_CODES[key.state];
    const granted = refused === undefined ? calls : 0;
    const reserved = {
      ...before,
      askedUs: nowUs,
      calls: before.calls + granted,
      tokens: before.tokens + granted * MAX_CALL_TOKENS,
    };
    const { day, calls: spent, tokens } = before;
    if (!(await this.#keep(reserved, (now) => ({ ...now, day, calls: spent, tokens }))))
      return this.#countAll(subjects, 'not-durable');
    if (granted === 0) return this.#countAll(subjects, refused ?? 'budget-spent');
    const order: RoundOrder = {
      settings,
      key: key.state === 'present' ? key.key : undefined,
      subjects,
      calls: granted,
      known: Object.fromEntries(Object.entries(before.subjects).map(([about, { marks }]) => [about, marks])),
      bounds,
    };
    if (this.#isStopped) return;
    const limitUs = (bounds.feedMs + granted * bounds.answerMs) * US_PER_MS + SLACK_US;
    this.#running = startRound(order, limitUs);
    const result = await this.#running.result;
    if (this.#isStopped) return;
    if (result === undefined) return this.#countAll(subjects, 'worker-ended');
    await this.#settle(result, reserved, granted);
  }

  /** Counts what it cost in place of what it might have, and gives the readings on. */
  async #settle(
    { feeds, subjects }: RoundResult,
    reserved: KeptIntelligence,
    granted: number,
  ): Promise<void> {
    const nowUs = this.#parts.clock.nowUs();
    this.#feedStates = feeds;
    this.#failures.read(feeds, nowUs);
    for (const { code } of feeds) if (code !== null) this.#count(code);
    const called = subjects.filter(({ isCalled }) => isCalled);
    const spent = called.reduce((sum, { tokens }) => sum + (tokens ?? MAX_CALL_TOKENS), 0);
    const waitUs = Math.max(0, ...subjects.map((one) => (one.retryAfterMs ?? 0) * US_PER_MS));
    // Turned off, or without that feed, while it asked: nothing of it is used.
    const readings = subjects.flatMap((one) => (this.#isHeard(one.about) ? readingOf(one, nowUs) : []));
    // A midnight may have passed: what was reserved belongs to the day before.
    const now = onDay(this.#kept, nowUs);
    const isSameDay = now.day === reserved.day;
    const kept: KeptIntelligence = {
      ...now,
      calls: Math.max(0, isSameDay ? now.calls - granted + called.length : called.length),
      tokens: Math.max(0, isSameDay ? now.tokens - granted * MAX_CALL_TOKENS + spent : spent),
      notBeforeUs: waitUs === 0 ? now.notBeforeUs : nowUs + Math.min(MAX_WAIT_US, waitUs),
      subjects: this.#subjectsAfter(subjects, nowUs),
      readings: [
        ...now.readings.filter(({ about }) => !readings.some((one) => one.about === about)),
        ...readings,
      ].filter(({ about }) => this.#isHeard(about)),
    };
    for (const one of subjects) this.#took(one, nowUs);
    await this.#keep(kept);
    // Each that was not withdrawn while this was stored.
    for (const reading of readings) if (this.#isHeard(reading.about)) await this.#give(reading);
  }

  #subjectsAfter(subjects: readonly SubjectResult[], nowUs: number): KeptIntelligence['subjects'] {
    const known = this.#kept.subjects;
    return Object.fromEntries(
      subjects.map(({ about, isCalled, marks }) => {
        const before = known[about] ?? { askedUs: 0, marks: [] };
        const answered = this.#isHeard(about) ? (marks ?? before.marks) : [];
        return [about, isCalled ? { askedUs: nowUs, marks: [...answered] } : before];
      }),
    );
  }

  #took(result: SubjectResult, atUs: number): void {
    const { about, code, titles, answer, tokens, tookMs } = result;
    this.#count(code);
    this.#failures.took(code, atUs);
    // What was asked last stays shown where there was nothing to ask.
    if (code === 'nothing-new' && this.#rounds.has(about)) return;
    this.#show({ about, atUs, code, titles, answer, tokens, tookMs });
  }

  /** What ends otherwise than the last time is in the log once. */
  #show(round: IntelligenceRound): void {
    const { about, code } = round;
    const before = this.#rounds.get(about)?.code ?? 'answered';
    this.#rounds.set(about, round);
    if (code !== before && code !== 'answered')
      this.#parts.note(`about ${subjectText(about)}: ${code}. ${INTELLIGENCE_CODES[code]}`);
  }

  #countAll(subjects: readonly string[], code: IntelligenceCode): void {
    const atUs = this.#parts.clock.nowUs();
    this.#count(code);
    this.#failures.took(code, atUs);
    for (const about of subjects)
      this.#show({ about, atUs, code, titles: [], answer: null, tokens: null, tookMs: 0 });
  }

  #count(code: IntelligenceCode): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  /** @param otherwise of what is kept by then, what holds in this process where it cannot be stored. @returns whether it is durable. */
  async #keep(
    kept: KeptIntelligence,
    otherwise = (now: KeptIntelligence): KeptIntelligence => now,
  ): Promise<boolean> {
    this.#kept = kept;
    try {
      await this.#parts.keep(kept);
      return true;
    } catch (error) {
      this.#kept = otherwise(this.#kept);
      this.#parts.note(`what the day cost was not stored: ${String(error)}`);
      return false;
    }
  }

  async #give(reading: SentimentReading): Promise<void> {
    await this.#parts.give(reading).catch((error: unknown) => {
      this.#parts.note(`a reading was not taken: ${String(error)}`);
    });
  }

  /** Reads the key of an endpoint. Never rejects. */
  async #look(endpoint: string): Promise<FoundKey> {
    const { clock, secrets } = this.#parts;
    this.#lookedUs = clock.nowUs();
    const found = await secrets.get(KEY_ENTRY).then(
      (stored) => keyFor(endpoint, stored),
      (): FoundKey => {
        const without = keyFor(endpoint, undefined);
        return without.state === 'not-needed' ? without : { state: 'unreadable' };
      },
    );
    if (endpoint === this.#settings.endpoint) this.#key = found;
    return found;
  }

  async #save(settings: IntelligenceSettings): Promise<IntelligenceStanding> {
    const before = this.#settings;
    await this.#parts.save(settings);
    this.#settings = settings;
    const isAsked = before.isOn && settings.isOn;
    const feeds = isAsked ? settings.feeds.map(({ url }) => url) : [];
    this.#failures.keep(isAsked && before.endpoint === settings.endpoint, new Set(feeds));
    if (before.endpoint !== settings.endpoint) [this.#key, this.#lookedUs] = [{ state: 'absent' }, UNLOOKED];
    await this.#withdraw();
    this.#lookLater();
    return this.#standing();
  }

  /**
   * What was read before it was turned off, or of what no feed is about any more, has no vote from now on: a reading that is over at
   * once takes its place.
   */
  async #withdraw(): Promise<void> {
    const { readings, subjects } = this.#kept;
    const gone = readings.filter(({ about }) => !this.#isHeard(about));
    if (gone.length === 0) return;
    const answeredUs = this.#parts.clock.nowUs();
    await this.#keep({
      ...this.#kept,
      readings: readings.filter(({ about }) => this.#isHeard(about)),
      subjects: Object.fromEntries(Object.entries(subjects).filter(([about]) => this.#isHeard(about))),
    });
    for (const { about } of gone)
      await this.#give({ about, score: 0, confidence: 0, answeredUs, validUntilUs: answeredUs + 1 });
  }

  async #standing(): Promise<IntelligenceStanding> {
    const { clock } = this.#parts;
    // A key that is known is not asked for at each look of a window: a keychain may ask its owner.
    const isKnown = this.#key.state === 'present' || this.#key.state === 'not-needed';
    if (!isKnown && clock.nowUs() - this.#lookedUs > LOOK_US) await this.#look(this.#settings.endpoint);
    const { day, calls, tokens, readings } = onDay(this.#kept, clock.nowUs());
    return {
      ...this.#settings,
      secret: this.#key.state,
      setWith: `${invocation()} intelligence key`,
      isAsking: this.#round !== undefined,
      nextUs: this.#settings.isOn ? Math.max(this.#nextUs, clock.nowUs()) : null,
      today: { day, calls, tokens },
      counts: Object.fromEntries(this.#counts),
      feedStates: this.#feedStates.map((one) => ({ ...one })),
      rounds: [...this.#rounds.values()],
      readings: readings.filter(({ about }) => this.#isHeard(about)),
    };
  }
}

const KEY_CODES: Readonly<Record<Exclude<FoundKey['state'], 'present' | 'not-needed'>, IntelligenceCode>> = {
  absent: 'key-absent',
  'other-endpoint': 'key-absent',
  unreadable: 'key-unreadable',
};

function readingOf({ about, numbers }: SubjectResult, answeredUs: number): SentimentReading[] {
  if (numbers === null) return [];
  const { sentiment: score, confidence, hours } = numbers;
  return [{ about, score, confidence, answeredUs, validUntilUs: answeredUs + hours * HOUR_US }];
}

function refusal(code: string, message: string, remedy: string): UserError {
  return new UserError({ code, field: 'intelligence', message, remedy });
}

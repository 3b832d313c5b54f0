/**
 * What the engine says while it runs: its own remarks and its facts, as lines, bounded. A line is made on demand:
 * a writer passes its line on and continues. No line leaves with a secret in it.
 */
import { changeOf } from '../../alerting/fact-alerts.ts';
import {
  type LogLevel,
  type LogLine,
  logLevel,
  MAX_LOG_LINES,
  searchWords,
} from '../../contract/log-operations.ts';
import { type Fact, isNews } from '../../contract/topics.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { Clock } from '../../lib/clock.ts';
import { lineText } from '../../lib/terminal-text.ts';
import { Redactor } from '../../lib/redactor.ts';
import type { LogFile } from './log-file.ts';

const MAX_TEXT = 1_000;
const MAX_VALUE = 200;
/** Queries whose answers are kept until the next line. */
const MAX_ANSWERS = 20;

/** A line, or what it will be made of. */
type Entry = {
  readonly seq: number;
  readonly atUs: number;
  readonly level: LogLevel;
  readonly room: string;
  text: string | EngineEvent;
  /** What a search looks through; made by the first one. */
  lower?: string;
};

type Query = {
  readonly level: LogLevel;
  readonly search: string;
  readonly limit: number;
  readonly beforeSeq?: number | undefined;
};

export class EngineLog {
  readonly redactor = new Redactor();
  readonly #clock: Clock;
  readonly #print: (text: string) => void;
  readonly #file: Pick<LogFile, 'add'> | undefined;
  /** A ring: the line `seq` is at `seq % MAX_LOG_LINES`. */
  readonly #ring: (Entry | undefined)[] = [];
  #lastSeq = 0;
  /** The last answers, by query: as long as nothing was said a window that looks twice a second costs nothing. */
  readonly #answers = new Map<string, readonly LogLine[]>();

  /** @param print hears what an operator at a terminal should see as well. @param file keeps every line over restarts. */
  constructor(clock: Clock, print: (text: string) => void, file?: Pick<LogFile, 'add'>) {
    this.#clock = clock;
    this.#print = print;
    this.#file = file;
  }

  get kept(): number {
    return Math.min(this.#lastSeq, MAX_LOG_LINES);
  }

  /** A remark that is kept. */
  note(level: LogLevel, room: string, text: string): string {
    const cleaned = lineText(this.redactor.clean(text).slice(0, MAX_TEXT));
    this.#add({ atUs: this.#clock.nowUs(), level, room, text: cleaned });
    return cleaned;
  }

  /** One that is printed on the terminal as well. */
  say(level: LogLevel, room: string, text: string): void {
    this.#print(this.note(level, room, text));
  }

  /** Facts about the engine itself, and what went wrong with an order; the rest has lists of its own. */
  take(facts: readonly Fact[]): void {
    for (const fact of facts) {
      const { event } = fact;
      if (isNews(fact) || event.type === 'orderRejected' || event.type === 'orderUnknown') {
        this.#add({ atUs: event.atUs, level: levelOf(event), room: 'fact', text: event });
      } else if ('order' in event || 'executionId' in event || event.type === 'executionFinished') {
        // The window has lists of them; the file shows what led to what.
        this.#toFile({ seq: 0, atUs: event.atUs, level: 'debug', room: 'fact', text: event });
      }
    }
  }

  /** Newest first. */
  list(query: Query): readonly LogLine[] {
    const key = JSON.stringify(query);
    const answer = this.#answers.get(key) ?? this.#find(query);
    if (this.#answers.size >= MAX_ANSWERS) this.#answers.clear();
    this.#answers.set(key, answer);
    return answer;
  }

  #find({ level, search, limit, beforeSeq = this.#lastSeq + 1 }: Query): readonly LogLine[] {
    const words = searchWords(search);
    const deepest = logLevel.options.indexOf(level);
    const found: LogLine[] = [];
    const oldest = Math.max(1, this.#lastSeq - MAX_LOG_LINES + 1);
    for (let seq = Math.min(beforeSeq - 1, this.#lastSeq); seq >= oldest && found.length < limit; seq--) {
      const entry = this.#ring[seq % MAX_LOG_LINES];
      if (entry === undefined || logLevel.options.indexOf(entry.level) > deepest) continue;
      const line = this.#lineOf(entry);
      if (words.length === 0 || hasWords(entry, line, words)) found.push(line);
    }
    return found;
  }

  #add(entry: Omit<Entry, 'seq'>): void {
    this.#answers.clear();
    const seq = ++this.#lastSeq;
    const kept: Entry = { ...entry, seq };
    this.#ring[seq % MAX_LOG_LINES] = kept;
    this.#toFile(kept);
  }

  /** Its text is made when it is written. */
  #toFile(entry: Entry): void {
    const ids = typeof entry.text === 'string' ? undefined : idsOf(entry.text);
    this.#file?.add(() => ({ ...this.#lineOf(entry), ids }));
  }

  #lineOf(entry: Entry): LogLine {
    if (typeof entry.text !== 'string') {
      const text = textOf(entry.text, (value) => this.redactor.clean(value));
      entry.text = lineText(text.slice(0, MAX_TEXT));
    }
    const { seq, atUs, level, room, text } = entry;
    return { seq, atUs, level, room, text };
  }
}

function hasWords(entry: Entry, { level, room, text }: LogLine, words: readonly string[]): boolean {
  const whole = (entry.lower ??= `${level} ${room} ${text}`.toLowerCase());
  return words.every((word) => whole.includes(word));
}

const IDS = ['opportunityId', 'executionId', 'orderId', 'intentId'] as const;

/** By what a fact is known elsewhere, from itself or from what it carries. */
function idsOf(event: EngineEvent): Record<string, string> {
  const held = Object.values(event).filter((value) => typeof value === 'object' && value !== null);
  const ids: Record<string, string> = {};
  for (const one of [...held, event] as Readonly<Record<string, unknown>>[]) {
    for (const name of IDS) {
      const id = one[name];
      if (typeof id === 'string' && id !== '') ids[name] = id;
    }
  }
  return ids;
}

function levelOf(event: EngineEvent): LogLevel {
  if (event.type === 'bookStateChanged') return 'debug';
  const change = changeOf(event);
  if (change?.kind !== 'raise') return event.type === 'orderRejected' ? 'warn' : 'info';
  return change.draft.severity === 'critical'
    ? 'error'
    : change.draft.severity === 'warning'
      ? 'warn'
      : 'info';
}

/** `feedChanged venue=simulated state=closed reason="code 1006"`. @param clean comes before a value is cut: half a secret is not found. */
function textOf(event: EngineEvent, clean: (text: string) => string): string {
  const parts = Object.entries(event).flatMap(([name, value]: [string, unknown]) => {
    if (name === 'type' || name === 'atUs' || value === '' || value === undefined) return [];
    const text = clean(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
    const isQuoted = /[\s"]/.test(text) && typeof value === 'string';
    return [`${name}=${isQuoted ? JSON.stringify(text) : text}`.slice(0, MAX_VALUE)];
  });
  return [event.type, ...parts].join(' ');
}

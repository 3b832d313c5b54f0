/**
 * One bot: who may speak to it, how often, and each message once. What a listed person asks for is carried out by the engine's contract;
 * whoever is not listed gets no answer, and is counted.
 */
import type { BotPerson } from '../contract/bot-operations.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { ChatAnswer, ChatMessage } from './chat.ts';
import { type BotCommand, CHANGES, HELP, readCommand } from './command.ts';

/** Messages that are remembered: a service repeats what it did not hear of soon, or not at all. */
const MAX_REMEMBERED = 1_000;
/** A person and minute. A kill has a bound of its own, so that no question holds it up. */
const MAX_A_MINUTE = 20;
const MINUTE_US = 60 * US_PER_SECOND;
/** What was typed longer ago, while no connection stood, is not carried out any more. */
const MAX_AGE_US = 300 * US_PER_SECOND;
/** Commands that wait for the engine. */
const MAX_UNDER_WAY = 20;

/** What the engine says of a command, in plain text. Never rejects. */
export type AskEngine = (person: BotPerson, command: BotCommand, id: string) => Promise<string>;

export type BotCounts = {
  readonly commands: number;
  readonly ignored: number;
  readonly lastCommandUs: number | null;
};

export type BotParts = {
  readonly clock: Clock;
  readonly people: readonly BotPerson[];
  readonly ask: AskEngine;
  /** Ids of messages that were heard, in the order in which they came: those of the bot before, where this one goes on in its place. */
  readonly seen?: Set<string>;
};

export class Bot {
  readonly #parts: BotParts;
  readonly #people: ReadonlyMap<string, BotPerson>;
  readonly #seen: Set<string>;
  /** When each person's last commands came, kills apart. */
  readonly #recent = new Map<string, number[]>();
  #underWay = 0;
  #counts: BotCounts = { commands: 0, ignored: 0, lastCommandUs: null };

  constructor(parts: BotParts) {
    this.#parts = parts;
    this.#seen = parts.seen ?? new Set();
    this.#people = new Map(parts.people.map((person) => [person.id, person]));
  }

  get counts(): BotCounts {
    return this.#counts;
  }

  ignored(): void {
    this.#counts = { ...this.#counts, ignored: this.#counts.ignored + 1 };
  }

  /** @returns undefined: no answer. Never rejects. */
  async heard({ id, from, text, ageUs }: ChatMessage): Promise<ChatAnswer | undefined> {
    const person = this.#people.get(from);
    if (person === undefined) {
      this.ignored();
      return undefined;
    }
    if (this.#isRepeated(id)) return undefined;
    const { clock } = this.#parts;
    const nowUs = clock.nowUs();
    this.#counts = { ...this.#counts, commands: this.#counts.commands + 1, lastCommandUs: nowUs };
    const command = readCommand(text);
    if ('problem' in command) return { text: command.problem, isForAll: false };
    if (command.kind === 'help') return { text: HELP, isForAll: false };
    if (ageUs !== undefined && ageUs > MAX_AGE_US) {
      const minutes = Math.floor(ageUs / MINUTE_US);
      return { text: `Not carried out: it was sent ${minutes} minutes ago. Send it again.`, isForAll: false };
    }
    if (!this.#mayAsk(person, command, nowUs))
      return { text: `Not carried out: ${MAX_A_MINUTE} commands a minute at most.`, isForAll: false };
    this.#underWay++;
    const answer = await this.#parts.ask(person, command, id);
    this.#underWay--;
    return { text: answer, isForAll: CHANGES.has(command.kind) };
  }

  #isRepeated(id: string): boolean {
    if (this.#seen.has(id)) return true;
    this.#seen.add(id);
    if (this.#seen.size > MAX_REMEMBERED) {
      const [oldest = ''] = this.#seen;
      this.#seen.delete(oldest);
    }
    return false;
  }

  #mayAsk({ id }: BotPerson, { kind }: BotCommand, nowUs: number): boolean {
    const key = kind === 'kill' ? `${id} kill` : id;
    const recent = (this.#recent.get(key) ?? []).filter((atUs) => atUs > nowUs - MINUTE_US);
    const may = recent.length < MAX_A_MINUTE && (kind === 'kill' || this.#underWay < MAX_UNDER_WAY);
    if (may) recent.push(nowUs);
    this.#recent.set(key, recent);
    return may;
  }
}

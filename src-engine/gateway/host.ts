/** What the gateway needs of the engine behind it; `assemble.ts` provides it. */
import type { IntelligenceFigures } from '../contract/intelligence-operations.ts';
import type { Caller, OperationHandlers, OperationName } from '../contract/operations.ts';
import type { Scope } from '../contract/scopes.ts';
import type { AuditEntry } from '../contract/records.ts';
import type { CallEnd, SloView } from '../contract/slo-operations.ts';
import type { Fact, TopicName } from '../contract/topics.ts';
import type { AnswerBytes } from '../lib/answer-bytes.ts';
import type { Clock } from '../lib/clock.ts';

/** Whoever has a key of the API. */
export type KeyHolder = { readonly name: string; readonly scope: Scope };

/** Of channels, event buses, service levels and market intelligence, as they stand. */
export type OutsiderFigures = {
  /** Notices of each channel that arrived, and that were given up. */
  readonly channels: readonly { readonly channel: string; readonly sent: number; readonly failed: number }[];
  /** Facts of each event bus: confirmed by its broker, tries that failed, and what is behind. */
  readonly buses: readonly {
    readonly bus: string;
    readonly published: number;
    readonly failed: number;
    readonly backlog: number;
  }[];
  readonly slos: SloView;
  readonly intelligence: IntelligenceFigures;
};

export type GatewayHost = {
  readonly version: string;
  /** What only the page of metrics asks for. */
  outsiderFigures(): OutsiderFigures;
  /** A call ended, in µs from its last byte to the first of its answer. */
  countCall(us: number, end: CallEnd): void;
  /** Whose key has that SHA-256; undefined: no valid one has. */
  findApiKey(digest: string): KeyHolder | undefined;
  /** Calls back at once when a key was revoked. The answer ends it. */
  subscribeRevocations(listener: () => void): () => void;
  readonly handlers: OperationHandlers;
  /**
   * The answer to a query as bytes, made away from the thread that trades; undefined: the handler answers it.
   * `input` has passed the operation's schema. Who takes it releases it.
   */
  readBytes(name: OperationName, input: unknown, caller: Caller): Promise<AnswerBytes> | undefined;
  /** The present data of a view, or undefined where there is none. `params` have passed the topic's schema. */
  readView(topic: TopicName, params: unknown): unknown;
  /** Calls back with every batch of facts, in order. The answer ends it. */
  subscribeFacts(listener: (facts: readonly Fact[]) => void): () => void;
  /**
   * Records one changing call; resolves to true when that is durable, to false when it cannot be. Refusals are not waited
   * for. Must not throw or reject: the call is done by then.
   */
  audit(entry: AuditEntry): Promise<boolean>;
  readonly clock: Clock;
};

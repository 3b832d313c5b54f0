import type { EngineEvent } from '../domain/event.ts';

/** Where the intents of orders become durable before the orders are sent. */
export type IntentGate = {
  /**
   * What one decision is about to send. Answers nothing when it is durable already, or a promise that resolves once it is.
   * Throws or rejects: none of these orders may be sent.
   */
  keep(intents: readonly EngineEvent[]): Promise<void> | void;
  /** The journal has taken the facts of the oldest decision that was kept and is not confirmed: it needs no keeping any more. */
  confirm(): void;
};

/** Of a run whose orders leave no process: when that ends there is nothing to ask anybody about. */
export const NOT_KEPT: IntentGate = { keep: () => undefined, confirm: () => undefined };

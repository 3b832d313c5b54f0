import type { EngineEvent } from '../domain/event.ts';

/** Where facts become durable before anything is done about them. */
export type Journal = {
  /** Answers when the events rest; at once (no promise) where nothing has to be waited for. */
  append(events: readonly EngineEvent[]): Promise<void> | void;
};

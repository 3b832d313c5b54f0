/** What the thread that trades and the thread of a strategy of the trader's own say to each other. Plain values alone: nothing of them has code. */
import type { MessagePort } from 'node:worker_threads';
import type { View } from '../../strategies/strategy-port.ts';

/** `workerData` of the thread. */
export type OwnStrategyBegin = {
  /** Of its file, as it is imported. */
  readonly address: string;
  readonly bells: SharedArrayBuffer;
  /** For calls, and for answers to questions that a call asks. */
  readonly port: MessagePort;
};

/** Rung with each message: the thread that trades waits for `REPLIES`, that of the strategy for `ANSWERS` to what it asks during a call. */
export const REPLIES = 0;
export const ANSWERS = 1;
export const BELLS = 2;

/** How a load went on, by the port of the thread itself. */
export type LoadProgress = 'ready' | { readonly face: ModuleFace } | { readonly fault: string };

/** What a strategy's file declares. */
export type ModuleFace = {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** By parameter. */
  readonly shape: Readonly<Record<string, ParameterFace>>;
  /** The defaults of all parameters: a list of strategies calls none. */
  readonly usual: unknown;
};
export type ParameterFace = {
  readonly minValue?: unknown;
  readonly maxValue?: unknown;
  readonly options?: unknown;
};

/** A view without its functions. */
export type PlainView = Omit<View, 'random' | 'purse'> & { readonly random: undefined };

export type OwnCall =
  | { readonly do: 'features'; readonly parameters: unknown }
  | { readonly do: 'parse'; readonly parameters: unknown }
  | { readonly do: 'check'; readonly parameters: unknown }
  | {
      readonly do: 'create';
      readonly id: number;
      readonly parameters: unknown;
      readonly markets: number | undefined;
    }
  | {
      readonly do: 'step';
      readonly id: number;
      readonly on: 'onBar' | 'onBook';
      readonly view: PlainView;
    }
  | { readonly do: 'save'; readonly id: number }
  | { readonly do: 'load'; readonly id: number; readonly state: string }
  | { readonly do: 'drop'; readonly id: number };

/** What a call said by its outbox, in its order. */
export type Said =
  | readonly ['want', market: unknown, position: unknown, reason: unknown]
  | readonly ['signal', signal: Readonly<Record<string, unknown>>]
  | readonly ['ask'];

export type Reply =
  /** Asked during a call, whose thread waits for the answer. */
  | { readonly ask: 'random' }
  | {
      /** The call is over. */
      readonly answer?: unknown;
      readonly problem?: string;
      readonly said: readonly Said[];
      /** Processor time that it took. */
      readonly tookUs: number;
      /** It holds more than it may: its thread is to be ended. */
      readonly isOver?: true;
    };

/** The next numbers of this time, as many calls need one after the other. */
export type QuestionAnswer = readonly number[];

/** What the heap of a strategy's thread may hold, and what it may hold beside it (buffers). */
export const MOST_MB = 256;
/** Words of one call at most. */
export const MOST_SAID = 10_000;

/** What a broker must do for a bus. Whatever it does, nothing but its own bus waits for it. */
import type { BusSettings } from '../contract/bus-operations.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { within } from '../lib/within.ts';
import type { BusMessage } from './bus-message.ts';

export type Broker = {
  /** In order; resolves once the broker has confirmed all of them. @throws Error when it did not: they are published again. */
  publish(messages: readonly BusMessage[]): Promise<void>;
  close(): void;
};

/** @throws Error when the broker cannot be reached or refuses us. Its message holds no part of the address. */
export type Connect = (settings: BusSettings, url: string) => Promise<Broker>;

/** Of a connection, and of the confirmation of a page. */
export const BROKER_MS = 30_000;

/** By its code where it has one: messages of the system may name the address. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string') return `the connection failed (${code})`;
  if (typeof code === 'number') return `the broker answered ${code}`;
  return error instanceof BrokerError ? error.message : 'the connection failed';
}

/** A reason that is fit to be shown. */
export class BrokerError extends Error {}

const CLOCK = new SystemClock();
const LATE = Symbol('late');

/** @throws BrokerError once the time is over; what is waited for goes on, and its end is of no interest. */
export async function inTime<T>(work: Promise<T>, ms: number = BROKER_MS): Promise<T> {
  const answer = await within(CLOCK, ms * 1_000, work, LATE);
  if (answer === LATE) throw new BrokerError(`no answer within ${ms / 1_000} s`);
  return answer;
}

/** Lines and answers of a process beside the engine: what all adapters of such processes read alike. */
import { type DurationUs, type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import type { MarketSink } from '../market-feed.ts';
import { isObject, type Json, objectFrom } from './json.ts';
import { throttled, VenueUnreachable } from './public-rest.ts';
import type { StreamFrame } from './stream-frame.ts';
import type { Throttled } from './throttled.ts';

/** Where an answer does not say for how long the venue wants to be left alone. */
const PAUSE_MS = 10_000;

/** All that comes but signs of life: one of the process is none of a book. */
export function withoutSigns(sink: MarketSink): MarketSink {
  return {
    onBook: (update) => sink.onBook(update),
    onTrade: (trade) => sink.onTrade(trade),
    onFeed: (event) => sink.onFeed(event),
    onInstrumentStatus: (id, status, atUs) => sink.onInstrumentStatus(id, status, atUs),
    onAlive: () => undefined,
    onBookLost: (id, reason, atUs) => sink.onBookLost(id, reason, atUs),
    onRaw: (receivedUs, frame) => sink.onRaw(receivedUs, frame),
    onNote: (text, isByRest) => sink.onNote?.(text, isByRest),
  };
}

/** The answer to a subscription. */
export function ackOf({ id, symbol, verb, error, isFinal }: Json): StreamFrame {
  return {
    kind: 'ack',
    id: typeof id === 'number' ? id : undefined,
    channel: 'books',
    symbol: typeof symbol === 'string' ? symbol : undefined,
    verb: verb === 'unsubscribe' ? 'unsubscribe' : 'subscribe',
    error: typeof error === 'string' ? error : 'without a reason',
    isFinal: isFinal === true,
  };
}

/** @throws VenueUnreachable, in the words of the process, where it got no answer itself. */
export function throttlingOf(
  call: string,
  { status, retryAfterMs, body }: HttpAnswer,
): Throttled | undefined {
  if (status === 503) throw new VenueUnreachable(call, wordsOf(objectFrom(body)));
  return status === 429 ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

/** The venue's time, and the step that it is given in. @throws VenueUnreachable. */
export function timeOf(
  call: string,
  answer: unknown,
): { readonly timeUs: TimeUs; readonly stepUs: DurationUs } {
  const { ms, stepMs } = isObject(answer) ? answer : {};
  if (typeof ms === 'number' && typeof stepMs === 'number' && ms > 0)
    return { timeUs: ms * US_PER_MS, stepUs: stepMs * US_PER_MS };
  throw new VenueUnreachable(call, 'the answer is no time');
}

/** What an answer says of its failure. */
export function wordsOf(answer: unknown): string {
  return isObject(answer) && typeof answer['text'] === 'string' ? answer['text'] : 'no reason is given';
}

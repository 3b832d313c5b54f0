/** What the figures of the engine's health mean. */
import type { EngineHealth } from '../../../src-engine/contract/records.ts';

type Words = { readonly label: string; readonly explain: string };

export const STAGE_WORDS: Readonly<Record<EngineHealth['stages'][number]['stage'], Words>> = {
  parsed: { label: 'Parsed', explain: 'frame bytes decoded to a book message' },
  book: { label: 'Book', explain: 'message applied to its book, checksum compared' },
  decided: { label: 'Decided', explain: 'its cycles valued, orders checked by risk' },
  sent: { label: 'Sent', explain: 'frame received to order sent, intent stored on disk' },
};

export const LOOP_WORDS: Words = {
  label: 'Loop delay',
  explain: 'delay of the event loop; about 1 ms of it is the timer’s own',
};

export const QUEUE_WORDS =
  'Inputs that wait while the engine handles another one. Above the limit the engine stops.';

/** A loop that is later than this at its worst percent is slow. */
export const LOOP_LIMIT_US = 5_000;

/** What the figures of the engine's health mean. */
import type { EngineHealth } from '../../../src-engine/contract/records.ts';

type Words = { readonly label: string; readonly explain: string };

export const STAGE_WORDS: Readonly<Record<EngineHealth['stages'][number]['stage'], Words>> = {
  parsed: { label: 'Parsed', explain: 'bytes of a frame to a book message' },
  book: { label: 'Book', explain: 'message in its book, checksum compared' },
  decided: { label: 'Decided', explain: 'its cycles scored, orders judged by risk' },
  sent: { label: 'Sent', explain: 'frame to an order on its way, its intent on the disk' },
};

export const LOOP_WORDS: Words = {
  label: 'Loop delay',
  explain: 'how late the engine comes to what is due; a millisecond is the timer’s own',
};

export const QUEUE_WORDS =
  'Inputs that arise while the engine handles another one. More than the limit stop it.';

/** A loop that is later than this at its worst percent is slow. */
export const LOOP_LIMIT_US = 5_000;

/** Why a frame could not be read. */
import type { InstrumentId } from '../../domain/ids.ts';

export type FrameErrorCode =
  /** Not JSON, or not laid out as the venue documents it. */
  | 'bad-layout'
  | 'bad-number'
  /** A price or quantity finer than the instrument's decimals: its metadata is out of date. */
  | 'too-many-decimals'
  /** Above 2^53 − 1 units. */
  | 'too-large'
  | 'too-many-levels'
  /** The book is not the one whose checksum the venue announces. */
  | 'bad-checksum'
  | 'unknown-symbol';

/** Leaves the parser as a result, never as an exception. */
export class FrameError extends Error {
  readonly code: FrameErrorCode;

  constructor(code: FrameErrorCode, message: string) {
    super(message);
    this.name = 'FrameError';
    this.code = code;
  }
}

/** What a frame is that could not be read. */
export type FrameFault = {
  readonly kind: 'error';
  readonly code: FrameErrorCode;
  readonly detail: string;
  /** The book that can no longer be trusted, where the frame was one of a known instrument. */
  readonly instrumentId: InstrumentId | undefined;
  /**
   * True: it may be of any book of the connection, and none of them can be trusted. Where messages are numbered that does not show
   * it: this one had its number, and the next one follows.
   */
  readonly costsAll?: boolean;
};

/** Why a frame could not be read. */
export type FrameErrorCode =
  /** Not JSON, or not laid out as the venue documents it. */
  | 'bad-layout'
  | 'bad-number'
  /** A price or quantity finer than the instrument's decimals: its metadata is out of date. */
  | 'too-many-decimals'
  /** Above 2^53 − 1 units. */
  | 'too-large'
  | 'too-many-levels'
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

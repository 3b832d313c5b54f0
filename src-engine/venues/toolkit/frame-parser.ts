/**
 * What the parsers of the venues share: a frame is read by a lane where its layout is the usual one, else in the general way; one
 * that cannot be read is a result that says why, never an exception and never a guess.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameError, type FrameFault } from './frame-error.ts';
import type { FrameLane, LaneLayout } from './frame-lane.ts';
import { isObject, type Json } from './json.ts';
import type { SymbolIndex } from './symbol-index.ts';

/** A short way, and what a frame that it read is. */
export type LaneOf<F> = {
  readonly lane: Pick<FrameLane<LaneLayout>, 'read' | 'readEscaped'>;
  readonly frame: F;
};

/** Longest text of a fault: a frame has up to 16 MB, and its fault goes to logs and windows. */
const MAX_DETAIL = 200;

/** `F`: what a frame of the venue can be. */
export abstract class FrameParser<F> {
  /** The last book message. Filled again by the next. */
  readonly update: BookUpdate;
  protected readonly symbols: SymbolIndex;
  /** Whose book the frame in hand changes, once that is known. */
  protected instrument: Instrument | undefined;
  readonly #lanes: readonly LaneOf<F>[];

  /** @param lanes in the order in which they are tried. */
  constructor(symbols: SymbolIndex, update: BookUpdate, lanes: readonly LaneOf<F>[]) {
    this.symbols = symbols;
    this.update = update;
    this.#lanes = lanes;
  }

  /** @param bytes one frame. @param receivedUs when it arrived here. */
  parse(bytes: Buffer, receivedUs: TimeUs): F | FrameFault {
    for (let i = 0; i < this.#lanes.length; i++) {
      const { lane, frame } = this.#lanes[i] as LaneOf<F>;
      if (lane.read(bytes, 0, bytes.length, receivedUs, this.update)) return frame;
    }
    return this.parseText(bytes.toString('utf8'), receivedUs);
  }

  /** A frame that is the JSON string between the quotes at `start` − 1 and `end`, as a market log keeps it. */
  parseEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): F | FrameFault {
    for (let i = 0; i < this.#lanes.length; i++) {
      const { lane, frame } = this.#lanes[i] as LaneOf<F>;
      if (lane.readEscaped(bytes, start, end, receivedUs, this.update)) return frame;
    }
    return this.parseText(JSON.parse(bytes.toString('utf8', start - 1, end + 1)) as string, receivedUs);
  }

  /** The general way, for frames of any layout. */
  parseText(text: string, receivedUs: TimeUs): F | FrameFault {
    this.instrument = undefined;
    try {
      return this.frame(text, receivedUs);
    } catch (error) {
      return this.fault(error);
    }
  }

  /** The venue's own reading. @throws FrameError for what cannot be read; RangeError for more levels than a message has room for. */
  protected abstract frame(text: string, receivedUs: TimeUs): F;

  /**
   * What a frame is that could not be read: also one of which a value is of another type than any that was thought of. No message of a
   * venue ends the engine. @throws what is no error of reading.
   */
  protected fault(error: unknown): FrameFault {
    if (!(error instanceof FrameError || error instanceof RangeError || error instanceof TypeError))
      throw error;
    const code =
      error instanceof FrameError
        ? error.code
        : error instanceof TypeError
          ? 'bad-layout'
          : 'too-many-levels';
    const symbol = this.instrument === undefined ? '' : `${this.instrument.symbol}: `;
    const detail = symbol + error.message.slice(0, MAX_DETAIL);
    return { kind: 'error', code, detail, instrumentId: this.instrument?.id };
  }

  /** @throws FrameError for what is no symbol of this run. */
  protected find(symbol: unknown): Instrument {
    const instrument = typeof symbol === 'string' ? this.symbols.find(symbol) : undefined;
    if (instrument !== undefined) return instrument;
    const name = JSON.stringify(symbol) ?? 'nothing';
    throw new FrameError('unknown-symbol', `${name} is not an instrument of this run`);
  }
}

/** @throws FrameError for text that is no JSON object. */
export function jsonFrame(text: string): Json {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new FrameError('bad-layout', `not JSON: ${text.slice(0, 60)}`);
  }
  if (!isObject(json)) throw new FrameError('bad-layout', 'not a JSON object');
  return json;
}

/**
 * What the short ways of the adapters share: reading a frame of a known layout straight from its bytes, in one pass, with
 * literals compared four bytes at a time. A lane gives up at the first byte that differs from its layout, without a
 * verdict; the adapter's general parser then reads the frame, and says what is wrong where something is.
 *
 * Nothing is allocated per frame, and a number that is taken lies in `value`: a double that a function returns costs a
 * heap object.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { LaneBytes, viewOf, type Words, words } from './lane-bytes.ts';
import type { SymbolIndex } from './symbol-index.ts';

/** Room to compare a literal beyond the end of the frame. */
const SLACK = 64;
/** From this size on a buffer is taken for a block of a file and read where it lies. */
const BLOCK_BYTES = 65_536;
const NOTHING = Buffer.alloc(0);

/** Longest symbol, in bytes. */
const MAX_SYMBOL = 64;

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;

export { type Words, words } from './lane-bytes.ts';

/** What stands between the values of a frame, in one of the two forms that a frame is read in. */
export type LaneLayout = {
  /** Inside of a JSON string, as a market log keeps a frame: each quote has a backslash before it. */
  readonly isEscaped: boolean;
};

/** A layout's words by their plain text; in the escaped form each quote in it gets a backslash before it. */
export type LayoutOf<L extends LaneLayout> = (isEscaped: boolean, quoted: (text: string) => Words) => L;

export abstract class FrameLane<L extends LaneLayout> extends LaneBytes {
  /** Of a longer frame this many bytes are laid at once, at most the usual length; `layOn` goes on with it. */
  protected mostBytes = Number.POSITIVE_INFINITY;
  /** The frame goes on behind what is laid. */
  protected isCut = false;
  /** A frame that is laid in parts: where what is laid now begins in it, and where it ends. */
  #cut: Buffer = NOTHING;
  #cutAt = 0;
  #cutEnd = 0;
  readonly #symbols: SymbolIndex;
  readonly #maxLength: number;
  readonly #plain: L;
  readonly #escaped: L;
  readonly #own: Buffer;
  readonly #ownView: DataView;

  /** @param maxLength longest frame that is read here, in bytes. @param usualLength that of most: a longer one is copied anew. */
  constructor(symbols: SymbolIndex, maxLength: number, layoutOf: LayoutOf<L>, usualLength = maxLength) {
    const own = Buffer.alloc(usualLength + SLACK);
    super(own);
    this.#symbols = symbols;
    this.#maxLength = maxLength;
    this.#plain = layoutOf(false, words);
    this.#escaped = layoutOf(true, (text) => words(text.replaceAll('"', '\\"')));
    this.#own = own;
    this.#ownView = this.view;
  }

  /** Reads the frame bytes[start … end) into `update`. False: not in this layout, and `update` is not a message. */
  read(bytes: Buffer, start: number, end: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (end - start > this.#maxLength) return false;
    return this.#whole(this.parse(this.#plain, this.#lay(bytes, start, end), receivedUs, update));
  }

  /** As `read`, of a frame that stands inside of a JSON string. */
  readEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (end - start > this.#maxLength) return false;
    return this.#whole(this.parse(this.#escaped, this.#lay(bytes, start, end), receivedUs, update));
  }

  /** A frame that cannot be read is not kept: it may have many megabytes. One that is read in parts is, until its last part. */
  #whole(isRead: boolean): boolean {
    if (!isRead || !this.isCut) this.#cut = NOTHING;
    return isRead;
  }

  /** Reads the frame that lies from `at` to `last`. */
  protected abstract parse(layout: L, last: number, receivedUs: TimeUs, update: BookUpdate): boolean;

  /**
   * Makes ready to read from[start … end), and answers where it ends. A frame of its own is copied to where a view lies
   * already; of a block of a file, which holds thousands, a view is made once.
   */
  #lay(from: Buffer, start: number, end: number): number {
    this.isCut = end - start > this.mostBytes;
    if (this.isCut) {
      this.#cut = from;
      this.#cutAt = start;
      this.#cutEnd = end;
      return this.#copy(from, start, start + this.mostBytes);
    }
    this.#cut = NOTHING;
    if (from.length >= BLOCK_BYTES && end + SLACK <= from.length) {
      if (from !== this.bytes) {
        this.bytes = from;
        this.view = viewOf(from);
      }
      this.at = start;
      return end;
    }
    const length = end - start;
    if (length + SLACK > this.#own.length) {
      const copy = Buffer.alloc(length + SLACK);
      from.copy(copy, 0, start, end);
      this.bytes = copy;
      this.view = viewOf(copy);
      this.at = 0;
      return length;
    }
    return this.#copy(from, start, end);
  }

  /** Lays what follows behind what was read of a frame that is cut, whose bytes must still be there, and answers where it ends. */
  protected layOn(): number {
    return this.#lay(this.#cut, this.#cutAt + this.at, this.#cutEnd);
  }

  #copy(from: Buffer, start: number, end: number): number {
    const length = end - start;
    if (this.bytes !== this.#own) {
      this.bytes = this.#own;
      this.view = this.#ownView;
    }
    from.copy(this.#own, 0, start, end);
    // The frame before may have been longer: what is left of it must never complete this one.
    this.#own[length] = 0;
    this.at = 0;
    return length;
  }

  /** Takes the mark before or behind a text. */
  protected takeQuote({ isEscaped }: L): boolean {
    return (!isEscaped || this.takeByte(BACKSLASH)) && this.takeByte(QUOTE);
  }

  /**
   * Steps over at most `most` bytes to the end of a text. False: it has none, or what stands in it says more than its bytes do, as an
   * escape does, or makes it no text, as a line break does.
   */
  protected skipText({ isEscaped }: L, most: number): boolean {
    const bytes = this.bytes;
    const end = this.at + most;
    for (let at = this.at; at <= end; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE || byte === BACKSLASH) {
        this.at = at;
        return (byte === BACKSLASH) === isEscaped;
      }
      if (byte < SPACE) return false;
    }
    return false;
  }

  /** Steps over the symbol that comes next, and answers its instrument; undefined: none of this run. */
  protected instrument(layout: L): Instrument | undefined {
    const start = this.at;
    if (!this.skipText(layout, MAX_SYMBOL)) return undefined;
    return this.#symbols.findBytes(this.bytes, start, this.at);
  }

  /** The instrument whose symbol is bytes[start … end). */
  protected instrumentOf(start: number, end: number): Instrument | undefined {
    return this.#symbols.findBytes(this.bytes, start, end);
  }

  /** Takes levels such as `["61737.63","0.1"]` up to and with the bracket that closes their list. */
  protected levels(
    layout: L,
    update: BookUpdate,
    areBids: boolean,
    { priceDecimals, qtyDecimals }: Instrument,
  ): boolean {
    if (this.takeByte(CLOSE_BRACKET)) return true;
    // Where it stands is kept in `at` and stored for the numbers alone: a frame has dozens of levels.
    const bytes = this.bytes;
    const { isEscaped } = layout;
    const quote = isEscaped ? 2 : 1;
    for (let at = this.at; ; ) {
      if (bytes[at] !== OPEN_BRACKET || !isQuote(bytes, at + 1, isEscaped)) return false;
      this.at = at + 1 + quote;
      if (!this.units(priceDecimals)) return false;
      const price = this.value[0] as number;
      at = this.at;
      if (price === 0 || !isQuote(bytes, at, isEscaped) || bytes[at + quote] !== COMMA) return false;
      at += quote + 1;
      if (!isQuote(bytes, at, isEscaped)) return false;
      this.at = at + quote;
      if (!this.units(qtyDecimals)) return false;
      const qty = this.value[0] as number;
      at = this.at;
      if (!isQuote(bytes, at, isEscaped) || bytes[at + quote] !== CLOSE_BRACKET) return false;
      if (areBids) update.pushBid(price, qty);
      else update.pushAsk(price, qty);
      at += quote + 2;
      const next = bytes[at - 1];
      if (next === COMMA) continue;
      this.at = at;
      return next === CLOSE_BRACKET;
    }
  }
}

/** A quote, in the escaped form with its backslash before it, is at `at`. */
function isQuote(bytes: Buffer, at: number, isEscaped: boolean): boolean {
  if (!isEscaped) return bytes[at] === QUOTE;
  return bytes[at] === BACKSLASH && bytes[at + 1] === QUOTE;
}

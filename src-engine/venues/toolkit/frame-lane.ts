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
import type { SymbolIndex } from './symbol-index.ts';

/** Room to compare a literal beyond the end of the frame. */
const SLACK = 64;
/** From this size on a buffer is taken for a block of a file and read where it lies. */
const BLOCK_BYTES = 65_536;
/** Most digits that an int32 holds whatever they are. */
const INT32_DIGITS = 9;
/** Most digits of a whole number that a double holds whatever they are. */
const DOUBLE_DIGITS = 15;
const BILLION = 1_000_000_000;
/** Places behind the point that are read as two words. */
const EIGHT = 8;
/** Of the four bytes of a word: their upper halves, their lower halves, `0000`, and what lifts all but digits of `0` to `?` out of them. */
const HIGH_HALVES = 0xf0f0_f0f0 | 0;
const LOW_HALVES = 0x0f0f_0f0f;
const ZEROS = 0x3030_3030;
const SIX_EACH = 0x0606_0606;

const NOTHING = Buffer.alloc(0);

/** Longest symbol, in bytes. */
const MAX_SYMBOL = 64;

const QUOTE = 34;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;

/** Powers of ten that a double holds exactly and that decimals of an instrument ask for. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** A text of at least four ASCII characters to compare with: 32-bit words, the last one overlapping where four do not divide it. */
export type Words = { readonly length: number; readonly values: Int32Array };

/** What stands between the values of a frame, in one of the two forms that a frame is read in. */
export type LaneLayout = {
  /** Inside of a JSON string, as a market log keeps a frame: each quote has a backslash before it. */
  readonly isEscaped: boolean;
};

/** A layout's words by their plain text; in the escaped form each quote in it gets a backslash before it. */
export type LayoutOf<L extends LaneLayout> = (isEscaped: boolean, quoted: (text: string) => Words) => L;

export function words(text: string): Words {
  const bytes = Buffer.from(text, 'latin1');
  const count = Math.ceil(text.length / 4);
  const at = (i: number): number => Math.min(i * 4, text.length - 4);
  return {
    length: text.length,
    values: Int32Array.from({ length: count }, (_, i) => bytes.readInt32LE(at(i))),
  };
}

export abstract class FrameLane<L extends LaneLayout> {
  /** Where the reading stands; behind what was taken last. */
  protected at = 0;
  protected bytes: Buffer;
  /** The number taken last. */
  protected readonly value = new Float64Array(1);
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
  #view: DataView;

  /** @param maxLength longest frame that is read here, in bytes. @param usualLength that of most: a longer one is copied anew. */
  constructor(symbols: SymbolIndex, maxLength: number, layoutOf: LayoutOf<L>, usualLength = maxLength) {
    this.#symbols = symbols;
    this.#maxLength = maxLength;
    this.#plain = layoutOf(false, words);
    this.#escaped = layoutOf(true, (text) => words(text.replaceAll('"', '\\"')));
    this.#own = Buffer.alloc(usualLength + SLACK);
    this.#ownView = viewOf(this.#own);
    this.bytes = this.#own;
    this.#view = this.#ownView;
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
        this.#view = viewOf(from);
      }
      this.at = start;
      return end;
    }
    const length = end - start;
    if (length + SLACK > this.#own.length) {
      const copy = Buffer.alloc(length + SLACK);
      from.copy(copy, 0, start, end);
      this.bytes = copy;
      this.#view = viewOf(copy);
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
      this.#view = this.#ownView;
    }
    from.copy(this.#own, 0, start, end);
    // The frame before may have been longer: what is left of it must never complete this one.
    this.#own[length] = 0;
    this.at = 0;
    return length;
  }

  /** Takes `literal` if it comes next. */
  protected take(literal: Words): boolean {
    if (!this.isNext(literal)) return false;
    this.at += literal.length;
    return true;
  }

  protected isNext({ length, values }: Words): boolean {
    const view = this.#view;
    const at = this.at;
    const last = values.length - 1;
    for (let i = 0; i < last; i++) if (view.getInt32(at + i * 4, true) !== values[i]) return false;
    return view.getInt32(at + length - 4, true) === values[last];
  }

  /** Takes one byte if it comes next. */
  protected takeByte(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Steps to the next `byte`, and answers where it is; −1 when none of the next `most` bytes is. */
  #seek(byte: number, most: number): number {
    const bytes = this.bytes;
    const end = this.at + most;
    for (let at = this.at; at <= end; at++) {
      if (bytes[at] !== byte) continue;
      this.at = at;
      return at;
    }
    return -1;
  }

  /** Takes the mark before or behind a text. */
  protected takeQuote({ isEscaped }: L): boolean {
    return (!isEscaped || this.takeByte(BACKSLASH)) && this.takeByte(QUOTE);
  }

  /** Steps over at most `most` bytes to the end of a text; false where it has none. */
  protected skipText({ isEscaped }: L, most: number): boolean {
    return this.#seek(isEscaped ? BACKSLASH : QUOTE, most) >= 0;
  }

  /** Steps over the symbol that comes next, and answers its instrument; undefined: none of this run. */
  protected instrument(layout: L): Instrument | undefined {
    const start = this.at;
    if (!this.skipText(layout, MAX_SYMBOL)) return undefined;
    return this.#symbols.findBytes(this.bytes, start, this.at);
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

  /** Takes a whole number of 1 to 15 digits into `value`. False: there is none. */
  protected whole(): boolean {
    const bytes = this.bytes;
    const view = this.#view;
    const start = this.at;
    let at = start;
    let value = 0;
    for (let four = 0; at - start < DOUBLE_DIGITS; at += 4) {
      four = fourDigits(view.getInt32(at, true));
      if (four < 0) break;
      value = value * 10_000 + four;
    }
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = (bytes[++at] as number) - ZERO;
    }
    const count = at - start;
    if (count === 0 || count > DOUBLE_DIGITS) return false;
    this.at = at;
    this.value[0] = value;
    return true;
  }

  /** The digits of bytes[start … end) as billions and the rest: each of them fits an int32. */
  #inTwo(start: number, end: number): number {
    const bytes = this.bytes;
    const split = end - INT32_DIGITS;
    let high = 0;
    for (let i = start; i < split; i++) high = (Math.imul(high, 10) + (bytes[i] as number) - ZERO) | 0;
    let low = 0;
    for (let i = split; i < end; i++) low = (Math.imul(low, 10) + (bytes[i] as number) - ZERO) | 0;
    return high * BILLION + low;
  }

  /**
   * Takes plain digits, with or without a point, into `value` as a count of 10^-decimals. Digits beyond the decimals must
   * be zeros. False: not for this lane.
   */
  protected units(decimals: number): boolean {
    // As `whole`, in place: a call for each number is felt.
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    let low = fourDigits(this.#view.getInt32(at, true));
    if (low >= 0) at += 4;
    else low = 0;
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      low = (Math.imul(low, 10) + digit) | 0;
      digit = (bytes[++at] as number) - ZERO;
    }
    const count = at - start;
    let whole: number = low;
    if (count > INT32_DIGITS) {
      if (count > DOUBLE_DIGITS) return false;
      whole = this.#inTwo(start, at);
    } else if (count === 0) return false;
    let part = 0;
    let places = 0;
    if (digit === POINT - ZERO) {
      const first = ++at;
      const high = fourDigits(this.#view.getInt32(first, true));
      const next = high < 0 ? -1 : fourDigits(this.#view.getInt32(first + 4, true));
      digit = next < 0 ? 0 : (bytes[first + EIGHT] as number) - ZERO;
      if (digit < 0 || digit > 9) {
        // Eight places: so most venues write most of their numbers, whatever the decimals of the pair are.
        part = high * 10_000 + next;
        places = EIGHT;
        at = first + EIGHT;
        if (decimals < EIGHT) {
          const step = POWERS[EIGHT - decimals] as number;
          const cut = (part / step) | 0;
          if (cut * step !== part) return false;
          part = cut;
          places = decimals;
        }
      } else {
        digit = (bytes[at] as number) - ZERO;
        while (digit >= 0 && digit <= 9) {
          part = (Math.imul(part, 10) + digit) | 0;
          digit = (bytes[++at] as number) - ZERO;
        }
        places = at - first;
        if (places === 0) return false;
        if (places > decimals) {
          part = this.#without(first + decimals, at, first);
          if (part < 0) return false;
          places = decimals;
        }
        if (places > INT32_DIGITS) return false;
      }
    }
    this.at = at;
    const units = whole * (POWERS[decimals] as number) + part * (POWERS[decimals - places] as number);
    this.value[0] = units;
    return units <= Number.MAX_SAFE_INTEGER;
  }

  /** The digits of bytes[first … cut) where only zeros stand in bytes[cut … end); −1 where another digit does. */
  #without(cut: number, end: number, first: number): number {
    const bytes = this.bytes;
    for (let i = cut; i < end; i++) if (bytes[i] !== ZERO) return -1;
    let part = 0;
    for (let i = first; i < cut; i++) part = (Math.imul(part, 10) + (bytes[i] as number) - ZERO) | 0;
    return part;
  }
}

/** A quote, in the escaped form with its backslash before it, is at `at`. */
function isQuote(bytes: Buffer, at: number, isEscaped: boolean): boolean {
  if (!isEscaped) return bytes[at] === QUOTE;
  return bytes[at] === BACKSLASH && bytes[at + 1] === QUOTE;
}

/** The number that the four bytes of a word write, the first of them lowest; −1 where one is no digit. */
function fourDigits(word: number): number {
  if ((word & HIGH_HALVES) !== ZEROS || ((word + SIX_EACH) & HIGH_HALVES) !== ZEROS) return -1;
  const digits = word & LOW_HALVES;
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff_00ff;
  return Math.imul(pairs & 0xff, 100) + (pairs >>> 16);
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

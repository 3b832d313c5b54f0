/** The lines of a market log: every field checked, every fault reported with its line, field, value and remedy. */
import { pairOfToday } from '../domain/asset-alias.ts';
import { createInstrument, type InstrumentSpec } from '../domain/instrument.ts';
import { isOtherUnit, isRecordedTime, otherUnitOf } from '../domain/epoch-unit.ts';
import { UserError } from '../domain/errors.ts';
import { MAX_LEVELS_PER_MESSAGE, NONE } from '../domain/market-data.ts';
import {
  type LogLevel,
  MARKET_LOG_FORMAT,
  MARKET_LOG_VERSION,
  type MarketLogEvent,
  type MarketLogHeader,
  type MarketLogRaw,
} from './market-log-types.ts';
import { logError, truncated } from './market-log-lines.ts';
import { parsePerpetualLine, parsePerpetuals } from './market-log-perpetuals.ts';
import { parseRules } from './market-log-rules.ts';
import {
  isObject,
  isPrice,
  isQuantity,
  isStatus,
  jsonObject,
  shown,
  STATUS_NAMES,
} from './market-log-values.ts';

/** Most instruments a header may list; the largest venue we know has about 3,000. */
const MAX_INSTRUMENTS = 20_000;

/** @throws UserError when the first line is not the header of a market log that this version reads. */
export function parseHeader(file: string, text: string, unterminated: boolean): MarketLogHeader {
  const fail = (code: string, field: string, value: unknown, message: string, remedy: string): UserError =>
    logError(file, 1, { code, field, value: shown(value), message, remedy });
  const raw = jsonObject(text);
  if (raw?.['format'] !== MARKET_LOG_FORMAT) {
    if (raw === undefined && unterminated && text.startsWith('{"format":"parallax')) throw truncated(file, 1);
    throw fail(
      'not-a-market-log',
      'format',
      raw?.['format'] ?? text,
      `is not "${MARKET_LOG_FORMAT}": this is not a market log`,
      'Give a market log that was recorded with "parallax record".',
    );
  }
  const { version, venue, instruments, sums, perpetuals } = raw;
  if (version !== MARKET_LOG_VERSION) {
    const newer = typeof version === 'number' && version > MARKET_LOG_VERSION;
    throw fail(
      newer ? 'newer-version' : 'bad-header',
      'version',
      version,
      newer
        ? `is newer: the log is version ${version}, this Parallax reads ${MARKET_LOG_VERSION}`
        : `is not a version: this Parallax reads ${MARKET_LOG_VERSION}`,
      newer ? 'Update Parallax.' : 'Record the log again.',
    );
  }
  if (typeof venue !== 'string' || !/^[a-z][a-z0-9_:-]{0,31}$/.test(venue)) {
    throw fail('bad-header', 'venue', venue, 'is not a venue', 'Write its lower-case name such as "kraken".');
  }
  if (sums !== undefined && sums !== 'crc32') {
    throw fail('bad-header', 'sums', sums, 'is not a known checksum', 'Write "crc32", or leave it out.');
  }
  const isEmpty = Array.isArray(instruments) && instruments.length === 0 && perpetuals === undefined;
  if (!Array.isArray(instruments) || isEmpty || instruments.length > MAX_INSTRUMENTS) {
    throw fail(
      'bad-header',
      'instruments',
      instruments,
      `is not a list of 1 to ${MAX_INSTRUMENTS} instruments`,
      'List what the log has events of.',
    );
  }
  return {
    format: MARKET_LOG_FORMAT,
    version: MARKET_LOG_VERSION,
    ...(sums === undefined ? {} : { sums }),
    venue,
    instruments: parseInstruments(file, venue, instruments),
    ...(perpetuals === undefined ? {} : { perpetuals: parsePerpetuals(file, perpetuals) }),
  };
}

function parseInstruments(file: string, venue: string, list: readonly unknown[]): InstrumentSpec[] {
  /** Symbols by their name of today: XBT/USD and BTC/USD are one pair, and one book. */
  const seen = new Map<string, string>();
  return list.map((raw, index) => {
    const at = `instruments[${index}]`;
    const spec = parseInstrument(file, at, raw);
    try {
      createInstrument(spec, index, venue);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code, field, value, message, remedy } = error.problem;
      throw logError(file, 1, {
        code,
        field: `${at} ${field ?? ''}`,
        ...(value === undefined ? {} : { value }),
        message,
        remedy: remedy ?? '',
      });
    }
    const pair = pairOfToday(spec.symbol);
    const before = seen.get(pair);
    if (before !== undefined) {
      const isSame = before === spec.symbol;
      throw logError(file, 1, {
        code: 'bad-header',
        field: `${at}.symbol`,
        value: spec.symbol,
        message: isSame ? 'is listed twice' : `is another name of ${before}, and both are listed`,
        remedy: 'List every instrument once.',
      });
    }
    seen.set(pair, spec.symbol);
    return spec;
  });
}

function parseInstrument(file: string, at: string, raw: unknown): InstrumentSpec {
  const bad = (field: string, value: unknown, remedy: string): UserError =>
    logError(file, 1, { code: 'bad-header', field, value: shown(value), message: 'is not valid', remedy });
  if (!isObject(raw)) throw bad(at, raw, 'Write an object with symbol, base, quote, tickSize and so on.');
  const text = (field: string): string => {
    const value = raw[field];
    if (typeof value !== 'string' || value.length === 0 || value.length > 64) {
      throw bad(`${at}.${field}`, value, 'Write text of 1 to 64 characters.');
    }
    return value;
  };
  const decimals = (field: string): number | undefined => {
    const value = raw[field];
    if (value === undefined || (Number.isInteger(value) && (value as number) >= 0))
      return value as number | undefined;
    throw bad(`${at}.${field}`, value, 'Write a whole number from 0 to 12, or leave it out.');
  };
  const fee = (field: string, leftOut: string): string | null | undefined => {
    const value = raw[field];
    if (value === undefined || value === null || isQuantity(value)) return value;
    const remedy = `Write a fraction such as "0.004" for 40 bps, null where it is not known, or leave it out ${leftOut}.`;
    throw bad(`${at}.${field}`, value, remedy);
  };
  const takerFee = fee('takerFee', 'where none is charged');
  const makerFee = fee('makerFee', 'where it is that of takers');
  const orderCost = fee('orderCost', 'where an order costs nothing besides');
  const { status } = raw;
  if (status !== undefined && !isStatus(status)) {
    throw bad(`${at}.status`, status, `Write one of ${STATUS_NAMES}, or leave it out.`);
  }
  return {
    symbol: text('symbol'),
    base: text('base'),
    quote: text('quote'),
    tickSize: text('tickSize'),
    lotSize: text('lotSize'),
    minQty: text('minQty'),
    minNotional: text('minNotional'),
    priceDecimals: decimals('priceDecimals'),
    qtyDecimals: decimals('qtyDecimals'),
    // In this format, left out is none, and null is not known: a session writes that of a pair it cannot trade.
    takerFee: takerFee === undefined ? '0' : takerFee,
    makerFee,
    orderCost: orderCost ?? undefined,
    status,
  };
}

/** `{"t":1700000000000000,"raw":"…"}`: how the writer lays out a frame. */
const RAW_HEAD = Buffer.from('{"t":');
const RAW_MIDDLE = Buffer.from(',"raw":"');
const RAW_TAIL = Buffer.from('"}');
/** A time of more digits lies beyond what a double counts exactly, or close to it. */
const MAX_TIME_DIGITS = 16;
const ZERO = 48;

/** A frame that stays in the bytes of the file until its text is asked for. */
class RawLine implements MarketLogRaw {
  readonly kind: 'raw';
  readonly line: number;
  readonly tUs: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly file: string;

  // Millions of them are made in a replay: nothing here but plain assignments.
  constructor(file: string, line: number, tUs: number, bytes: Buffer, start: number, end: number) {
    this.kind = 'raw';
    this.file = file;
    this.line = line;
    this.tUs = tUs;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  get frame(): string {
    const text = this.bytes.toString('utf8', this.start - 1, this.end + 1);
    try {
      return JSON.parse(text) as string;
    } catch {
      const remedy = 'Write the venue’s frame as a JSON string.';
      const fault = { code: 'bad-event', field: 'raw', message: 'is not text', remedy, value: text };
      throw logError(this.file, this.line, fault);
    }
  }
}

/** Parses the events of one log, in order: it remembers the time of the last one. */
export class MarketLogParser {
  readonly #file: string;
  readonly #specs: readonly InstrumentSpec[];
  readonly #instruments: ReadonlyMap<string, number>;
  readonly #perpetuals: ReadonlySet<string>;
  #lastUs = 0;
  #line = 0;

  constructor(file: string, header: MarketLogHeader) {
    this.#file = file;
    this.#specs = header.instruments;
    this.#instruments = new Map(header.instruments.map((spec, index) => [spec.symbol, index]));
    this.#perpetuals = new Set(header.perpetuals?.map(({ symbol }) => symbol));
  }

  /**
   * The event of the line bytes[start … end).
   * @param unterminated the line is the last one and has no line break: when it is not whole, the log breaks off.
   * @throws UserError with the code `truncated-log` in that case, with others for any other fault.
   */
  parseLine(bytes: Buffer, start: number, end: number, line: number, unterminated: boolean): MarketLogEvent {
    const raw = unterminated ? undefined : this.#rawLine(bytes, start, end, line);
    return raw ?? this.#parse(bytes.toString('utf8', start, end), line, unterminated);
  }

  /** A frame in the writer's own layout: nothing of the line is made into text. */
  #rawLine(bytes: Buffer, start: number, end: number, line: number): MarketLogRaw | undefined {
    if (!isAt(bytes, start, RAW_HEAD) || !isAt(bytes, end - RAW_TAIL.length, RAW_TAIL)) return undefined;
    let at = start + RAW_HEAD.length;
    const first = at;
    let tUs = 0;
    for (let digit = (bytes[at] as number) - ZERO; digit >= 0 && digit <= 9; ) {
      tUs = tUs * 10 + digit;
      digit = (bytes[++at] as number) - ZERO;
    }
    const digits = at - first;
    if (digits === 0 || digits > MAX_TIME_DIGITS || !isAt(bytes, at, RAW_MIDDLE)) return undefined;
    const from = at + RAW_MIDDLE.length;
    const to = end - RAW_TAIL.length;
    if (to < from) return undefined;
    this.#line = line;
    return new RawLine(this.#file, line, this.#time(tUs), bytes, from, to);
  }

  /** Any line, by way of JSON.parse. */
  #parse(text: string, line: number, unterminated: boolean): MarketLogEvent {
    this.#line = line;
    const raw = jsonObject(text);
    if (raw === undefined) {
      if (unterminated) throw truncated(this.#file, line);
      throw this.#bad('event', text, 'is not a JSON object', 'Write one event a line.');
    }
    const tUs = this.#time(raw['t']);
    const { raw: frame, k } = raw;
    if (frame !== undefined) {
      if (typeof frame !== 'string') {
        throw this.#bad('raw', frame, 'is not text', 'Write the venue’s frame as a JSON string.');
      }
      const bytes = Buffer.from(JSON.stringify(frame));
      return new RawLine(this.#file, line, tUs, bytes, 1, bytes.length - 1);
    }
    if (k === 'perpetual' || k === 'funding') {
      const perpetual = parsePerpetualLine(k, raw, this.#perpetuals, (...fault) => this.#bad(...fault));
      return { line, tUs, ...perpetual };
    }
    const symbol = raw['i'];
    const instrumentIndex = typeof symbol === 'string' ? this.#instruments.get(symbol) : undefined;
    if (instrumentIndex === undefined) {
      const remedy = 'Add it to the instruments of the header, or remove the line.';
      throw this.#bad('i', symbol, 'is not an instrument of this log', remedy);
    }
    const venueUs = this.#venueTime(raw['v']);
    const common = { line, tUs, symbol: symbol as string, instrumentIndex, venueUs };
    if (k === 'snapshot' || k === 'delta') {
      return {
        kind: k,
        ...common,
        bids: this.#levels('b', raw['b']),
        asks: this.#levels('a', raw['a']),
        seq: this.#sequence('seq', raw['seq']),
        prevSeq: this.#sequence('prev', raw['prev']),
      };
    }
    if (k === 'rules') {
      const rules = parseRules(raw, this.#specs[instrumentIndex] as InstrumentSpec, (...fault) =>
        this.#bad(...fault),
      );
      return { kind: k, line, tUs, symbol: symbol as string, instrumentIndex, ...rules };
    }
    if (k !== 'trade')
      throw this.#bad('k', k, 'is not a kind of event', 'Write snapshot, delta, trade or rules.');
    const { p: price, q: qty, side } = raw;
    if (side !== 'buy' && side !== 'sell')
      throw this.#bad('side', side, 'is not a side', 'Write buy or sell.');
    if (!isPrice(price)) throw this.#badNumber('p', price, true);
    if (!isPrice(qty)) throw this.#badNumber('q', qty, true);
    return { kind: 'trade', ...common, price, qty, side };
  }

  #time(t: unknown): number {
    if (typeof t !== 'number' || !Number.isSafeInteger(t) || t < 0) {
      throw this.#bad('t', t, `is not a time${otherUnitOf(t)}`, 'Write whole microseconds since 1970.');
    }
    if (isOtherUnit(t)) throw this.#otherUnit('t', t);
    if (t < this.#lastUs) {
      const message = `is before the event above it (${this.#lastUs}): time runs backwards`;
      throw this.#bad('t', t, message, 'Sort the events by t, or record the log again.');
    }
    this.#lastUs = t;
    return t;
  }

  /** The venue's own time of an event, where it has one. */
  #venueTime(v: unknown): number | undefined {
    if (v === undefined || isRecordedTime(v)) return v;
    throw this.#otherUnit('v', v);
  }

  #otherUnit(field: string, value: unknown): UserError {
    const message = `is outside the years 1971 to 2099 as microseconds${otherUnitOf(value)}`;
    return this.#bad(field, value, message, 'Write whole microseconds since 1970.');
  }

  #levels(side: 'b' | 'a', raw: unknown): readonly LogLevel[] {
    if (!Array.isArray(raw)) {
      throw this.#bad(
        side,
        raw,
        'is not a list of levels',
        'Write [["price","quantity"], …]; it may be empty.',
      );
    }
    if (raw.length > MAX_LEVELS_PER_MESSAGE) {
      const message = `has ${raw.length} levels, more than ${MAX_LEVELS_PER_MESSAGE}`;
      throw this.#bad(side, undefined, message, 'Split it into several events.');
    }
    for (let index = 0; index < raw.length; index++) {
      const level: unknown = raw[index];
      if (!Array.isArray(level) || level.length !== 2) {
        throw this.#bad(`${side}[${index}]`, level, 'is not a level', 'Write ["price","quantity"].');
      }
      if (!isPrice(level[0])) throw this.#badNumber(`${side}[${index}] price`, level[0], true);
      if (!isQuantity(level[1])) throw this.#badNumber(`${side}[${index}] quantity`, level[1], false);
    }
    return raw as LogLevel[];
  }

  #sequence(field: string, value: unknown): number {
    if (value === undefined) return NONE;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#bad(field, value, 'is not a sequence number', 'Write a whole number, or leave it out.');
  }

  #badNumber(field: string, value: unknown, aboveZero: boolean): UserError {
    const what = aboveZero ? 'a decimal above zero' : 'a decimal of zero or more';
    return this.#bad(field, value, `is not ${what}`, 'Write plain digits as text, such as "0.25".');
  }

  #bad(field: string, value: unknown, message: string, remedy: string): UserError {
    const fault = { code: 'bad-event', field, message, remedy };
    return logError(this.#file, this.#line, { ...fault, value: shown(value) });
  }
}

function isAt(bytes: Buffer, at: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}

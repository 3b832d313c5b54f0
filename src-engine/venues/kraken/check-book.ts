/**
 * Checks a recording of Kraken's book channel: rebuilds every book and compares every checksum. What the
 * command line's `check-book` prints.
 */
import { BookSync } from '../../books/book-sync.ts';
import { bookChecksum } from '../../books/checksum.ts';
import { OrderBook } from '../../books/order-book.ts';
import { UserError } from '../../domain/errors.ts';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import { NONE } from '../../domain/market-data.ts';
import type { Frame } from './frame.ts';
import { inferBookShape } from './infer-shape.ts';
import { KRAKEN } from './market-decoder.ts';
import { KrakenParser } from './parse.ts';
import { SymbolIndex } from './symbol-index.ts';

export type BookCheck = {
  /** Frames read, of any channel. */
  frames: number;
  /** Book messages whose checksum was computed and compared: matched + mismatched. */
  checksums: number;
  matched: number;
  mismatched: number;
  /** Times that a live feed would have asked for a fresh snapshot: after a mismatch or an unreadable book. */
  resubscribes: number;
  /** Updates left out while their book waited for that snapshot. */
  skipped: number;
  symbols: string[];
  firstMismatch?: { line: number; symbol: string; expected: number; computed: number };
};

/** Longest line that is read; the largest frame, all instruments, has about 1 MB. */
const MAX_LINE = 32 * 1024 * 1024;
const DEFAULT_DEPTH = 10;

/**
 * Reads lines of any of three forms: `{"recv_ns","raw"}`, the market log's `{"t","raw"}`, or bare frames. The
 * decimals of a symbol come from an instrument frame, else from the digits of its snapshot; the depth from the
 * subscription's acknowledgement, else from the size of the snapshot. After a mismatch the book waits for its
 * next snapshot. @throws UserError naming the line that cannot be read.
 */
export async function checkBook(lines: AsyncIterable<string> | Iterable<string>): Promise<BookCheck> {
  const checker = new BookChecker();
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() !== '') checker.read(text, line);
  }
  return checker.finish(line);
}

class BookChecker {
  readonly #result: BookCheck = {
    frames: 0,
    checksums: 0,
    matched: 0,
    mismatched: 0,
    resubscribes: 0,
    skipped: 0,
    symbols: [],
  };
  readonly #symbols = new SymbolIndex();
  readonly #parser = new KrakenParser(this.#symbols);
  readonly #instruments: Instrument[] = [];
  readonly #syncs: BookSync[] = [];
  readonly #decimals = new Map<string, readonly [price: number, qty: number]>();
  readonly #depths = new Map<string, number>();

  read(text: string, line: number): void {
    const raw = frameOf(text, line);
    if (raw === undefined) return;
    this.#result.frames++;
    let frame = this.#parser.parse(Buffer.from(raw), 0);
    if (frame.kind === 'error' && frame.code === 'unknown-symbol') {
      if (!this.#learn(raw)) return;
      frame = this.#parser.parse(Buffer.from(raw), 0);
    }
    this.#take(frame, line);
  }

  finish(lines: number): BookCheck {
    if (this.#result.checksums > 0) return this.#result;
    throw new UserError({
      code: 'no-checksums',
      field: 'FILE',
      message: `holds no Kraken book message with a checksum in its ${lines} lines`,
      remedy: 'Give a recording of WebSocket v2 book frames.',
    });
  }

  #take(frame: Frame, line: number): void {
    switch (frame.kind) {
      case 'book':
        this.#book(line);
        break;
      case 'ack':
        if (frame.channel === 'book' && frame.depth > 0) this.#depths.set(frame.symbol, frame.depth);
        break;
      case 'instruments':
        for (const pair of frame.pairs) {
          this.#decimals.set(pair.symbol, [pair.priceDecimals, pair.qtyDecimals]);
        }
        break;
      case 'error': {
        if (frame.code === 'bad-layout' || frame.code === 'bad-number') throw badLine(line, frame.detail);
        const sync = frame.instrumentId === undefined ? undefined : this.#syncs[frame.instrumentId];
        if (sync?.desync(frame.detail) === true) this.#result.resubscribes++;
        break;
      }
      case 'trades':
      case 'heartbeat':
      case 'pong':
      case 'status':
      case 'other':
        break;
    }
  }

  #book(line: number): void {
    const { update } = this.#parser;
    const sync = this.#syncs[update.instrumentId];
    const instrument = this.#instruments[update.instrumentId];
    if (sync === undefined || instrument === undefined) return;
    const result = this.#result;
    const outcome = sync.apply(update);
    if (outcome === 'ignored') {
      result.skipped++;
      return;
    }
    if (update.checksum === NONE) return;
    result.checksums++;
    if (outcome === 'applied') {
      result.matched++;
      return;
    }
    result.mismatched++;
    result.resubscribes++;
    result.firstMismatch ??= {
      line,
      symbol: instrument.symbol,
      expected: update.checksum,
      computed: bookChecksum(sync.book),
    };
  }

  /** Makes a book for the symbol of this frame if it is a snapshot; deltas before one are skipped. */
  #learn(raw: string): boolean {
    const shape = inferBookShape(raw);
    if (shape === undefined) return false;
    if (!shape.isSnapshot) {
      this.#result.skipped++;
      return false;
    }
    const [priceDecimals, qtyDecimals] = this.#decimals.get(shape.symbol) ?? [
      shape.priceDecimals,
      shape.qtyDecimals,
    ];
    const [base = shape.symbol, quote = ''] = shape.symbol.split('/');
    const spec = { symbol: shape.symbol, base, quote, priceDecimals, qtyDecimals };
    const grid = { tickSize: '1', lotSize: '1', minQty: '0', minNotional: '0' };
    const instrument = createInstrument({ ...spec, ...grid }, this.#instruments.length, KRAKEN);
    this.#instruments.push(instrument);
    this.#symbols.add(instrument);
    const depth = this.#depths.get(shape.symbol) ?? shape.depth ?? DEFAULT_DEPTH;
    this.#syncs.push(new BookSync(new OrderBook(depth)));
    this.#result.symbols.push(shape.symbol);
    return true;
  }
}

/** The frame that a line holds; undefined for the header of a market log. */
function frameOf(text: string, line: number): string | undefined {
  if (text.length > MAX_LINE) throw badLine(line, `longer than ${MAX_LINE} characters`);
  if (text.startsWith('{"channel"')) return text;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badLine(line, error instanceof Error ? error.message : 'not JSON');
  }
  if (typeof json !== 'object' || json === null) throw badLine(line, 'not a JSON object');
  if ('raw' in json) {
    if (typeof json.raw === 'string') return json.raw;
    throw badLine(line, '"raw" is no text');
  }
  if ('format' in json) {
    if (!('venue' in json) || json.venue === KRAKEN) return undefined;
    throw new UserError({
      code: 'wrong-venue',
      field: `line ${line}: venue`,
      value: String(json.venue),
      message: 'is not Kraken',
      remedy: 'Only Kraken’s books carry this checksum; give a recording of Kraken.',
    });
  }
  if ('channel' in json || 'method' in json) return text;
  throw badLine(line, 'neither a Kraken frame nor a line with "raw"');
}

function badLine(line: number, detail: string): UserError {
  return new UserError({
    code: 'bad-line',
    field: `line ${line}`,
    message: `cannot be read: ${detail}`,
    remedy: 'The file may have been cut off; record it again or remove the line.',
  });
}

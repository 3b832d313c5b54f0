/** Checks a recording of Kraken's book channel: rebuilds every book and compares every checksum. */
import { BookSync } from '../../books/book-sync.ts';
import { OrderBook } from '../../books/order-book.ts';
import { fromUnits } from '../../domain/decimal.ts';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import { NONE } from '../../domain/market-data.ts';
import { badLine, readCaptureLine } from '../capture/capture-record.ts';
import {
  type BookReport,
  type CaptureCheck,
  type CheckReport,
  type Fault,
  TOP_LEVELS,
} from '../capture/check-report.ts';
import { LeftOut } from '../capture/left-out.ts';
import { type PlainLevel, plainLevel } from '../capture/plain-decimal.ts';
import { WholeBook } from '../capture/whole-book.ts';
import { ChecksumVerifier } from './book-checksum.ts';
import type { Frame } from './frame.ts';
import { inferBookShape } from './infer-shape.ts';
import { KRAKEN } from './market-decoder.ts';
import { KrakenParser } from './parse.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';

const DEFAULT_DEPTH = 10;

type Checked = {
  readonly instrument: Instrument;
  readonly sync: BookSync;
  snapshots: number;
  updates: number;
  applied: number;
  matched: number;
  mismatched: number;
};

/**
 * Reads book frames through the engine's own parser and books. The decimals of a symbol come from an instrument frame,
 * else from the digits of its snapshot; the depth from the subscription's acknowledgement, else from the size of the
 * snapshot. After a mismatch the book waits for its next snapshot.
 */
export class KrakenCaptureCheck implements CaptureCheck {
  readonly #symbols = new SymbolIndex();
  readonly #parser = new KrakenParser(this.#symbols);
  /** By the dense id of their instrument. */
  readonly #books: Checked[] = [];
  readonly #decimals = new Map<string, readonly [price: number, qty: number]>();
  readonly #depths = new Map<string, number>();
  readonly #leftOut = new LeftOut();
  #frames = 0;
  #resyncs = 0;
  #firstFault: Fault | null = null;

  read(text: string, line: number): void {
    this.#leftOut.attempt(() => this.#line(text, line));
  }

  #line(text: string, line: number): void {
    const record = readCaptureLine(text, line, [KRAKEN]);
    if (record.kind !== 'received') return;
    this.#frames++;
    let frame = this.#parser.parse(Buffer.from(record.text), 0);
    if (frame.kind === 'error' && frame.code === 'unknown-symbol') {
      if (!this.#learn(record.text)) return;
      frame = this.#parser.parse(Buffer.from(record.text), 0);
    }
    if (frame.kind === 'other' && !/"(channel|method)"/.test(record.text)) {
      throw badLine(line, 'it is not a frame of Kraken’s WebSocket v2');
    }
    this.#take(frame, line);
  }

  finish(): CheckReport {
    const sum = (of: (book: Checked) => number): number =>
      this.#books.reduce((total, book) => total + of(book), 0);
    return {
      venue: KRAKEN,
      frames: this.#frames,
      gaps: sum((book) => book.sync.gaps),
      stale: 0,
      matched: sum((book) => book.matched),
      mismatched: sum((book) => book.mismatched),
      resyncs: this.#resyncs,
      firstFault: this.#firstFault,
      integrity: 'checksum',
      ...this.#leftOut.report,
      books: Object.fromEntries(this.#books.map((book) => [book.instrument.symbol, reportOf(book)])),
    };
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
        const book = frame.instrumentId === undefined ? undefined : this.#books[frame.instrumentId];
        if (book?.sync.desync(frame.detail) === true) this.#fault(line, book, 'unreadable', frame.detail);
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
    const book = this.#books[update.instrumentId];
    if (book === undefined) return;
    if (!update.isSnapshot) book.updates++;
    const outcome = book.sync.apply(update);
    if (outcome === 'ignored') return;
    if (update.isSnapshot) book.snapshots++;
    if (outcome === 'applied') {
      if (!update.isSnapshot) book.applied++;
      if (update.checksum !== NONE) book.matched++;
      return;
    }
    book.mismatched++;
    this.#fault(line, book, 'mismatch', book.sync.reason.replace(/^checksum mismatch: /, 'checksum '));
  }

  /** A live feed would ask for a fresh snapshot now. */
  #fault(line: number, book: Checked, kind: Fault['kind'], detail: string): void {
    this.#resyncs++;
    this.#firstFault ??= { line, symbol: book.instrument.symbol, kind, detail };
  }

  /** Makes a book for the symbol of this frame if it is a snapshot; deltas before one are counted and left out. */
  #learn(raw: string): boolean {
    const shape = inferBookShape(raw);
    if (shape === undefined) return false;
    if (!shape.isSnapshot) {
      this.#leftOut.other(`change of ${shape.symbol} before its first snapshot`);
      return false;
    }
    const [priceDecimals, qtyDecimals] = this.#decimals.get(shape.symbol) ?? [
      shape.priceDecimals,
      shape.qtyDecimals,
    ];
    const [base = shape.symbol, quote = ''] = shape.symbol.split('/');
    const spec = { symbol: shape.symbol, base, quote, priceDecimals, qtyDecimals };
    const grid = { tickSize: '1', lotSize: '1', minQty: '0', minNotional: '0' };
    const instrument = createInstrument({ ...spec, ...grid }, this.#books.length, KRAKEN);
    this.#symbols.add(instrument);
    const depth = this.#depths.get(shape.symbol) ?? shape.depth ?? DEFAULT_DEPTH;
    const sync = new BookSync(new OrderBook(depth), new ChecksumVerifier());
    this.#books.push({ instrument, sync, snapshots: 0, updates: 0, applied: 0, matched: 0, mismatched: 0 });
    return true;
  }
}

function reportOf({ instrument, sync, ...counts }: Checked): BookReport {
  const { priceDecimals, qtyDecimals } = instrument;
  const { book } = sync;
  const level = (price: number, qty: number): PlainLevel => [
    fromUnits(price, priceDecimals).toFixed(),
    fromUnits(qty, qtyDecimals).toFixed(),
  ];
  const whole = new WholeBook();
  whole.replace(
    Array.from(book.bidPrices.subarray(0, book.bidCount), (price, i) => level(price, book.bidQtys[i] ?? 0)),
    Array.from(book.askPrices.subarray(0, book.askCount), (price, i) => level(price, book.askQtys[i] ?? 0)),
  );
  const { bids, asks } = whole;
  return {
    state: sync.state === 'live' ? 'live' : 'waiting',
    isPartial: false,
    ...counts,
    stale: 0,
    gaps: sync.gaps,
    removedUnknown: null,
    bid: bids.best === undefined ? null : plainLevel(bids.best),
    ask: asks.best === undefined ? null : plainLevel(asks.best),
    levels: [bids.levels.length, asks.levels.length],
    top5: {
      bids: bids.levels.slice(0, TOP_LEVELS).map(plainLevel),
      asks: asks.levels.slice(0, TOP_LEVELS).map(plainLevel),
    },
    sha256: whole.sha256(),
  };
}

/** The columns of a tape while they grow. */
import { UserError } from '../../domain/errors.ts';
import type { InstrumentId } from '../../domain/ids.ts';
import { type BookUpdate, NONE, type TradePrint } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import {
  COLUMN_NAMES,
  COLUMN_TYPES,
  type ColumnName,
  MAX_TAPE_EVENTS,
  type RareEvent,
  TAPE_ALIVE,
  TAPE_BUY,
  TAPE_DELTA,
  TAPE_RARE,
  TAPE_SELL,
  TAPE_SNAPSHOT,
  TAPE_TIME,
  TAPE_TOUCH,
} from './tape-format.ts';

type Values = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** One column: an array that doubles when it is full. */
class Column {
  #values: Values;
  length = 0;
  readonly #name: ColumnName;

  constructor(name: ColumnName) {
    this.#name = name;
    this.#values = new COLUMN_TYPES[name](1_024);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new COLUMN_TYPES[this.#name](this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** What was pushed, as bytes. */
  bytes(): Uint8Array {
    return new Uint8Array(
      this.#values.buffer,
      this.#values.byteOffset,
      this.length * this.#values.BYTES_PER_ELEMENT,
    );
  }
}

export class TapeBuilder {
  readonly rare: RareEvent[] = [];
  firstUs: TimeUs = 0;
  lastUs: TimeUs = 0;
  #hasSequence = false;
  readonly #columns = Object.fromEntries(COLUMN_NAMES.map((name) => [name, new Column(name)])) as Record<
    ColumnName,
    Column
  >;

  get events(): number {
    return this.#columns.kinds.length;
  }

  /** @param isFaulty its checksum did not match the book. */
  book(update: BookUpdate, isFaulty: boolean): void {
    const columns = this.#columns;
    const { bidCount, askCount, seq, prevSeq, checksum } = update;
    if (isFaulty) {
      columns.faultEvents.push(this.events);
      columns.faultChecksums.push(checksum);
    }
    const kind = update.isTouch ? TAPE_TOUCH : update.isSnapshot ? TAPE_SNAPSHOT : TAPE_DELTA;
    this.#event(kind, update.instrumentId, update.receivedUs, update.venueUs, bidCount, askCount);
    for (let i = 0; i < bidCount; i++)
      this.#level(update.bidPrices[i] as number, update.bidQtys[i] as number);
    for (let i = 0; i < askCount; i++)
      this.#level(update.askPrices[i] as number, update.askQtys[i] as number);
    this.#sequence(seq, prevSeq);
  }

  trade({ side, instrumentId, receivedUs, venueUs, price, qty }: TradePrint): void {
    this.#event(side === 'buy' ? TAPE_BUY : TAPE_SELL, instrumentId, receivedUs, venueUs, 0, 0);
    this.#level(price, qty);
    this.#sequence(NONE, NONE);
  }

  /** @param venue index into the venues of the head. */
  alive(venue: number, atUs: TimeUs): void {
    this.#event(TAPE_ALIVE, venue, atUs, 0, 0, 0);
    this.#sequence(NONE, NONE);
  }

  time(atUs: TimeUs): void {
    this.#event(TAPE_TIME, 0, atUs, 0, 0, 0);
    this.#sequence(NONE, NONE);
  }

  add(rare: RareEvent, atUs: TimeUs): void {
    this.#event(TAPE_RARE, this.rare.length, atUs, 0, 0, 0);
    this.rare.push(rare);
    this.#sequence(NONE, NONE);
  }

  /** All columns as bytes, those of sequence numbers empty when there are none. */
  columns(): Readonly<Record<ColumnName, Uint8Array>> {
    const all = Object.fromEntries(COLUMN_NAMES.map((name) => [name, this.#columns[name].bytes()])) as Record<
      ColumnName,
      Uint8Array
    >;
    const none = new Uint8Array(0);
    return this.#hasSequence ? all : { ...all, seqs: none, prevSeqs: none };
  }

  #event(
    kind: number,
    target: InstrumentId,
    atUs: TimeUs,
    venueUs: TimeUs,
    bids: number,
    asks: number,
  ): void {
    if (this.events >= MAX_TAPE_EVENTS) {
      throw new UserError({
        code: 'tape-too-long',
        field: 'market logs',
        value: String(MAX_TAPE_EVENTS),
        message: 'is the most events that one tape holds',
        remedy: 'Make a tape of fewer logs.',
      });
    }
    if (this.events === 0) this.firstUs = atUs;
    this.lastUs = atUs;
    const columns = this.#columns;
    columns.kinds.push(kind);
    columns.targets.push(target);
    columns.times.push(atUs);
    columns.venueTimes.push(venueUs);
    columns.bidCounts.push(bids);
    columns.askCounts.push(asks);
  }

  #level(price: number, qty: number): void {
    this.#columns.prices.push(price);
    this.#columns.qtys.push(qty);
  }

  #sequence(seq: number, prevSeq: number): void {
    this.#hasSequence ||= seq !== NONE || prevSeq !== NONE;
    this.#columns.seqs.push(seq);
    this.#columns.prevSeqs.push(prevSeq);
  }
}

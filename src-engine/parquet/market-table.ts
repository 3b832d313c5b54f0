/**
 * A recording as a table: what the feed gave, one row a level. Frames of a venue are decoded as in a replay, so that the rows need no
 * knowledge of its protocol. `event` is the number of the message: rows of one message share it.
 */
import { LogSource } from '../backtest/log-source.ts';
import { type Instrument, specOf } from '../domain/instrument.ts';
import type { InstrumentId } from '../domain/ids.ts';
import { type BookUpdate, NONE } from '../domain/market-data.ts';
import { rulesFields } from '../storage/market-log-rules.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import { SCALE } from './decimal-units.ts';
import type { ExportPlace } from './export-place.ts';
import { PartitionedTable, type TableCounts } from './partitions.ts';
import type { TableFormat } from './table-format.ts';
import type { Column, Row } from './table-rows.ts';

export const MARKET_FORMAT = 'parallax-market';
export const MARKET_VERSION = 1;

/** `snapshot`: the whole book. `delta`: changed levels, of which a quantity of 0 removes one. `touch`: the best level a side of a faster stream. */
export const BOOK_KINDS = ['snapshot', 'delta', 'touch'] as const;
/** `lost`: this book is no longer the venue's; `feed`: the connection, `rules`: steps, minimums, fee or status of an instrument. */
export const MARKET_KINDS = [...BOOK_KINDS, 'trade', 'rules', 'lost', 'feed'] as const;
export type MarketKind = (typeof MARKET_KINDS)[number];

export const MARKET_COLUMNS: readonly Column[] = [
  { name: 'received_at', type: 'time' },
  { name: 'venue_at', type: 'time' },
  { name: 'event', type: 'integer' },
  { name: 'kind', type: 'text' },
  { name: 'symbol', type: 'text' },
  { name: 'side', type: 'text' },
  { name: 'price', type: 'decimal' },
  { name: 'qty', type: 'decimal' },
  { name: 'seq', type: 'integer' },
  { name: 'prev_seq', type: 'integer' },
  { name: 'detail', type: 'json' },
];

export type MarketCounts = TableCounts & {
  readonly events: number;
  /** Frames that the venue's adapter could not read, and what was wrong with the first. */
  readonly unreadableFrames: number;
  readonly firstFault: string;
};

/** @param logs market logs, and folders of them. @throws UserError for a log at fault, or the operating system's error. */
export async function exportMarket(
  logs: readonly string[],
  place: ExportPlace,
  format: TableFormat,
): Promise<MarketCounts> {
  const source = await LogSource.open({ logs, allowUnfinished: true, overrides: {} });
  const { instruments } = source;
  const about = (venue: string): object => ({
    format: MARKET_FORMAT,
    version: MARKET_VERSION,
    venue,
    instruments: instruments.filter((one) => one.venue === venue).map(specOf),
  });
  const table = new PartitionedTable(place, format, { name: 'market', columns: MARKET_COLUMNS, about });
  try {
    const rows = new MarketRows(table, instruments);
    const { unreadableFrames, firstFault } = await source.play(
      rows.sink,
      () => undefined,
      () => table.settle(),
    );
    return { ...table.finish(), events: rows.events, unreadableFrames, firstFault };
  } catch (error) {
    table.abandon();
    throw error;
  } finally {
    await source.close();
  }
}

/** A unit of the instrument's books in units of 10^-18. */
type Scales = { readonly price: bigint; readonly qty: bigint };

class MarketRows {
  readonly #table: PartitionedTable;
  readonly #instruments: readonly Instrument[];
  readonly #scales: readonly Scales[];
  events = 0;

  constructor(table: PartitionedTable, instruments: readonly Instrument[]) {
    this.#table = table;
    this.#instruments = instruments;
    this.#scales = instruments.map(({ priceDecimals, qtyDecimals }) => ({
      price: 10n ** BigInt(SCALE - priceDecimals),
      qty: 10n ** BigInt(SCALE - qtyDecimals),
    }));
  }

  get sink(): MarketSink {
    return {
      onBook: (update) => this.#book(update),
      onTrade: ({ instrumentId, price, qty, side, venueUs, receivedUs }) => {
        const scales = this.#scales[instrumentId] as Scales;
        const level = { side, price: BigInt(price) * scales.price, qty: BigInt(qty) * scales.qty };
        this.#of(instrumentId, 'trade', receivedUs, { ...level, venue_at: venueUs === 0 ? null : venueUs });
      },
      onFeed: ({ venue, state, venueStatus, reason, atUs }) =>
        this.#add(venue, 'feed', atUs, { detail: JSON.stringify({ state, venueStatus, reason }) }),
      onBookLost: (id, reason, atUs) => this.#of(id, 'lost', atUs, { detail: JSON.stringify({ reason }) }),
      onInstrumentStatus: (id, status, atUs) =>
        this.#rules(id, atUs, { change: undefined, status, stopped: undefined }),
      onInstrumentChange: (id, change, atUs) =>
        this.#rules(id, atUs, { change, status: undefined, stopped: undefined }),
      onInstrumentStopped: (id, stopped, atUs) =>
        this.#rules(id, atUs, { change: undefined, status: undefined, stopped }),
      // Signs of life: rows of the market say as much.
      onAlive: () => undefined,
      onRaw: () => undefined,
    };
  }

  #rules(id: InstrumentId, atUs: number, rules: Parameters<typeof rulesFields>[0]): void {
    this.#of(id, 'rules', atUs, { detail: JSON.stringify(rulesFields(rules)) });
  }

  #book(update: BookUpdate): void {
    const { instrumentId, receivedUs, venueUs, seq, prevSeq, bidCount, askCount } = update;
    const { venue, symbol } = this.#instruments[instrumentId] as Instrument;
    const scales = this.#scales[instrumentId] as Scales;
    const same: Row = {
      received_at: receivedUs,
      venue_at: venueUs === 0 ? null : venueUs,
      event: (this.events += 1),
      kind: update.isTouch ? 'touch' : update.isSnapshot ? 'snapshot' : 'delta',
      symbol,
      seq: seq === NONE ? null : seq,
      prev_seq: prevSeq === NONE ? null : prevSeq,
    };
    const add = (side: string, price: number, qty: number): void =>
      this.#table.add(venue, receivedUs, {
        ...same,
        side,
        price: BigInt(price) * scales.price,
        qty: BigInt(qty) * scales.qty,
      });
    for (let n = 0; n < bidCount; n++) add('bid', update.bidPrices[n] as number, update.bidQtys[n] as number);
    for (let n = 0; n < askCount; n++) add('ask', update.askPrices[n] as number, update.askQtys[n] as number);
    // A message without levels is one all the same: an empty book, or a number in its sequence.
    if (bidCount + askCount === 0) this.#table.add(venue, receivedUs, same);
  }

  #of(id: InstrumentId, kind: MarketKind, atUs: number, row: Row): void {
    const { venue, symbol } = this.#instruments[id] as Instrument;
    this.#add(venue, kind, atUs, { symbol, ...row });
  }

  #add(venue: string, kind: MarketKind, atUs: number, row: Row): void {
    this.events += 1;
    this.#table.add(venue, atUs, { received_at: atUs, event: this.events, kind, ...row });
  }
}

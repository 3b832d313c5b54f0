/** What the rows of a CSV file say, in the order of their times: books, quotes, trades, bars. */
import type { DecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { MAX_LEVELS_PER_MESSAGE } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { LogLevel } from '../../storage/market-log-types.ts';
import { isAbove } from './csv-number.ts';
import type { CsvPlan } from './csv-plan.ts';
import { CsvRow, type CsvTally } from './csv-row.ts';
import { csvRecords } from './csv-table.ts';
import { TimeReader } from './csv-time.ts';

export type CsvEntry = {
  readonly row: CsvRow;
  /** When it arrived; of a bar: when it begins. */
  readonly atUs: TimeUs;
  /** When the venue says it happened; 0 where the file does not say. */
  readonly venueUs: TimeUs;
  /** Of a bar: when it ends, where the file says so. */
  readonly endUs?: TimeUs | undefined;
  readonly isSnapshot: boolean;
  readonly bids: readonly LogLevel[];
  readonly asks: readonly LogLevel[];
  /** Of a bar: its volume at its close; the quantity may be zero. */
  readonly trade?: { readonly price: DecimalText; readonly qty: DecimalText; readonly side: 'buy' | 'sell' };
  /** Of a bar, besides its close. An import trades at none of them. */
  readonly bar?: { readonly open: DecimalText; readonly high: DecimalText; readonly low: DecimalText };
};

/** A file that runs backwards is held in memory to be turned round. */
const MAX_TURNED_ROWS = 3_000_000;

/**
 * All entries, some thousands at a time.
 * @param reader of the file's times; a new one for each reading. @param tally a new one for each reading.
 * @throws UserError at the first row at fault, unless rows at fault are to be left out.
 */
export async function* entriesOf(
  plan: CsvPlan,
  reader: TimeReader,
  tally: CsvTally,
): AsyncGenerator<readonly CsvEntry[]> {
  const inOrder = new RowOrder(plan, tally);
  if (!plan.isDescending) {
    for await (const batch of unordered(plan, reader, tally))
      yield batch.filter((entry) => inOrder.takes(entry));
    return;
  }
  const all: CsvEntry[] = [];
  for await (const batch of unordered(plan, reader, tally)) {
    for (const entry of batch) all.push(entry);
    if (all.length > MAX_TURNED_ROWS) {
      throw new UserError({
        code: 'bad-csv',
        field: plan.file.path,
        message: `has its newest row first, and more than ${MAX_TURNED_ROWS} rows to reverse`,
        remedy: 'Sort it by time, the oldest row first.',
      });
    }
  }
  yield all.reverse().filter((entry) => inOrder.takes(entry));
}

async function* unordered(
  plan: CsvPlan,
  reader: TimeReader,
  tally: CsvTally,
): AsyncGenerator<readonly CsvEntry[]> {
  const { shape, filters, options } = plan;
  const read = plan.kind === 'books' ? new BookRows(plan, reader, tally) : new PlainRows(plan, reader, tally);
  for await (const records of csvRecords(plan.file, shape.separator)) {
    const entries: CsvEntry[] = [];
    tally.batch(records.length);
    for (const record of records) {
      if (shape.firstLine === 0 || record.line < shape.firstLine) continue;
      if (filters.some(({ place, value }) => (record.fields[place] ?? '').trim() !== value)) continue;
      tally.rows++;
      const row = new CsvRow(plan, tally, record);
      try {
        row.demandFields();
        const entry = read.take(row);
        if (entry !== undefined) entries.push(entry);
      } catch (error) {
        if (options.skipBad !== true || !(error instanceof UserError)) throw error;
        tally.skip(error);
      }
    }
    if (entries.length > 0) yield entries;
  }
  const rest = read.rest();
  if (rest !== undefined) yield [rest];
}

/** Rows of which each is an entry. */
class PlainRows {
  readonly #plan: CsvPlan;
  readonly #reader: TimeReader;
  readonly #tally: CsvTally;
  #bid = '';
  #ask = '';

  constructor(plan: CsvPlan, reader: TimeReader, tally: CsvTally) {
    this.#plan = plan;
    this.#reader = reader;
    this.#tally = tally;
  }

  take(row: CsvRow): CsvEntry | undefined {
    const atUs = row.time('time', this.#reader);
    const venueUs =
      row.has('venueTime') && row.text('venueTime') !== '' ? row.time('venueTime', this.#reader) : 0;
    const common = { row, atUs, venueUs, isSnapshot: true };
    if (this.#plan.kind === 'bars') return { ...common, ...this.#bar(row, atUs) };
    if (this.#plan.kind === 'trades') return { ...common, bids: [], asks: [], trade: this.#trade(row) };
    const quote = this.#quote(row);
    return quote === undefined ? undefined : { ...common, ...quote };
  }

  rest(): undefined {
    return undefined;
  }

  #quote(row: CsvRow): { bids: LogLevel[]; asks: LogLevel[] } | undefined {
    const carries = this.#plan.layout?.carries === true;
    const price = (role: 'bid' | 'ask', before: string): string =>
      carries && row.text(role) === '' ? before : row.price(role, role === 'bid' ? 'down' : 'up');
    this.#bid = price('bid', this.#bid);
    this.#ask = price('ask', this.#ask);
    const [bid, ask] = [this.#bid, this.#ask];
    if (bid === '' || ask === '') {
      this.#tally.early++;
      return undefined;
    }
    if (!isAbove(ask, bid)) throw row.fault('bid', `is not below the ask (${ask})`);
    return { bids: [[bid, this.#size(row, 'bidSize')]], asks: [[ask, this.#size(row, 'askSize')]] };
  }

  #size(row: CsvRow, role: 'bidSize' | 'askSize'): DecimalText {
    if (row.has(role)) return row.quantity(role, 'above zero');
    const { depth } = this.#plan.options;
    if (depth !== undefined) return depth;
    throw missing('--depth', 'is needed: the file has no sizes of its quotes', '--depth 0.5');
  }

  /** Its high and low are checked, and not traded at. */
  #bar(row: CsvRow, atUs: TimeUs) {
    const price = (role: 'open' | 'high' | 'low' | 'close'): DecimalText => row.price(role, 'down');
    const [open, high, low, close] = [price('open'), price('high'), price('low'), price('close')];
    for (const [role, value] of [
      ['open', open],
      ['close', close],
    ] as const) {
      if (isAbove(value, high)) throw row.fault(role, `is above the high (${high})`);
      if (isAbove(low, value)) throw row.fault(role, `is below the low (${low})`);
    }
    const qty = row.has('volume') ? row.quantity('volume', 'zero') : '0';
    let endUs: TimeUs | undefined;
    if (row.has('end')) {
      const stated = row.time('end', this.#reader);
      // 12:00:59.999 is the last millisecond of a bar that ends at 12:01:00.
      const behindUs = US_PER_SECOND - (stated % US_PER_SECOND);
      endUs = behindUs <= US_PER_MS ? stated + behindUs : stated;
      const startsThen = this.#plan.places.get('end') === this.#plan.places.get('time');
      if (startsThen ? endUs < atUs : endUs <= atUs)
        throw row.fault('end', 'is not after the start of the bar');
    }
    const trade = { price: close, qty, side: 'buy' as const };
    return { endUs, bids: [], asks: [], trade, bar: { open, high, low } };
  }

  #trade(row: CsvRow): NonNullable<CsvEntry['trade']> {
    const price = row.price('price', 'down');
    return { price, qty: row.quantity('qty', 'above zero'), side: this.#side(row) };
  }

  /** The taker's. */
  #side(row: CsvRow): 'buy' | 'sell' {
    const role = row.has('buyerIsMaker') ? 'buyerIsMaker' : 'side';
    const text = row.has(role) ? row.text(role).toLowerCase() : '';
    if (role === 'buyerIsMaker' ? /^(?:false|0)$/.test(text) : /^(?:buy|b|bid|1)$/.test(text)) return 'buy';
    if (role === 'buyerIsMaker' ? /^(?:true|1)$/.test(text) : /^(?:sell|s|ask|a|-1)$/.test(text))
      return 'sell';
    if (!/^(?:|unknown|na|n\/a|none|null)$/.test(text)) throw row.fault(role, 'is not a side: buy or sell');
    this.#tally.sideless++;
    return 'buy';
  }
}

type OpenMessage = {
  readonly row: CsvRow;
  readonly atUs: TimeUs;
  readonly venueUs: TimeUs;
  readonly isSnapshot: boolean;
  /** As the file says: the second part of a long snapshot is none any more, and its rows still say so. */
  readonly saysSnapshot: boolean;
  readonly bids: LogLevel[];
  readonly asks: LogLevel[];
};

/** Rows of levels: those of one time are one message. A row with whole books is one by itself. */
class BookRows {
  readonly #plan: CsvPlan;
  readonly #reader: TimeReader;
  readonly #tally: CsvTally;
  #hasSnapshot = false;
  #open: OpenMessage | undefined;

  constructor(plan: CsvPlan, reader: TimeReader, tally: CsvTally) {
    this.#plan = plan;
    this.#reader = reader;
    this.#tally = tally;
  }

  take(row: CsvRow): CsvEntry | undefined {
    const atUs = row.time('time', this.#reader);
    const venueUs = row.has('venueTime') ? row.time('venueTime', this.#reader) : 0;
    if (this.#plan.levels.length > 0)
      return { row, atUs, venueUs, isSnapshot: true, ...this.#wholeBook(row) };
    const isSnapshot = this.#isSnapshot(row);
    if (!isSnapshot && !this.#hasSnapshot) {
      this.#tally.early++;
      return undefined;
    }
    this.#hasSnapshot = true;
    const side = row.text('side').toLowerCase();
    if (side !== 'bid' && side !== 'ask') throw row.fault('side', 'is not a side of a book: bid or ask');
    const level: LogLevel = [row.price('price', 'down'), row.quantity('qty', 'zero')];
    let ended: CsvEntry | undefined;
    const open = this.#open;
    const isFull = open !== undefined && open.bids.length + open.asks.length >= MAX_LEVELS_PER_MESSAGE;
    const isSame = open?.atUs === atUs && open.saysSnapshot === isSnapshot;
    if (!isSame || isFull) {
      ended = open;
      // What does not fit into one snapshot follows as changes of the same moment.
      this.#open = {
        row,
        atUs,
        venueUs,
        isSnapshot: isSnapshot && !isSame,
        saysSnapshot: isSnapshot,
        bids: [],
        asks: [],
      };
    }
    if (!(isSnapshot && /^[0.]+$/.test(level[1]))) this.#open?.[side === 'bid' ? 'bids' : 'asks'].push(level);
    return ended;
  }

  rest(): CsvEntry | undefined {
    return this.#open;
  }

  #isSnapshot(row: CsvRow): boolean {
    const text = row.text('isSnapshot').toLowerCase();
    if (/^(?:true|1)$/.test(text)) return true;
    if (/^(?:false|0)$/.test(text)) return false;
    throw row.fault('isSnapshot', 'is neither true nor false');
  }

  /** Levels whose fields are empty are not there. */
  #wholeBook(row: CsvRow): { bids: LogLevel[]; asks: LogLevel[] } {
    const book = { bids: [] as LogLevel[], asks: [] as LogLevel[] };
    for (const { side, price, qty } of this.#plan.levels) {
      if (row.textAt(price) === '') continue;
      book[side === 'bid' ? 'bids' : 'asks'].push([
        row.price('price', 'down', price),
        row.quantity('qty', 'above zero', qty),
      ]);
    }
    const [bid, ask] = [book.bids[0]?.[0], book.asks[0]?.[0]];
    if (bid === undefined || ask === undefined || isAbove(ask, bid)) return book;
    throw row.faultAt(
      'price',
      this.#plan.levels.find(({ side }) => side === 'bid')?.price ?? 0,
      `is not below the best ask (${ask})`,
    );
  }
}

/** Times that run backwards, and bars that begin at the same time, are faults. */
class RowOrder {
  readonly #plan: CsvPlan;
  readonly #tally: CsvTally;
  #lastUs = 0;
  #lastLine = 0;

  constructor(plan: CsvPlan, tally: CsvTally) {
    this.#plan = plan;
    this.#tally = tally;
  }

  takes({ row, atUs }: CsvEntry): boolean {
    const isLater = this.#plan.kind === 'bars' ? atUs > this.#lastUs : atUs >= this.#lastUs;
    if (isLater) {
      this.#lastUs = atUs;
      this.#lastLine = row.line;
      return true;
    }
    const where = this.#plan.isDescending ? `the row below it (row ${this.#lastLine})` : 'the row above it';
    const same = atUs === this.#lastUs ? ': both begin at the same time' : '';
    const error = row.fault(
      'time',
      `is not after ${where}${same}`,
      'Sort the rows by time and remove duplicates, or leave such rows out with --skip-bad.',
    );
    if (this.#plan.options.skipBad !== true) throw error;
    this.#tally.skip(error);
    return false;
  }
}

export function missing(field: string, message: string, example: string): UserError {
  return new UserError({ code: 'bad-usage', field, message, remedy: `Write for example ${example}.` });
}

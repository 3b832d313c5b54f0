/**
 * Layouts of well-known sources: what their columns are, in which zone their times are, and what their numbers mean. A
 * layout is chosen by name, or recognised where a file can be nothing else. Sources, read in November 2026:
 * github.com/binance/binance-public-data (spot times are microseconds from 2025 on), docs.tardis.dev (downloadable CSV
 * files), support.kraken.com (OHLCVT, time and sales), histdata.com (file formats), the exports of JForex and MetaTrader 5.
 */
import { type CsvKind, type CsvRole, normal } from './csv-roles.ts';

export type CsvLayout = {
  readonly name: string;
  readonly kind: CsvKind;
  /** In a few words, for the help. */
  readonly what: string;
  /** Columns from the first on, of a file without a header; `-` is one that is not used. */
  readonly places?: readonly (CsvRole | '-')[];
  /** Of a file with a header: the names that make it this layout, normalised; and which column is what. */
  readonly header?: readonly string[];
  readonly roles?: Readonly<Partial<Record<CsvRole, string>>>;
  /** True when fields without a header can be of this layout alone. */
  readonly isCertain?: (fields: readonly string[]) => boolean;
  /** East of UTC, where the source writes times of a fixed zone and does not say so. */
  readonly zoneHours?: number;
  /** An empty bid or ask is as it was in the row above. */
  readonly carries?: boolean;
  /** What a reader of the log must know about the source. */
  readonly says?: readonly string[];
};

const CLOSES_OF_BIDS = 'Its bars are bid prices: the close is a bid, and the synthetic book is around it.';
const TARDIS = ['exchange', 'symbol', 'timestamp', 'localtimestamp'] as const;
const TARDIS_TIMES = { venueTime: 'timestamp', time: 'localtimestamp' } as const;
const isCount = (text = ''): boolean => /^\d+$/.test(text);
const isDecimal = (text = ''): boolean => /^\d+(?:\.\d+)?$/.test(text);
const isFlag = (text = ''): boolean => /^(?:true|false)$/i.test(text);
const isEpoch = (text = ''): boolean => /^\d{13}$|^\d{16}$/.test(text);

export const CSV_LAYOUTS: readonly CsvLayout[] = [
  {
    name: 'binance-klines',
    kind: 'bars',
    what: 'klines of Binance Vision',
    places: ['time', 'open', 'high', 'low', 'close', 'volume', 'end', '-', '-', '-', '-', '-'],
    isCertain: (fields) =>
      fields.length === 12 &&
      isEpoch(fields[0]) &&
      isEpoch(fields[6]) &&
      Number(fields[6]) > Number(fields[0]) &&
      fields.slice(1, 6).every(isDecimal),
  },
  {
    name: 'binance-trades',
    kind: 'trades',
    what: 'trades of Binance Vision',
    places: ['-', 'price', 'qty', '-', 'time', 'buyerIsMaker', '-'],
    isCertain: (fields) =>
      fields.length === 7 &&
      isCount(fields[0]) &&
      isEpoch(fields[4]) &&
      isFlag(fields[5]) &&
      isFlag(fields[6]),
  },
  {
    name: 'binance-aggtrades',
    kind: 'trades',
    what: 'aggTrades of Binance Vision',
    places: ['-', 'price', 'qty', '-', '-', 'time', 'buyerIsMaker', '-'],
    isCertain: (fields) =>
      fields.length === 8 &&
      [fields[0], fields[3], fields[4]].every(isCount) &&
      isEpoch(fields[5]) &&
      isFlag(fields[6]) &&
      isFlag(fields[7]),
  },
  {
    name: 'binance-futures-trades',
    kind: 'trades',
    what: 'trades of Binance Vision, futures',
    places: ['-', 'price', 'qty', '-', 'time', 'buyerIsMaker'],
    isCertain: (fields) =>
      fields.length === 6 && isCount(fields[0]) && isEpoch(fields[4]) && isFlag(fields[5]),
  },
  {
    name: 'binance-futures-aggtrades',
    kind: 'trades',
    what: 'aggTrades of Binance Vision, futures',
    places: ['-', 'price', 'qty', '-', '-', 'time', 'buyerIsMaker'],
    isCertain: (fields) =>
      fields.length === 7 &&
      [fields[0], fields[3], fields[4]].every(isCount) &&
      isEpoch(fields[5]) &&
      isFlag(fields[6]),
  },
  {
    name: 'binance-bookticker',
    kind: 'quotes',
    what: 'bookTicker of Binance Vision',
    places: ['-', 'bid', 'bidSize', 'ask', 'askSize', 'venueTime', 'time'],
    header: [
      'updateid',
      'bestbidprice',
      'bestbidqty',
      'bestaskprice',
      'bestaskqty',
      'transactiontime',
      'eventtime',
    ],
    roles: {
      bid: 'bestbidprice',
      bidSize: 'bestbidqty',
      ask: 'bestaskprice',
      askSize: 'bestaskqty',
      venueTime: 'transactiontime',
      time: 'eventtime',
    },
    isCertain: (fields) =>
      fields.length === 7 &&
      isCount(fields[0]) &&
      isEpoch(fields[5]) &&
      isEpoch(fields[6]) &&
      fields.every(isDecimal),
  },
  {
    name: 'kraken-ohlcvt',
    kind: 'bars',
    what: 'OHLCVT of Kraken',
    places: ['time', 'open', 'high', 'low', 'close', 'volume', '-'],
    says: ['Kraken omits bars without a trade.'],
    isCertain: (fields) =>
      fields.length === 7 &&
      /^\d{10}$/.test(fields[0] ?? '') &&
      fields.slice(1, 6).every(isDecimal) &&
      isCount(fields[6]) &&
      isOhlc(fields.slice(1, 5)),
  },
  {
    name: 'kraken-trades',
    kind: 'trades',
    what: 'time and sales of Kraken',
    places: ['time', 'price', 'qty'],
  },
  {
    name: 'tardis-quotes',
    kind: 'quotes',
    what: 'quotes of Tardis',
    header: [...TARDIS, 'askamount', 'askprice', 'bidprice', 'bidamount'],
    roles: { ...TARDIS_TIMES, ask: 'askprice', askSize: 'askamount', bid: 'bidprice', bidSize: 'bidamount' },
  },
  {
    name: 'tardis-trades',
    kind: 'trades',
    what: 'trades of Tardis',
    header: [...TARDIS, 'id', 'side', 'price', 'amount'],
    roles: { ...TARDIS_TIMES, side: 'side', price: 'price', qty: 'amount' },
  },
  {
    name: 'tardis-book',
    kind: 'books',
    what: 'incremental_book_L2 of Tardis',
    header: [...TARDIS, 'issnapshot', 'side', 'price', 'amount'],
    roles: { ...TARDIS_TIMES, isSnapshot: 'issnapshot', side: 'side', price: 'price', qty: 'amount' },
  },
  {
    name: 'tardis-book-snapshot',
    kind: 'books',
    what: 'book_snapshot_5 or _25 of Tardis',
    header: [...TARDIS, 'asks[0].price', 'asks[0].amount', 'bids[0].price', 'bids[0].amount'],
    roles: TARDIS_TIMES,
  },
  {
    name: 'cryptodatadownload',
    kind: 'bars',
    what: 'CryptoDataDownload, with its first line or without',
    header: ['date', 'symbol', 'open', 'high', 'low', 'close'],
  },
  {
    name: 'histdata-bars',
    kind: 'bars',
    what: 'generic ASCII bars of HistData',
    places: ['time', 'open', 'high', 'low', 'close', 'volume'],
    zoneHours: -5,
    says: ['HistData writes Eastern Standard Time without daylight saving, and no volumes.', CLOSES_OF_BIDS],
    isCertain: (fields) =>
      fields.length === 6 && /^\d{8} \d{6}$/.test(fields[0] ?? '') && isOhlc(fields.slice(1, 5)),
  },
  {
    name: 'histdata-ticks',
    kind: 'quotes',
    what: 'generic ASCII ticks of HistData',
    places: ['time', 'bid', 'ask', '-'],
    zoneHours: -5,
    says: ['HistData writes Eastern Standard Time without daylight saving.'],
    isCertain: (fields) => fields.length === 4 && /^\d{8} \d{9}$/.test(fields[0] ?? ''),
  },
  {
    name: 'histdata-mt',
    kind: 'bars',
    what: 'MetaTrader bars of HistData',
    places: ['time', 'clock', 'open', 'high', 'low', 'close', 'volume'],
    zoneHours: -5,
    says: ['HistData writes Eastern Standard Time without daylight saving, and no volumes.', CLOSES_OF_BIDS],
  },
  {
    name: 'dukascopy-bars',
    kind: 'bars',
    what: 'bars of Dukascopy',
    header: ['open', 'high', 'low', 'close', 'volume'],
    says: [
      'Dukascopy counts the volumes of currencies in millions: the trades have the numbers of the file.',
    ],
  },
  {
    name: 'dukascopy-ticks',
    kind: 'quotes',
    what: 'ticks of Dukascopy',
    header: ['ask', 'bid', 'askvolume', 'bidvolume'],
    says: ['Dukascopy counts the sizes of currencies in millions: the levels have the numbers of the file.'],
  },
  {
    name: 'mt5-bars',
    kind: 'bars',
    what: 'bars of MetaTrader 5',
    header: ['<date>', '<open>', '<high>', '<low>', '<close>', '<tickvol>', '<vol>'],
    roles: { time: '<date>', clock: '<time>', volume: '<vol>' },
    says: [
      'MetaTrader writes the time of its broker’s server; tick volumes are counts and not traded amounts.',
      CLOSES_OF_BIDS,
    ],
  },
  {
    name: 'mt5-ticks',
    kind: 'quotes',
    what: 'ticks of MetaTrader 5',
    header: ['<date>', '<time>', '<bid>', '<ask>'],
    roles: { time: '<date>', clock: '<time>' },
    carries: true,
    says: ['MetaTrader writes the time of its broker’s server; an empty bid or ask is unchanged.'],
  },
];

/** The layout whose header this is, or whose fields these are where there is no header. */
export function recognised(
  header: readonly string[] | undefined,
  fields: readonly string[],
): CsvLayout | undefined {
  if (header === undefined) return CSV_LAYOUTS.find(({ isCertain }) => isCertain?.(fields) === true);
  return CSV_LAYOUTS.find((layout) => isNamed(layout, header) && isMarked(layout, header));
}

/** True when the header has all names of the layout. */
export function isNamed({ header: names }: CsvLayout, header: readonly string[]): boolean {
  const known = new Set(header.map(layoutName));
  return names !== undefined && names.every((name) => known.has(name));
}

/** Names that several sources share mark a layout only with a second sign of it. */
function isMarked({ name }: CsvLayout, header: readonly string[]): boolean {
  const known = header.map(layoutName);
  if (name === 'cryptodatadownload')
    return known.some((each) => /^volume\w/.test(each)) && known.includes('symbol');
  if (name.startsWith('dukascopy'))
    return known[0] === 'gmttime' || known[0] === 'localtime' || /^time(?:utc|eet|est)$/.test(known[0] ?? '');
  return true;
}

/** As `normal`, with the marks that MetaTrader and Tardis put around and into their names. */
export function layoutName(name: string): string {
  return /^<.*>$|\[\d+\]/.test(name) ? name.toLowerCase() : normal(name);
}

function isOhlc(fields: readonly string[]): boolean {
  const [open = 0, high = 0, low = 0, close = 0] = fields.map(Number);
  return high >= Math.max(open, close) && low <= Math.min(open, close) && low > 0;
}

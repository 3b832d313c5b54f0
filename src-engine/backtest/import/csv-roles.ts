/** What a column may be, how it is called, and which columns name an instrument. */
import { spellingsOf } from '../../domain/asset-alias.ts';
import { UserError } from '../../domain/errors.ts';

/** `books`: the venue's own book, level by level. `trades`: what was dealt, without a book. */
export type CsvKind = 'quotes' | 'bars' | 'trades' | 'books';

/** `time`: when it arrived, or when a bar begins; `clock`: time of day beside a date; `end`: when a bar ends. */
export type CsvRole =
  | 'time'
  | 'clock'
  | 'venueTime'
  | 'end'
  | 'bid'
  | 'ask'
  | 'bidSize'
  | 'askSize'
  | 'open'
  | 'high'
  | 'low'
  | 'close'
  | 'volume'
  | 'price'
  | 'qty'
  | 'side'
  | 'buyerIsMaker'
  | 'isSnapshot';

/** A name in lower case, without spaces, brackets, dashes and underscores. */
export function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_()<>#./-]/g, '');
}

/** Names of a role in tiers: what stands in an earlier one is meant where several are there. */
const NAMES: Readonly<Record<Exclude<CsvRole, 'isSnapshot'>, readonly (readonly string[])[]>> = {
  time: [
    ['localtimestamp', 'localts', 'receivedat', 'recvtime', 'arrivaltime'],
    ['unix', 'unixtime', 'unixtimestamp', 'epoch'],
    ['timestamp', 'timestampms', 'timestampus', 'timestampns', 'timestamps', 'timestamputc', 'ts', 't'],
    [
      'datetime',
      'opentime',
      'starttime',
      'gmttime',
      'timeutc',
      'timegmt',
      'datetimeutc',
      'dateutc',
      'localtime',
      'opendate',
      'start',
    ],
    ['date', 'day'],
    ['time', 'index'],
  ],
  clock: [],
  venueTime: [
    [
      'exchangetimestamp',
      'exchangetime',
      'venuetime',
      'venuetimestamp',
      'eventtime',
      'transactiontime',
      'servertime',
      'transacttime',
      'tradetime',
    ],
  ],
  end: [['closetime', 'endtime', 'timeclose', 'timeperiodend', 'end']],
  bid: [['bid', 'bidprice', 'bestbid', 'bestbidprice', 'bidpx', 'bidprice0', 'bid1', 'bidprice1']],
  ask: [
    [
      'ask',
      'askprice',
      'bestask',
      'bestaskprice',
      'askpx',
      'offer',
      'offerprice',
      'askprice0',
      'ask1',
      'askprice1',
    ],
  ],
  bidSize: [
    [
      'bidsize',
      'bidqty',
      'bidquantity',
      'bidvolume',
      'bidvol',
      'bestbidqty',
      'bestbidsize',
      'bestbidquantity',
      'bidamount',
      'bidsz',
      'bidsize1',
      'bidqty1',
    ],
  ],
  askSize: [
    [
      'asksize',
      'askqty',
      'askquantity',
      'askvolume',
      'askvol',
      'bestaskqty',
      'bestasksize',
      'bestaskquantity',
      'askamount',
      'asksz',
      'offersize',
      'asksize1',
      'askqty1',
    ],
  ],
  open: [['open', 'o', 'openprice', 'priceopen']],
  high: [['high', 'h', 'highprice', 'pricehigh']],
  low: [['low', 'l', 'lowprice', 'pricelow']],
  close: [['close', 'c', 'closeprice', 'priceclose']],
  volume: [['basevolume', 'volumebase'], ['volume', 'vol', 'v', 'volumetraded'], ['amount']],
  price: [['price', 'px', 'tradeprice', 'p']],
  qty: [
    ['qty', 'quantity', 'size', 'basevolume'],
    ['amount', 'volume', 'vol', 'q'],
  ],
  side: [['side', 'takerside', 'aggressorside', 'tradeside', 'type']],
  buyerIsMaker: [['isbuyermaker', 'buyerismaker', 'wasthebuyerthemaker', 'buyermaker']],
};

/** What --columns may name. */
export const NAMED_ROLES = Object.keys(NAMES) as readonly Exclude<CsvRole, 'isSnapshot'>[];

/** What a file of each kind must have, and what it may have. */
export const ROLES_OF: Readonly<
  Record<CsvKind, { readonly needed: readonly CsvRole[]; readonly used: readonly CsvRole[] }>
> = {
  quotes: { needed: ['time', 'bid', 'ask'], used: ['venueTime', 'bidSize', 'askSize'] },
  bars: { needed: ['time', 'open', 'high', 'low', 'close'], used: ['end', 'volume'] },
  trades: { needed: ['time', 'price', 'qty'], used: ['venueTime', 'side', 'buyerIsMaker'] },
  books: { needed: ['time', 'side', 'price', 'qty', 'isSnapshot'], used: ['venueTime'] },
};

/** Columns whose values say of which instrument, venue or kind of bar a row is: rows of two of them are never one book. */
const KEYS = new Set(
  (
    'symbol symbols ticker tickers pair pairs instrument instruments market markets asset assets name coin currency ' +
    'currencypair tic product productid productname instid instrumentid instrumentname marketid marketname symbolid assetid ' +
    'coinid pairid pairname securityid security sec code ric isin cusip figi sym contract underlying base quote baseasset ' +
    'quoteasset basecurrency quotecurrency basesymbol exchange exchanges exch exchangeid exchangename venue venues source ' +
    'provider broker platform mic interval timeframe resolution granularity period bartype barsize per id'
  ).split(' '),
);

/** True for a column that names an instrument, a venue, or a length of bars. */
export function isKey(name: string): boolean {
  return KEYS.has(normal(name));
}

/**
 * The columns of a header by role: places counted from 0.
 * @param chosen columns that the user named. @param base of the pair: `Volume BTC` is in BTC.
 * @throws UserError when two columns are one thing, or a named one is not there.
 */
export function placesByName(
  header: readonly string[],
  base: string,
  chosen: ReadonlyMap<CsvRole, string>,
): Map<CsvRole, number> {
  const known = header.map(normal);
  // `Time (EET)`, `open_time_ms`: the zone or the unit stands behind the name.
  const unzoned = header.map((name) =>
    normal(name.replace(/\s*\([^)]*\)\s*$|[\s_](?:utc|gmt|s|sec|ms|us|ns)$/i, '')),
  );
  const ofBase = spellingsOf(base).map((code) => code.toLowerCase());
  const places = new Map<CsvRole, number>();
  for (const [role, tiers] of Object.entries(NAMES) as [
    Exclude<CsvRole, 'isSnapshot'>,
    readonly (readonly string[])[],
  ][]) {
    const name = chosen.get(role);
    if (name !== undefined) {
      const place = header.indexOf(name);
      if (place < 0) throw notThere(name, header);
      places.set(role, place);
      continue;
    }
    const all =
      role === 'volume' ? [ofBase.flatMap((code) => [`volume${code}`, `volumein${code}`]), ...tiers] : tiers;
    for (const tier of all) {
      const names = role === 'time' ? unzoned : known;
      const found = names.flatMap((each, place) => (tier.includes(each) ? [place] : []));
      const [first, second] = found;
      if (first === undefined) continue;
      if (second !== undefined) {
        throw new UserError({
          code: 'bad-csv',
          field: 'header',
          value: `${header[first] ?? ''}" and "${header[second] ?? ''}`,
          message: `both name the ${role}`,
          remedy: `Choose one with --columns ${role}=NAME, or remove one.`,
        });
      }
      places.set(role, first);
      break;
    }
  }
  return places;
}

function notThere(name: string, header: readonly string[]): UserError {
  return new UserError({
    code: 'bad-option',
    field: '--columns',
    value: name,
    message: 'is not a column of the file',
    remedy: `Its columns: ${header.join(', ').slice(0, 200)}.`,
  });
}

/**
 * How one CSV file is to be read: its layout, what its columns are, which of its rows are wanted, how its numbers and
 * dates are written. Everything that one row alone cannot decide is decided here, over all of them.
 */
import type { DecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { CSV_LAYOUTS, type CsvLayout, isNamed, layoutName, recognised } from './csv-layouts.ts';
import { type DecimalMark, DecimalMarks } from './csv-number.ts';
import { type CsvKind, type CsvRole, isKey, normal, placesByName, ROLES_OF } from './csv-roles.ts';
import { badCsv, csvRecords, type CsvShape, csvShape } from './csv-table.ts';
import { DateOrders, type TimeForm, type TimeOptions, TimeReader } from './csv-time.ts';
import type { TextFile } from './text-source.ts';
import { type KeyColumn, type RowFilter, RowKeys } from './row-keys.ts';

/** How far an import is: lines of the file read so far in this step, its header included. @param total 0: not known yet. */
export type CsvProgress = (phase: CsvPhase, rows: number, total: number) => void;
/** The file is read three times: for how it is written, for its faults, and to be written. */
export type CsvPhase = 'reading' | 'checking' | 'writing';

export type CsvReadOptions = {
  readonly file: string;
  /** Of a zip archive with several files: which one. */
  readonly entry?: string | undefined;
  /** `BTC/USD` */
  readonly symbol: string;
  readonly layout?: string | undefined;
  /** Columns that the user named: role → its name in the header. */
  readonly columns?: ReadonlyMap<CsvRole, string> | undefined;
  /** Only rows with these values: column → value. */
  readonly only?: ReadonlyMap<string, string> | undefined;
  readonly time?: TimeForm | undefined;
  /** Of times that name no zone, east of UTC. */
  readonly zoneUs?: number | undefined;
  readonly decimal?: DecimalMark | undefined;
  /** Rows at fault are left out and counted. */
  readonly skipBad?: boolean | undefined;
  /** Prices and quantities are rounded to these. */
  readonly tickSize?: DecimalText | undefined;
  readonly lotSize?: DecimalText | undefined;
  /** Size of each level, where the file does not say; of bars and trades always. */
  readonly depth?: DecimalText | undefined;
  /** Called every few thousand rows. */
  readonly onProgress?: CsvProgress | undefined;
};

export type CsvImportOptions = CsvReadOptions & {
  readonly out: string;
  readonly venue: string;
  readonly feeBps?: number | undefined;
  readonly minNotional?: DecimalText | undefined;
  /** Of bars and trades: between the two levels, in bps of the price. */
  readonly spreadBps?: number | undefined;
  /** Of bars: how long each lasts; default: the commonest distance of two, where the file is regular. */
  readonly barSeconds?: number | undefined;
};

export type CsvPlan = {
  readonly file: TextFile;
  readonly shape: CsvShape;
  /** Records of the file. */
  readonly records: number;
  readonly kind: CsvKind;
  readonly layout: CsvLayout | undefined;
  readonly places: ReadonlyMap<CsvRole, number>;
  /** Of whole books on one row: the columns of each level. */
  readonly levels: readonly { readonly side: 'bid' | 'ask'; readonly price: number; readonly qty: number }[];
  readonly filters: readonly RowFilter[];
  /** Columns of a few different texts that are not known to name instruments, and may. */
  readonly suspects: readonly { readonly name: string; readonly values: string }[];
  readonly mark: DecimalMark;
  readonly times: TimeOptions;
  /** True when the newest row comes first. */
  readonly isDescending: boolean;
  readonly options: CsvReadOptions;
  /** What was decided, in plain sentences. */
  readonly says: readonly string[];
};

const MAX_SHOWN_COLUMNS = 12;
/** Two rows that run backwards are a fault as likely as an order. */
const MIN_TURNED_ROWS = 3;

/** @throws UserError when the file can be read in no way, or in several. */
export async function planOf(options: CsvReadOptions): Promise<CsvPlan> {
  const file: TextFile = { path: options.file, entry: options.entry };
  const shape = await csvShape(file);
  const layout = layoutOf(options, shape);
  const placed = layout?.places !== undefined && shape.header === undefined;
  const places = placed ? placesOfLayout(layout, shape) : namedPlaces(options, shape, layout);
  const levels = layout?.name === 'tardis-book-snapshot' ? levelsOf(shape.header ?? []) : [];
  const kind = layout?.kind ?? kindOf(options.file, shape, places);
  demandRoles(options.file, shape, kind, places, levels.length > 0);
  if (options.zoneUs === undefined && layout?.zoneHours === undefined)
    demandZone(options.file, shape, places.get('time') ?? 0);
  const keys = new RowKeys(options.file, keyColumns(shape, places, kind));
  const style = await styleOf(options, shape, places, keys, levels.length > 0);
  if (options.decimal === undefined && style.mark === undefined) {
    throw badCsv(
      options.file,
      style.example,
      'may have a decimal comma or a thousands separator, and the file does not decide which',
      'Choose with --decimal comma, or write numbers without thousands separators.',
    );
  }
  const { filters, says: filterSays } = keys.filtersOf(options.symbol, options.only ?? new Map());
  const mark = options.decimal ?? style.mark ?? 'point';
  const zoneHours = layout?.zoneHours;
  const zoneUs = options.zoneUs ?? (zoneHours === undefined ? undefined : zoneHours * 3_600_000_000);
  const times: TimeOptions = { form: options.time, zoneUs, order: style.order };
  const isDescending = style.rows >= MIN_TURNED_ROWS && runsBackwards(shape.first, style.last, places, times);
  return {
    file,
    shape,
    records: style.records,
    kind,
    layout,
    places,
    levels,
    filters,
    suspects: keys.othersBut(filters),
    mark,
    times,
    isDescending,
    options,
    says: [
      ...(layout === undefined ? [] : [`Read as ${layout.name}: ${layout.what}.`]),
      ...shape.above
        .filter((line) => line.trim() !== '')
        .map((line) => `The line "${line.slice(0, 80)}" above the header is left out.`),
      ...(layout?.says ?? []),
      ...(mark === 'comma' ? ['Commas are decimal separators.'] : []),
      ...(isDescending ? ['The newest row comes first: the rows are reversed.'] : []),
      ...filterSays,
      ...unused(shape, places, levels, keys.names),
    ],
  };
}

function layoutOf({ layout: name, file }: CsvReadOptions, shape: CsvShape): CsvLayout | undefined {
  if (name === undefined) {
    const found = recognised(shape.header, shape.first);
    if (found !== undefined || shape.header !== undefined) return found;
    const fitting = CSV_LAYOUTS.filter(({ places }) => places?.length === shape.first.length);
    const named =
      fitting.length === 0 ? '' : `Choose --layout ${fitting.map((each) => each.name).join(' or ')}, or name`;
    throw badCsv(
      `${file} row ${shape.firstLine}`,
      shape.first.join(shape.separator),
      'is data: the file has no header, and its layout is not recognised for certain',
      `${named === '' ? 'Name' : named} its columns in a first line, such as time,open,high,low,close,volume.`,
    );
  }
  const layout = CSV_LAYOUTS.find((each) => each.name === name);
  if (layout === undefined) {
    throw new UserError({
      code: 'bad-option',
      field: '--layout',
      value: name,
      message: 'is not a layout',
      remedy: `Layouts: ${CSV_LAYOUTS.map((each) => each.name).join(', ')}.`,
    });
  }
  if (shape.header !== undefined && layout.header !== undefined && !isNamed(layout, shape.header)) {
    const message = `is not the header of ${name}, which has ${layout.header.join(', ')}`;
    throw badCsv(`${file} header`, shape.header.join(','), message, 'Leave --layout out, or choose another.');
  }
  if (shape.header === undefined && layout.places === undefined) {
    throw badCsv(
      `${file} row ${shape.firstLine}`,
      shape.first.join(','),
      `is data, and ${name} has a header`,
      'Leave --layout out, or choose another.',
    );
  }
  return layout;
}

function placesOfLayout(
  { name, places = [] }: CsvLayout,
  { first, firstLine }: CsvShape,
): Map<CsvRole, number> {
  if (first.length !== places.length) {
    const message = `has ${first.length} fields, and ${name} has ${places.length}`;
    throw badCsv(`row ${firstLine}`, first.join(','), message, 'Leave --layout out, or choose another.');
  }
  return new Map(places.flatMap((role, place) => (role === '-' ? [] : [[role, place] as const])));
}

function namedPlaces(
  { symbol, columns = new Map() }: CsvReadOptions,
  shape: CsvShape,
  layout: CsvLayout | undefined,
): Map<CsvRole, number> {
  const header = shape.header ?? [];
  const byName = new Map(columns);
  for (const [role, name] of Object.entries(layout?.roles ?? {}) as [CsvRole, string][]) {
    const found = header.find((each) => layoutName(each) === name);
    if (found !== undefined && !byName.has(role)) byName.set(role, found);
  }
  const places = placesByName(header, symbol.split('/')[0] ?? '', byName);
  const isSnapshot = header.findIndex((each) => normal(each) === 'issnapshot');
  if (isSnapshot >= 0) places.set('isSnapshot', isSnapshot);
  // What pandas calls its index: nothing.
  if (!places.has('time') && /^(?:|unnamed:0)$/.test(normal(header[0] ?? '-'))) places.set('time', 0);
  splitClock(header, shape.first, places);
  // A single time column is the time at which a row became known.
  const venueTime = places.get('venueTime');
  if (!places.has('time') && venueTime !== undefined) {
    places.set('time', venueTime);
    places.delete('venueTime');
  }
  // Bars that are named by their end alone.
  const end = places.get('end');
  if (!places.has('time') && end !== undefined) places.set('time', end);
  return places;
}

/** A date and a time of day in two columns. */
function splitClock(header: readonly string[], first: readonly string[], places: Map<CsvRole, number>): void {
  const date = places.get('time');
  if (date === undefined || places.has('clock')) return;
  if (!/^(?:date|day)$/.test(normal(header[date] ?? ''))) return;
  const clock = header.findIndex((name) => /^(?:time|clock|timeofday|hour)$/.test(normal(name)));
  const isDay = /^\d{8}$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/.test((first[date] ?? '').trim());
  if (clock >= 0 && isDay && /^\d{1,2}:\d\d|^\d{4}$|^\d{6}$/.test((first[clock] ?? '').trim()))
    places.set('clock', clock);
}

function kindOf(file: string, { header = [] }: CsvShape, places: ReadonlyMap<CsvRole, number>): CsvKind {
  if (places.has('bid') && places.has('ask')) return 'quotes';
  if (places.has('close')) return 'bars';
  if (places.has('price') && places.has('qty')) return 'trades';
  throw badCsv(
    `${file} header`,
    header.join(','),
    'names neither quotes nor bars nor trades',
    'Name the columns time,bid,ask[,bid_size,ask_size], or time,open,high,low,close,volume, or time,price,qty[,side]; or name yours with --columns time=NAME,close=NAME.',
  );
}

function demandRoles(
  file: string,
  { header = [] }: CsvShape,
  kind: CsvKind,
  places: ReadonlyMap<CsvRole, number>,
  hasLevels: boolean,
): void {
  const needed = hasLevels ? (['time'] as const) : ROLES_OF[kind].needed;
  const role = needed.find((each) => !places.has(each));
  if (role === undefined) return;
  throw badCsv(
    `${file} header`,
    header.join(','),
    `has no column for the ${role}`,
    `Name a column ${role}, or name it with --columns ${role}=NAME.`,
  );
}

/** A header such as `Time (EET)` names a zone that may have summer time: it is never read as UTC. */
function demandZone(file: string, { header = [] }: CsvShape, place: number): void {
  const name = header[place] ?? '';
  const zone =
    /[(_\s](?!utc|gmt|ms|us|ns)(eet|eest|cet|cest|bst|wet|est|edt|et|cst|cdt|ct|pst|pdt|pt|msk|ist|hkt|sgt|jst|kst|aest|aedt|[a-z]+\/[a-z_]+)\)?$/i.exec(
      name,
    )?.[1];
  if (zone === undefined) return;
  throw badCsv(
    `${file} header`,
    name,
    `names the zone ${zone}, whose offset is not known for each day`,
    'Name the offset of the file with --zone, such as +02:00, or export it in UTC.',
  );
}

function levelsOf(header: readonly string[]): CsvPlan['levels'] {
  return header.flatMap((name, price) => {
    const [, side = '', index = ''] = /^(bid|ask)s\[(\d+)\]\.price$/.exec(name) ?? [];
    const qty = header.indexOf(`${side}s[${index}].amount`);
    return side === '' || qty < 0 ? [] : [{ side: side as 'bid' | 'ask', price, qty }];
  });
}

/** Columns that say of which instrument a row is. */
function keyColumns(
  { header = [], first }: CsvShape,
  places: ReadonlyMap<CsvRole, number>,
  kind: CsvKind,
): KeyColumn[] {
  const taken = new Set(places.values());
  return header.flatMap((name, place): KeyColumn[] => {
    if (taken.has(place) || name === '') return [];
    const isNumber = /^[\d.,+-]*(?:[eE][+-]?\d+)?$/.test((first[place] ?? '').trim());
    if (isKey(name))
      return normal(name) === 'id' && (isNumber || kind === 'trades') ? [] : [{ name, place, isKnown: true }];
    // A text column of another name may be an instrument too: reported when it varies.
    return isNumber ||
      /^(?:true|false|nan|null|none|buy|sell)$/i.test((first[place] ?? '').trim()) ||
      /\d{4}-\d\d|\d:\d\d/.test(first[place] ?? '')
      ? []
      : [{ name, place, isKnown: false }];
  });
}

async function styleOf(
  { file: path, entry, onProgress }: CsvReadOptions,
  shape: CsvShape,
  places: ReadonlyMap<CsvRole, number>,
  keys: RowKeys,
  hasLevels: boolean,
) {
  const time = places.get('time') ?? 0;
  const numbers = (
    ['bid', 'ask', 'bidSize', 'askSize', 'open', 'high', 'low', 'close', 'volume', 'price', 'qty'] as const
  ).flatMap((role) => places.get(role) ?? []);
  let [rows, records] = [0, 0];
  let last: readonly string[] = [];
  const marks = new DecimalMarks();
  const orders = new DateOrders();
  for await (const batch of csvRecords({ path, entry }, shape.separator)) {
    records += batch.length;
    onProgress?.('reading', records, 0);
    for (const { line, fields } of batch) {
      if (line < shape.firstLine || shape.firstLine === 0) continue;
      orders.look(fields[time] ?? '');
      if (!hasLevels) for (const place of numbers) marks.look((fields[place] ?? '').trim());
      keys.look(fields);
      last = fields;
      rows++;
    }
  }
  return { mark: marks.mark, example: marks.example, order: orders.order, last, rows, records };
}

/** Whether the last row is older than the first. Unreadable rows are reported later, each with its place. */
function runsBackwards(
  first: readonly string[],
  last: readonly string[],
  places: ReadonlyMap<CsvRole, number>,
  times: TimeOptions,
): boolean {
  const [time = 0, clock = -1] = [places.get('time'), places.get('clock')];
  const reader = new TimeReader(times);
  const [from, to] = [first, last].map((fields) => {
    const read = reader.read(`${(fields[time] ?? '').trim()} ${(fields[clock] ?? '').trim()}`.trim());
    return typeof read === 'number' ? read : undefined;
  });
  return from !== undefined && to !== undefined && from > to;
}

function unused(
  { header = [] }: CsvShape,
  places: ReadonlyMap<CsvRole, number>,
  levels: CsvPlan['levels'],
  keys: readonly string[],
): string[] {
  const taken = new Set([...places.values(), ...levels.flatMap(({ price, qty }) => [price, qty])]);
  const names = header.filter(
    (name, place) => !/^(?:|unnamed: ?0)$/i.test(name) && !taken.has(place) && !keys.includes(name),
  );
  if (names.length === 0) return [];
  const more = names.length > MAX_SHOWN_COLUMNS ? ` and ${names.length - MAX_SHOWN_COLUMNS} more` : '';
  return [`Unused columns: ${names.slice(0, MAX_SHOWN_COLUMNS).join(', ')}${more}.`];
}

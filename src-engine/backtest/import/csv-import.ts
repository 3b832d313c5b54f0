/**
 * Quotes and bars of a CSV file as a market log. A log is a market that orders can meet, so what the file does not say
 * is made as plainly and as carefully as can be, and the venue's name tells that it was made:
 *
 * - Quotes (`VENUE-quotes`): each row is a book of one level a side, at its prices and sizes. Where the file has no
 *   sizes, every level is given the same, which must be asked for.
 * - Bars (`VENUE-bars`): what a bar tells is known when it ends, so each becomes, at its end, one trade of its volume at
 *   its close (the taker's side is not known: written as a buy) and a book of one level around the close, with a spread
 *   and a size that must be asked for. Its high and low are checked and not traded at: nobody knows when they were.
 */
import { type Decimal, decimal, type DecimalText, ZERO } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { createInstrument, type InstrumentSpec, specOf } from '../../domain/instrument.ts';
import type { TimeUs } from '../../domain/time.ts';
import { LogFileWriter } from '../library/log-file-writer.ts';
import {
  backwards,
  BAR_COLUMNS,
  barOf,
  type CsvKind,
  kindOf,
  type Level,
  missing,
  QUOTE_COLUMNS,
  quoteOf,
} from './csv-rows.ts';
import { csvRows } from './csv-table.ts';

export type CsvImportOptions = {
  readonly file: string;
  readonly out: string;
  readonly venue: string;
  /** `BTC/USD` */
  readonly symbol: string;
  /** Default: the finest that the file is written with. */
  readonly tickSize?: DecimalText | undefined;
  readonly lotSize?: DecimalText | undefined;
  readonly feeBps?: number | undefined;
  readonly minNotional?: DecimalText | undefined;
  /** Size of each level, where the file does not say; of bars always. */
  readonly depth?: DecimalText | undefined;
  /** Of bars: between the two levels, in bps of the close. */
  readonly spreadBps?: number | undefined;
  /** Of bars: how long each lasts; default: the shortest distance between two. */
  readonly barSeconds?: number | undefined;
};

export type CsvImport = {
  readonly kind: CsvKind;
  readonly venue: string;
  readonly rows: number;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  readonly tickSize: DecimalText;
  readonly lotSize: DecimalText;
  /** What was made and not read, in plain sentences. */
  readonly assumptions: readonly string[];
};

type Event = {
  readonly atUs: TimeUs;
  readonly bid: Level;
  readonly ask: Level;
  readonly trade?: { readonly price: DecimalText; readonly qty: DecimalText };
};

/** @throws UserError naming row and column of the first fault; no half a log is left. */
export async function importCsv(options: CsvImportOptions): Promise<CsvImport> {
  const kind = await kindOf(options.file);
  const shape = await measure(options, kind);
  const spec = specFor(options, kind, shape);
  const { tickSize, lotSize } = spec;
  const writer = new LogFileWriter(options.out, { venue: venueOf(options, kind), instruments: [spec] });
  try {
    for await (const { atUs, bid, ask, trade } of eventsOf(options, kind, shape.barUs, tickSize)) {
      if (trade !== undefined) writer.trade(atUs, spec.symbol, trade.price, trade.qty, 'buy');
      writer.snapshot(atUs, spec.symbol, [bid], [ask]);
      await writer.drained();
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const { rows, fromUs, toUs } = shape;
  const assumptions = assumptionsOf(options, kind, shape);
  return { kind, venue: venueOf(options, kind), rows, fromUs, toUs, tickSize, lotSize, assumptions };
}

function venueOf({ venue }: CsvImportOptions, kind: CsvKind): string {
  return `${venue}-${kind}`;
}

type Shape = {
  readonly rows: number;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly hasSizes: boolean;
  readonly barUs: number;
};

/** Reads the file once for what the header of a log must say, and finds every fault before anything is written. */
async function measure(options: CsvImportOptions, kind: CsvKind): Promise<Shape> {
  const { file, barSeconds } = options;
  let [rows, fromUs, toUs, priceDecimals, qtyDecimals] = [0, 0, 0, 0, 0];
  let hasSizes = kind === 'bars';
  let shortestUs = Number.POSITIVE_INFINITY;
  const look = (atUs: TimeUs, fault: () => UserError, prices: DecimalText[], qtys: DecimalText[]): void => {
    if (rows > 0 && (atUs < toUs || (kind === 'bars' && atUs === toUs))) throw fault();
    if (rows === 0) fromUs = atUs;
    else shortestUs = Math.min(shortestUs, atUs - toUs);
    toUs = atUs;
    rows++;
    for (const price of prices) priceDecimals = Math.max(priceDecimals, placesOf(price));
    for (const qty of qtys) qtyDecimals = Math.max(qtyDecimals, placesOf(qty));
  };
  if (kind === 'quotes') {
    for await (const row of csvRows(file, QUOTE_COLUMNS, ['bidSize', 'askSize'])) {
      hasSizes = row.has('bidSize') && row.has('askSize');
      const { bid, ask } = quoteOf(row, options.depth);
      look(row.time('time'), () => backwards(row), [bid[0], ask[0]], [bid[1], ask[1]]);
    }
  } else {
    for await (const row of csvRows(file, BAR_COLUMNS, ['volume'])) {
      const { close, volume } = barOf(row);
      look(row.time('time'), () => backwards(row), [close], [volume]);
    }
  }
  if (rows === 0) throw noRows(file);
  const barUs = (barSeconds ?? (Number.isFinite(shortestUs) ? shortestUs / 1_000_000 : 0)) * 1_000_000;
  if (kind === 'bars' && barUs <= 0) throw missing('--bar', 'is needed for a file of one bar', '--bar 60');
  if (kind === 'bars') demandBars(options);
  const depth = options.depth ?? '0';
  qtyDecimals = Math.max(qtyDecimals, placesOf(depth));
  return {
    rows,
    fromUs,
    toUs: kind === 'bars' ? toUs + barUs : toUs,
    priceDecimals,
    qtyDecimals,
    hasSizes,
    barUs,
  };
}

async function* eventsOf(
  options: CsvImportOptions,
  kind: CsvKind,
  barUs: number,
  tickSize: DecimalText,
): AsyncGenerator<Event> {
  const { file, depth = '0', spreadBps = 0 } = options;
  if (kind === 'quotes') {
    for await (const row of csvRows(file, QUOTE_COLUMNS, ['bidSize', 'askSize'])) {
      yield { atUs: row.time('time'), ...quoteOf(row, depth) };
    }
    return;
  }
  const tick = decimal(tickSize);
  for await (const row of csvRows(file, BAR_COLUMNS, ['volume'])) {
    const { close, volume } = barOf(row);
    const half = decimal(close).times(spreadBps).div(20_000);
    // Away from the close on either side: the spread is never narrower than asked for.
    const bid = steps(decimal(close).minus(half), tick, 'floor');
    const ask = steps(decimal(close).plus(half), tick, 'ceil');
    const book = { bid: [bid.toFixed(), depth], ask: [ask.toFixed(), depth] } as const;
    const atUs = row.time('time') + barUs;
    if (bid.lte(ZERO))
      throw row.fault('close', `is too low for a spread of ${spreadBps} bps on a tick of ${tickSize}`);
    yield decimal(volume).isZero()
      ? { atUs, ...book }
      : { atUs, ...book, trade: { price: close, qty: volume } };
  }
}

function specFor(options: CsvImportOptions, kind: CsvKind, shape: Shape): InstrumentSpec {
  const { symbol, minNotional = '0', feeBps } = options;
  const [base = '', quote = '', ...more] = symbol.split('/');
  if (base === '' || quote === '' || more.length > 0) {
    throw new UserError({
      code: 'bad-option',
      field: '--symbol',
      value: symbol,
      message: 'is not a pair',
      remedy: 'Write for example --symbol BTC/USD.',
    });
  }
  const tickSize = options.tickSize ?? unit(shape.priceDecimals);
  const lotSize = options.lotSize ?? unit(shape.qtyDecimals);
  const spec: InstrumentSpec = {
    symbol,
    base,
    quote,
    tickSize,
    lotSize,
    minQty: '0',
    minNotional,
    priceDecimals: Math.max(shape.priceDecimals, placesOf(tickSize)),
    qtyDecimals: Math.max(shape.qtyDecimals, placesOf(lotSize)),
    takerFee: decimal(feeBps ?? 0)
      .div(10_000)
      .toFixed(),
  };
  return specOf(createInstrument(spec, 0, venueOf(options, kind)));
}

function assumptionsOf(options: CsvImportOptions, kind: CsvKind, { hasSizes, barUs }: Shape): string[] {
  const { depth = '0', spreadBps = 0, feeBps, minNotional } = options;
  return [
    ...(kind === 'bars'
      ? [
          `Each bar of ${barUs / 1_000_000} s is told at its end: a trade at its close, and a made book around it, ${spreadBps} bps wide with ${depth} on either side.`,
          'Highs and lows are not traded at.',
        ]
      : ['Books have one level a side.']),
    ...(hasSizes ? [] : [`The file has no sizes: every level is given ${depth}.`]),
    ...(feeBps === undefined ? ['No fee was named: it is zero until a backtest is given one.'] : []),
    ...(minNotional === undefined ? ['No minimum was named: any size may trade.'] : []),
  ];
}

function demandBars({ depth, spreadBps }: CsvImportOptions): void {
  if (depth === undefined) throw missing('--depth', 'is needed: bars have no book', '--depth 0.5');
  if (spreadBps === undefined)
    throw missing('--spread-bps', 'is needed: bars have no spread', '--spread-bps 2');
}

function noRows(file: string): UserError {
  return new UserError({
    code: 'empty-csv',
    field: file,
    message: 'has no rows below its header',
    remedy: 'Export it again.',
  });
}

function placesOf(text: DecimalText): number {
  return decimal(text).decimalPlaces();
}

function unit(decimals: number): DecimalText {
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
}

function steps(value: Decimal, tick: Decimal, direction: 'floor' | 'ceil'): Decimal {
  return value.div(tick)[direction]().times(tick);
}

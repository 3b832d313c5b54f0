/**
 * Quotes, bars, trades and books of a CSV file as a market log. A log is a market that orders can meet, so what the file
 * does not say is made as plainly and as carefully as can be, and the venue's name shows that it was made:
 *
 * - Quotes (`VENUE-quotes`): each row is a book of one level a side, at its prices and sizes. Where the file has no
 *   sizes, every level is given the same, which must be asked for.
 * - Bars (`VENUE-bars`): the content of a bar is known when it ends, so each becomes, at its end, one trade of its volume at
 *   its close (the taker's side is not known: written as a buy) and a book of one level around the close, with a spread
 *   and a size that must be asked for. Its high and low are checked and not traded at: their times are unknown.
 * - Trades (`VENUE-trades`): each is itself, and a made book of one level around its price, as with bars.
 * - Books (`VENUE-books`): as the file has them.
 */
import { pairOfToday } from '../../domain/asset-alias.ts';
import { type Decimal, decimal, type DecimalText, ZERO } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { createInstrument, type InstrumentSpec, specOf } from '../../domain/instrument.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { LogLevel } from '../../storage/market-log-types.ts';
import { LogFileWriter } from '../library/log-file-writer.ts';
import { chooseBars } from './bar-choice.ts';
import { type CsvEntry, missing } from './csv-entries.ts';
import { type CsvMeasure, measureCsv } from './csv-measure.ts';
import { type CsvImportOptions, type CsvPlan, planOf } from './csv-plan.ts';
import type { CsvKind } from './csv-roles.ts';
import { assumptionsOf, type MadeLot } from './import-words.ts';
import { knownEntries } from './known-entries.ts';

export type { CsvImportOptions };

/** Of a lot that a file does not show: as fine as most venues of coins have it. */
const LOT_DECIMALS = 8;

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
  /** What may make the log untrue, in plain sentences. */
  readonly warnings: readonly string[];
};

/** @throws UserError naming row and column of the first fault; no half a log is left. */
export async function importCsv(given: CsvImportOptions): Promise<CsvImport> {
  demandPair(given.symbol);
  const options = { ...given, symbol: pairOfToday(given.symbol) };
  demandPair(options.symbol);
  const plan = await planOf(options);
  const { kind } = plan;
  if (kind === 'bars' || kind === 'trades') demandBook(options, kind);
  if (kind === 'books' && options.tickSize !== undefined) {
    throw refused('--tick', 'rounds no levels of a book: two of them could become one', 'Leave it out.');
  }
  const measure = await measureCsv(plan);
  if (options.zoneUs !== undefined && !measure.isZoneless) {
    throw refused(
      '--zone',
      `applies to times without a zone, and the file has ${measure.way}`,
      'Leave it out.',
    );
  }
  const bars = kind === 'bars' ? chooseBars(options.file, measure, options.barSeconds) : undefined;
  const { spec, lot } = specFor(options, plan, measure);
  const venue = `${options.venue}-${kind}`;
  const writer = new LogFileWriter(options.out, { venue, instruments: [spec] });
  let [fromUs, toUs, widestBps] = [0, 0, 0];
  try {
    for await (const batch of knownEntries(plan, bars?.plan)) {
      for (const entry of batch) {
        const { atUs, venueUs, isSnapshot, trade } = entry;
        const { bids, asks } = trade === undefined ? entry : madeBook(entry, options, spec.tickSize);
        if (trade !== undefined) widestBps = Math.max(widestBps, spreadOf(bids, asks));
        if (writer.events === 0) fromUs = atUs;
        toUs = atUs;
        if (trade !== undefined && /[1-9]/.test(trade.qty)) {
          writer.trade(atUs, spec.symbol, trade.price, trade.qty, trade.side, venueUs);
        }
        writer.book(isSnapshot ? 'snapshot' : 'delta', atUs, spec.symbol, bids, asks, { venueUs });
      }
      await writer.drained();
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const { tickSize, lotSize } = spec;
  const { assumptions, warnings } = assumptionsOf(options, plan, measure, bars, {
    widestBps,
    tickSize,
    lot,
  });
  const renamed =
    options.symbol === given.symbol
      ? []
      : [`${given.symbol} is imported under its current name, ${options.symbol}.`];
  return {
    kind,
    venue,
    rows: measure.entries,
    fromUs,
    toUs,
    tickSize,
    lotSize,
    assumptions: [...renamed, ...assumptions],
    warnings,
  };
}

/** One level a side around the price of a bar or a trade. */
function madeBook(
  { row, trade }: CsvEntry,
  { depth = '0', spreadBps = 0 }: CsvImportOptions,
  tickSize: DecimalText,
) {
  const tick = decimal(tickSize);
  const price = decimal(trade?.price ?? '0');
  const half = price.times(spreadBps).div(20_000);
  // Away from the price on either side: the spread is never narrower than asked for.
  const bid = steps(price.minus(half), tick, 'floor');
  const lowest = steps(price.plus(half), tick, 'ceil');
  // Without a spread the two would lie on one price, which no book does.
  const ask = lowest.gt(bid) ? lowest : bid.plus(tick);
  if (bid.lte(ZERO)) {
    throw row.fault(
      row.has('close') ? 'close' : 'price',
      `is too low for a spread of ${spreadBps} bps on a tick of ${tickSize}`,
    );
  }
  return { bids: [[bid.toFixed(), depth] as const], asks: [[ask.toFixed(), depth] as const] };
}

function spreadOf([bid]: readonly LogLevel[], [ask]: readonly LogLevel[]): number {
  const [low, high] = [Number(bid?.[0] ?? 1), Number(ask?.[0] ?? 1)];
  return ((high - low) / (high + low)) * 20_000;
}

type SpecOfFile = { readonly spec: InstrumentSpec; readonly lot: MadeLot };

function specFor(
  options: CsvImportOptions,
  { kind, places }: CsvPlan,
  { price, qty }: CsvMeasure,
): SpecOfFile {
  const { symbol, minNotional = '0', feeBps, depth = '0' } = options;
  const [base = '', quote = ''] = symbol.split('/');
  const tickSize = options.tickSize ?? unit(price.decimals);
  const hasSizes = kind !== 'quotes' || (places.has('bidSize') && places.has('askSize'));
  // Whole numbers, and sizes that were asked for, are written the same whatever the venue's lot is.
  const isShown = hasSizes && qty.decimals > 0;
  const lotDecimals = isShown ? qty.decimals : qty.finest(LOT_DECIMALS);
  const lotSize = options.lotSize ?? unit(isShown ? Math.max(lotDecimals, placesOf(depth)) : lotDecimals);
  const spec: InstrumentSpec = {
    symbol,
    base,
    quote,
    tickSize,
    lotSize,
    minQty: '0',
    minNotional,
    priceDecimals: Math.max(price.decimals, placesOf(tickSize)),
    qtyDecimals: Math.max(qty.decimals, placesOf(lotSize), placesOf(depth)),
    takerFee: decimal(feeBps ?? 0)
      .div(10_000)
      .toFixed(),
  };
  // A made book lies half a spread and a tick above its price, at most twice as high.
  price.demand(spec.priceDecimals ?? 0, kind === 'bars' || kind === 'trades' ? 2 : 1);
  qty.demand(spec.qtyDecimals ?? 0);
  const from = options.lotSize !== undefined ? 'asked' : isShown ? 'sizes' : hasSizes ? 'whole' : 'none';
  return {
    spec: specOf(createInstrument(spec, 0, `${options.venue}-${kind}`)),
    lot: { size: lotSize, base, quote, from, worth: decimal(lotSize).times(price.largest).toFixed() },
  };
}

export function isPair(symbol: string): boolean {
  const [base, quote, ...more] = symbol.split('/');
  const isAsset = (text = ''): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,29}$/.test(text);
  return isAsset(base) && isAsset(quote) && base !== quote && more.length === 0;
}

function demandPair(symbol: string): void {
  if (isPair(symbol)) return;
  throw new UserError({
    code: 'bad-option',
    field: '--symbol',
    value: symbol,
    message: 'is not a pair',
    remedy: 'Write for example --symbol BTC/USD.',
  });
}

function demandBook({ depth, spreadBps }: CsvImportOptions, kind: CsvKind): void {
  if (depth === undefined) throw missing('--depth', `is needed: ${kind} have no book`, '--depth 0.5');
  if (spreadBps === undefined)
    throw missing('--spread-bps', `is needed: ${kind} have no spread`, '--spread-bps 2');
}

function refused(field: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-usage', field, message, remedy });
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

/** What an import says of its log: what was read how, what was made, and what may be untrue. */
import { decimal } from '../../domain/decimal.ts';
import { formatTimeUs } from '../../domain/time.ts';
import type { BarChoice } from './bar-choice.ts';
import type { CsvMeasure } from './csv-measure.ts';
import type { CsvImportOptions, CsvPlan } from './csv-plan.ts';
import type { CsvRole } from './csv-roles.ts';

/** The step of orders, where it is from, and what one of it is worth at the file's highest price, in the quote asset. */
export type MadeLot = {
  readonly size: string;
  readonly base: string;
  readonly quote: string;
  readonly from: 'asked' | 'sizes' | 'whole' | 'none';
  readonly worth: string;
};

/** The books that were made around bars and trades: the widest of them, and the tick they lie on; and the lot of orders. */
export type MadeBooks = { readonly widestBps: number; readonly tickSize: string; readonly lot: MadeLot };

export type ImportWords = { readonly assumptions: readonly string[]; readonly warnings: readonly string[] };

export function assumptionsOf(
  options: CsvImportOptions,
  plan: CsvPlan,
  measure: CsvMeasure,
  bars: BarChoice | undefined,
  made: MadeBooks,
): ImportWords {
  const { depth = '0', spreadBps = 0, feeBps, minNotional, tickSize, lotSize } = options;
  const { tally, way } = measure;
  const { kind, places } = plan;
  const { widestBps, tickSize: madeTick, lot } = made;
  const steps = [
    ...(tickSize === undefined ? [] : [`prices to ${tickSize}`]),
    ...(lotSize === undefined ? [] : [`quantities down to ${lotSize}`]),
  ];
  const madeBook = `a synthetic book around it, ${spreadBps} bps wide with ${depth} on each side`;
  const hasSizes = kind !== 'quotes' || (places.has('bidSize') && places.has('askSize'));
  return {
    assumptions: [
      ...plan.says,
      timesOf(plan, measure, way),
      ...(kind === 'bars'
        ? [
            `Each bar${bars?.length ?? ''} is replayed at its end: a trade at its close, and ${madeBook}.`,
            'Highs and lows are not traded. The last bar is assumed to be complete.',
          ]
        : []),
      ...(kind === 'trades' ? [`Each trade is replayed with ${madeBook}.`] : []),
      ...(kind === 'quotes' ? ['Books have one level a side.'] : []),
      ...(places.has('venueTime')
        ? [
            `Both times are kept: rows arrive at ${nameOf(plan, 'time')}, and ${nameOf(plan, 'venueTime')} is the venue’s own.`,
          ]
        : []),
      ...(kind === 'bars' && !measure.hasTrades ? ['The file has no volumes: no trades are written.'] : []),
      ...(hasSizes ? [] : [`The file has no sizes: every level is given ${depth}.`]),
      ...counted(tally.noise, 'had the noise of binary floats and', 'cleaned'),
      ...counted(tally.rounded, '', `rounded (${steps.join(', ')})`),
      ...(tally.sideless === 0 ? [] : [`${tally.sideless} trades name no side: they are written as buys.`]),
      ...(tally.early === 0 ? [] : [`${tally.early} rows before the first whole book are left out.`]),
      ...lotWords(lot),
      ...(feeBps === undefined ? ['No fee was named: it is zero until a backtest is given one.'] : []),
      ...(minNotional === undefined ? ['No minimum was named: any size may trade.'] : []),
    ],
    warnings: [
      ...[...tally.skipped].map(
        ([reason, { count, first }]) =>
          `${count === 1 ? 'One row is' : `${count} rows are`} left out, such as ${first}, which ${reason}.`,
      ),
      ...(bars?.warnings ?? []),
      ...(widestBps > Math.max(spreadBps * 2, spreadBps + 1)
        ? [
            `On a tick of ${madeTick} the synthetic books are up to ${Math.round(widestBps * 10) / 10} bps wide, not ${spreadBps}: name a finer one with --tick.`,
          ]
        : []),
      ...plan.suspects.map(
        ({ name, values }) =>
          `Column ${name} has several values (${values}): if they are instruments, choose one with --only "${name}=VALUE".`,
      ),
      ...(measure.jumps.count < 2
        ? []
        : [
            `Prices jump by more than half ${measure.jumps.count} times, first at ${measure.jumps.first}: check that the file is of one instrument.`,
          ]),
    ],
  };
}

/** What was taken for the lot, and what changes it. */
function lotWords({ size, base, quote, from, worth }: MadeLot): string[] {
  const step = `orders come in steps of ${size} ${base} (another with --lot)`;
  if (from === 'asked') return [];
  if (from === 'none') return [`The file has no sizes, and no lot to be seen from them: ${step}.`];
  if (from === 'whole') return [`All sizes are whole numbers, which do not show a lot: ${step}.`];
  return [
    `As fine as the file's sizes, ${step}; one of them is worth up to ${trimmed(worth)} ${quote}: what is worth less is not traded.`,
  ];
}

/** To seven figures, without zeros behind the last. */
function trimmed(amount: string): string {
  return decimal(amount).toSignificantDigits(7).toFixed();
}

function nameOf({ shape, places }: CsvPlan, role: CsvRole): string {
  const place = places.get(role) ?? 0;
  return shape.header?.[place] ?? `column ${place + 1}`;
}

function timesOf({ times: { zoneUs } }: CsvPlan, { fromUs, isZoneless }: CsvMeasure, way: string): string {
  const zone = zoneUs === undefined ? 'UTC' : `UTC${zoneUs < 0 ? '-' : '+'}${clockOf(Math.abs(zoneUs))}`;
  const named = isZoneless ? `, read as ${zone}${zoneUs === undefined ? ' (another with --zone)' : ''}` : '';
  return `Times are ${way}${named}: the first is ${formatTimeUs(fromUs)}.`;
}

function clockOf(us: number): string {
  const minutes = Math.round(us / 60_000_000);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function counted(
  { count, first }: { readonly count: number; readonly first: string },
  fault: string,
  done: string,
): string[] {
  if (count === 0) return [];
  const had = fault === '' ? '' : ` ${fault}`;
  return [
    `${count === 1 ? `One number${had} was` : `${count} numbers${had} were`} ${done}; the first: ${first}.`,
  ];
}

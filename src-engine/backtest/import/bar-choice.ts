/** The assumed length of a file's bars, or why the user must state it. */
import { US_PER_SECOND } from '../../domain/time.ts';
import { type BarPlan, planText, secondsText } from './bar-lengths.ts';
import { missing } from './csv-entries.ts';
import type { CsvMeasure } from './csv-measure.ts';
import { badCsv } from './csv-table.ts';

export type BarChoice = {
  readonly plan: BarPlan;
  /** ` of 60 s`, for a sentence. */
  readonly length: string;
  readonly warnings: readonly string[];
};

/** @param asked `--bar`, in seconds. @throws UserError when the file is irregular and `--bar` is not given. */
export function chooseBars(file: string, measure: CsvMeasure, asked: number | undefined): BarChoice {
  const { lengths, ends, entries } = measure;
  const commonestUs = lengths.commonestUs;
  const hasEnds = ends === entries;
  if (asked === undefined && hasEnds) {
    const plan: BarPlan = { kind: 'fixed', us: commonestUs };
    return { plan, length: ', as long as its row says,', warnings: [] };
  }
  const calendar = lengths.calendar;
  if (asked === undefined) {
    if (calendar !== undefined) return { plan: calendar, length: lengthOf(calendar), warnings: [] };
    if (commonestUs <= 0) throw missing('--bar', 'is needed for a file of one bar', '--bar 60');
    const against = lengths.against(commonestUs);
    const plan: BarPlan = { kind: 'fixed', us: commonestUs };
    if (against === '') return { plan, length: lengthOf(plan), warnings: [] };
    throw badCsv(
      file,
      undefined,
      `has bars of irregular length: the most common interval is ${secondsText(commonestUs)}, and ${against}`,
      `Remove those rows, or say how long each bar lasts, in seconds, with --bar ${Math.max(1, Math.round(commonestUs / US_PER_SECOND))}.`,
    );
  }
  const us = asked * US_PER_SECOND;
  const plan: BarPlan =
    calendar === undefined || calendar.kind === 'fixed'
      ? { kind: 'fixed', us, isAsked: true }
      : longer(calendar, us);
  const warnings: string[] = [];
  if (us < commonestUs && plan.kind === 'fixed') {
    warnings.push(
      `--bar ${asked} is shorter than the most common interval between two bars (${secondsText(commonestUs)}): if bars last that long, each close is traded ${secondsText(commonestUs - us)} before it was known.`,
    );
  }
  const against = plan.kind === 'fixed' ? lengths.offGrid(us) : '';
  if (against !== '')
    warnings.push(
      `The bars are not regular: ${against}. Each is assumed to last ${secondsText(us)}, as --bar specifies.`,
    );
  return { plan, length: lengthOf(plan), warnings };
}

/** Calendar bars keep their own length, unless a longer one was asked for. */
function longer(calendar: BarPlan, us: number): BarPlan {
  const mostUs =
    calendar.kind === 'months'
      ? calendar.months * 31 * 86_400 * US_PER_SECOND
      : calendar.kind === 'local-days'
        ? calendar.us + 3_600 * US_PER_SECOND
        : 0;
  return us >= mostUs ? { kind: 'fixed', us, isAsked: true } : calendar;
}

function lengthOf(plan: BarPlan): string {
  return ` of ${planText(plan)}`;
}

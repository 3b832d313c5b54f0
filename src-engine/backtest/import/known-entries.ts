/** The entries of a CSV file at the time at which each was known: what a bar says is known when it ends. */
import type { TimeUs } from '../../domain/time.ts';
import { barEnd, type BarPlan } from './bar-lengths.ts';
import { type CsvEntry, entriesOf } from './csv-entries.ts';
import type { CsvPlan } from './csv-plan.ts';
import { CsvTally } from './csv-row.ts';
import { TimeReader } from './csv-time.ts';

/** @throws UserError at the first row at fault, and for a bar that ends before the one above it. */
export async function* knownEntries(
  plan: CsvPlan,
  bars: BarPlan | undefined,
): AsyncGenerator<readonly CsvEntry[]> {
  const { options, records } = plan;
  const tally = new CsvTally((rows) => options.onProgress?.('writing', rows, records));
  const entries = entriesOf(plan, new TimeReader(plan.times), tally);
  if (bars === undefined) {
    yield* entries;
    return;
  }
  let waiting: CsvEntry | undefined;
  let lastEndUs = 0;
  const ended = (entry: CsvEntry, nextUs: TimeUs | undefined): CsvEntry => {
    const ruledUs = barEnd(bars, entry.atUs, nextUs);
    // Where the file says when a bar ends, and --bar says later, the later one holds.
    const endUs = Math.max(
      entry.endUs === undefined || (bars.kind === 'fixed' && bars.isAsked === true) ? ruledUs : 0,
      entry.endUs ?? 0,
    );
    if (endUs < lastEndUs)
      throw entry.row.fault(
        'time',
        'starts a bar that ends before the one above it',
        'Correct it, or leave the row out.',
      );
    lastEndUs = endUs;
    return { ...entry, atUs: endUs };
  };
  for await (const batch of entries) {
    const done: CsvEntry[] = [];
    for (const entry of batch) {
      if (waiting !== undefined) done.push(ended(waiting, entry.atUs));
      waiting = entry;
    }
    yield done;
  }
  if (waiting !== undefined) yield [ended(waiting, undefined)];
}

/** How long a sweep takes to stop when it is ended in the middle of its trials. */
import { dirname, join } from 'node:path';
import { planSweep } from '../../src-engine/backtest/sweep/sweep-plan.ts';
import { runSweep } from '../../src-engine/backtest/sweep/sweep-runner.ts';
import { parseSweepSpec } from '../../src-engine/backtest/sweep/sweep-spec.ts';
import { makeTape } from '../../src-engine/backtest/tape-maker.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from '../../src-engine/backtest/testing/made-log.ts';
import { readTape } from '../../src-engine/storage/tape/tape-file.ts';
import { parseUs } from '../calibration.ts';
import { calibratedRow, type Row } from '../report.ts';

const ROUNDS = 5;
const TRIALS = 200;
/** The second that the window promises of a cancel, where one call of the calibration takes a microsecond. */
const MOST_PARSES = 1_000_000;

export async function sweepEndRow(): Promise<Row> {
  const folder = logFolder();
  try {
    const log = folder.write('made.jsonl', [header(TRIANGLE), ...triangleEvents(7, 20_000).events]);
    const path = join(dirname(log), 'made.tape');
    await makeTape({ logs: [log], path });
    const tape = await readTape(path);
    const { firstUs, lastUs, sources } = tape.head;
    const spec = parseSweepSpec({
      logs: ['made.jsonl'],
      base: { 'capital.USD': 1_000, 'latency.minUs': 1_000, 'latency.tailUs': 0 },
      parameters: { 'detection.cooldownMs': { from: 1, to: TRIALS, step: 1 } },
      search: { method: 'grid' },
      periodMs: 10_000,
      blocks: 4,
      split: { kind: 'walk-forward', folds: 2 },
    });
    const data = { digests: sources.map(({ sha256 }) => sha256), fromUs: firstUs, toUs: lastUs };
    const plan = planSweep(spec, data, 'bench');
    const times: number[] = [];
    const parsesUs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const abort = new AbortController();
      let endedMs = 0;
      const onProgress = ({ done }: { readonly done: number }): void => {
        if (done < 2 || abort.signal.aborted) return;
        endedMs = performance.now();
        abort.abort();
      };
      const ledgerPath = join(dirname(log), `${round}.jsonl`);
      await runSweep({ plan, tape, workers: 2, ledgerPath, onProgress, signal: abort.signal });
      times.push((performance.now() - endedMs) * 1_000);
      parsesUs.push(parseUs());
    }
    const name = `sweep of ${TRIALS} trials, from its cancel until it has stopped`;
    return calibratedRow(name, times, MOST_PARSES, parsesUs);
  } finally {
    folder.remove();
  }
}

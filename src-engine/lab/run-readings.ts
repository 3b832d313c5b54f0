/** What the window asks of stored runs and sweeps. Files may be long: the engine asks from a thread of its own. */
import { join } from 'node:path';
import type { OperationOutput, ParsedInput } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import type { LabFolders } from './lab-task.ts';
import { regimesOfPrices } from './price-regimes.ts';
import { KEPT_TRADED, symbolAt } from './price-tracks.ts';
import { exportRun } from './run-export.ts';
import { listRuns, listSweeps, readPart, readPrices, readSweep } from './stored-run.ts';

type Place = { readonly folders: LabFolders };

const runsOf = ({ folders }: Place): string => join(folders.lab, 'runs');
const sweepsOf = ({ folders }: Place): string => join(folders.lab, 'sweeps');

export const runReadings = {
  listRuns: async (place: Place) => {
    const { heads, damaged } = await listRuns(runsOf(place));
    return { runs: [...heads], damaged: [...damaged] };
  },
  getRun: (place: Place, { runId }: ParsedInput<'getRun'>) => readPart(runsOf(place), runId, 'review'),
  getRunEquity: (place: Place, { runId }: ParsedInput<'getRunEquity'>) =>
    readPart(runsOf(place), runId, 'equity'),
  listRunTrades: async (place: Place, { runId }: ParsedInput<'listRunTrades'>) => {
    const { trades, dropped } = await readPart(runsOf(place), runId, 'trades');
    return { trades: trades.map(({ execution }) => execution), dropped };
  },
  getRunTrade: async (place: Place, { runId, executionId }: ParsedInput<'getRunTrade'>) => {
    const { trades } = await readPart(runsOf(place), runId, 'trades');
    const trade = trades.find(({ execution }) => execution.executionId === executionId);
    if (trade === undefined) throw unlisted('executionId', executionId, 'is not a trade of this run');
    return trade;
  },
  getRunPrices: runPrices,
  exportRun: async (place: Place, { runId, format }: ParsedInput<'exportRun'>) => {
    const runs = runsOf(place);
    const review = await readPart(runs, runId, 'review');
    const { trades } = await readPart(runs, runId, 'trades');
    const { samples } = await readPart(runs, runId, 'equity');
    return exportRun({ review, trades, samples }, format);
  },
  listSweeps: async (place: Place) => {
    const { heads, damaged } = await listSweeps(sweepsOf(place));
    return { sweeps: [...heads], damaged: [...damaged] };
  },
  getSweep: (place: Place, { sweepId }: ParsedInput<'getSweep'>) => readSweep(sweepsOf(place), sweepId),
};

async function runPrices(
  place: Place,
  { runId, symbol }: ParsedInput<'getRunPrices'>,
): Promise<OperationOutput<'getRunPrices'>> {
  const runs = runsOf(place);
  const { symbols } = await readPart(runs, runId, 'review');
  if (!symbols.includes(symbol)) {
    const kept = `prices are kept of the ${KEPT_TRADED} that were traded most`;
    throw unlisted('symbol', symbol, `is not an instrument of this run with prices: ${kept}`);
  }
  const found = await readPrices(runs, runId, symbols.indexOf(symbol));
  const { trades } = await readPart(runs, runId, 'trades');
  const marks = trades.flatMap(({ execution, orders }) =>
    orders.flatMap((order, at) =>
      order.symbol === symbol || symbolAt(order.symbol, order.venue) === symbol
        ? [
            {
              executionId: execution.executionId,
              atUs: order.updatedUs,
              side: order.side,
              leg: at + 1,
              legs: orders.length,
              isFilled: order.filledQty !== '0',
            },
          ]
        : [],
    ),
  );
  const points = found.points.map(([atUs, bid, ask]) => ({ atUs, bid, ask }));
  return { symbol, points, marks, regimes: [...regimesOfPrices(found.points)] };
}

export function unlisted(field: string, value: string, message: string): UserError {
  return new UserError({
    code: 'unknown-value',
    field,
    value,
    message,
    remedy: 'Choose one that is listed.',
  });
}

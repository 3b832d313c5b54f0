import { openDatabase } from '../storage/database.ts';
import { Journal } from '../storage/journal.ts';
import { sampleExecution } from './sample-events.ts';

/** Profitable cycles of a profile, by default the demo's, as an earlier time on paper would have left them. */
export async function writePaperRecord(dataDir: string, cycles: number, profile = 'demo'): Promise<void> {
  const database = await openDatabase({ dataDir });
  const journal = await Journal.open(database, { profile, runId: 'paper-record' });
  const atUs = 1_767_225_600_000_000;
  await journal.append(
    Array.from({ length: cycles }, (_, k) => ({
      type: 'executionFinished',
      atUs: atUs + k,
      execution: sampleExecution({
        executionId: `paper-x${k}`,
        opportunityId: `paper-o${k}`,
        path: ['USD', 'BTC', 'ETH'],
        startAmount: '100',
        profit: '0.1',
        profitHome: '0.1',
        expectedNetBps: 10,
        realizedNetBps: 10,
        dust: [],
        outcome: 'completed',
        detail: '',
        startedUs: atUs + k,
        finishedUs: atUs + k,
      }),
    })),
  );
  await journal.close();
  await database.close();
}

import { openDatabase } from '../storage/database.ts';

/** Profitable cycles of a profile, the demo's unless told otherwise, as an earlier time on paper would have left them. */
export async function writePaperRecord(dataDir: string, cycles: number, profile = 'demo'): Promise<void> {
  const database = await openDatabase({ dataDir });
  const atUs = 1_767_225_600_000_000;
  for (let k = 0; k < cycles; k++) {
    await database.db
      .insertInto('executions')
      .values({
        profile,
        executionId: `paper-x${k}`,
        opportunityId: `paper-o${k}`,
        venue: 'simulated',
        path: '["USD","BTC","ETH"]',
        startAmount: '100',
        profit: '0.1',
        profitHome: '0.1',
        expectedNetBps: 10,
        realizedNetBps: 10,
        dust: '[]',
        outcome: 'completed',
        detail: '',
        startedUs: atUs + k,
        finishedUs: atUs + k,
      })
      .execute();
  }
  await database.close();
}

import { openDatabase } from '../storage/database.ts';

/** Profitable cycles of the demo profile, as an earlier time on paper would have left them. */
export async function writePaperRecord(dataDir: string, cycles: number): Promise<void> {
  const database = await openDatabase({ dataDir });
  const atUs = 1_767_225_600_000_000;
  for (let k = 0; k < cycles; k++) {
    await database.db
      .insertInto('executions')
      .values({
        profile: 'demo',
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

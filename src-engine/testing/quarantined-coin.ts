import { openDatabase } from '../storage/database.ts';
import { Journal } from '../storage/journal.ts';
import { latestRisk } from '../storage/queries/risk.ts';

/** Leaves a code in quarantine at these venues, as an earlier run would have. */
export async function quarantineCoin(
  dataDir: string,
  profile: string,
  coin: string,
  venues: readonly string[],
): Promise<void> {
  const database = await openDatabase({ dataDir });
  try {
    const atUs = Date.now() * 1_000;
    const prices = venues.map((venue, at) => ({ venue, price: String(2_000 + 400 * at) }));
    const doubt = { coin, venues, prices, unit: 'USD', reason: 'its prices were 20 % apart', sinceUs: atUs };
    const before = (await latestRisk(database, profile)) ?? {
      level: 'normal' as const,
      levelSinceUs: atUs,
      day: 0,
      dayOpenEquity: null,
      peakEquity: null,
      tradesToday: 0,
      latched: [],
      stops: [],
      record: { wins: 0, losses: 0, won: '0', lost: '0' },
      opened: {},
    };
    const journal = await Journal.open(database, { profile, runId: 'earlier' });
    await journal.append([
      { type: 'riskRecorded', atUs, risk: { ...before, coins: { doubted: [doubt], trusted: [] } } },
    ]);
    await journal.close();
  } finally {
    await database.close();
  }
}

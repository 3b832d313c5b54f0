import { afterAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../domain/event.ts';
import type { DecisionCode } from '../../domain/opportunity.ts';
import { testDatabases } from '../../testing/databases.ts';
import { sampleExecution, sampleOpportunity } from '../../testing/sample-events.ts';
import { openDatabase } from '../database.ts';
import { Journal } from '../journal.ts';
import { edgeBoard } from './edges.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const HOUR = 3_600_000_000;
const T = 470_000 * HOUR;
let serial = 0;

function seen(
  path: readonly string[],
  peakNetBps: number,
  closedUs: number,
  decision: DecisionCode,
): EngineEvent[] {
  const opportunityId = `o${String(serial++).padStart(4, '0')}`;
  const opportunity = sampleOpportunity({ opportunityId, venue: 'east', path, peakNetBps, decision });
  return [
    { type: 'opportunityOpened', atUs: closedUs, opportunity },
    { type: 'opportunityClosed', atUs: closedUs, opportunity: { ...opportunity, closedUs } },
  ];
}

const BTC = ['USD', 'BTC', 'ETH'];
const SOL = ['USD', 'SOL', 'ETH'];

describe.each(databases.table)('edges by cycle and hour, on %s', (_name, { fresh, missing }) => {
  it.skipIf(missing !== undefined)(
    'are counted of the period alone, newest edges last, profits exact',
    async () => {
      const database = await openDatabase(await fresh());
      const journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
      const done = (
        executionId: string,
        outcome: 'completed' | 'missed' | 'swept',
        profitHome: string,
      ): EngineEvent => {
        const execution = sampleExecution({
          executionId,
          venue: 'east',
          path: BTC,
          outcome,
          profitHome,
          finishedUs: T,
        });
        return { type: 'executionFinished', atUs: T, execution };
      };
      await journal.append([
        ...seen(BTC, 99, T - 1, 'taken'),
        ...seen(BTC, 3, T, 'taken'),
        ...seen(SOL, 7, T + 5, 'no-balance'),
        ...seen(BTC, 5.5, T + HOUR, 'cooling-down'),
        ...seen(BTC, 1, T + 3 * HOUR, 'taken'),
        done('x1', 'completed', '0.1'),
        done('x2', 'completed', '0.2'),
        done('x3', 'missed', '-0.000000000000000001'),
        done('x4', 'swept', '50'),
      ]);
      expect(await edgeBoard(database, 'demo', 'USD', { fromUs: T, toUs: T + 2 * HOUR })).toEqual({
        homeAsset: 'USD',
        isCut: false,
        rows: [
          {
            venue: 'east',
            path: BTC,
            seen: 2,
            taken: 1,
            attempts: 3,
            completed: 2,
            profitHome: '0.299999999999999999',
            edges: [3, 5.5],
          },
          {
            venue: 'east',
            path: SOL,
            seen: 1,
            taken: 0,
            attempts: 0,
            completed: 0,
            profitHome: '0',
            edges: [7],
          },
        ],
        hours: [
          { startUs: T + HOUR, seen: 1, taken: 0, bestBps: 5.5 },
          { startUs: T, seen: 2, taken: 1, bestBps: 7 },
        ],
      });
      for (const pageRows of [1, 2, 3]) {
        const paged = await edgeBoard(database, 'demo', 'USD', { fromUs: T }, pageRows);
        expect(paged.rows[0]).toMatchObject({
          attempts: 3,
          completed: 2,
          profitHome: '0.299999999999999999',
        });
      }
      expect(await edgeBoard(database, 'other', 'USD', { fromUs: 0 })).toMatchObject({ rows: [], hours: [] });
      await journal.close();
      await database.close();
    },
  );
});

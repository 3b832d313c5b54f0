/** The scorer is fitted again once an execution has ended, and not for every question. */
import { expect, it } from 'vitest';
import { scorerMark } from '../domain/capture-model.ts';
import { openDatabase } from '../storage/database.ts';
import { countRefused } from '../storage/queries/taken.ts';
import { scorerEffect, scorerReport } from './scorer-report.ts';

const execution = (profile: string, at: number) => ({
  profile,
  executionId: `run-1-e${at}`,
  opportunityId: `run-1-o${at}`,
  venue: 'kraken',
  path: '["USD","BTC","ETH"]',
  startAmount: '100',
  profit: '1',
  profitHome: '1',
  expectedNetBps: 10,
  realizedNetBps: 10,
  dust: '[]',
  outcome: 'completed' as const,
  detail: '',
  startedUs: at,
  finishedUs: at + 5,
});

it('answers the same until another execution of the profile has ended', async () => {
  const database = await openDatabase({ memory: true });
  try {
    const add = (profile: string, at: number) =>
      database.db.insertInto('executions').values(execution(profile, at)).execute();
    const ask = (profile = 'demo') => scorerReport(database, profile, 'USD');
    const none = await ask();
    expect(none).toMatchObject({ verdict: 'too-few-records', records: 0 });
    expect(await ask()).toBe(none);
    await add('demo', 10);
    const one = await ask();
    expect(one).toMatchObject({ records: 1, left: 1 });
    expect(await ask()).toBe(one);
    await add('paper', 20);
    expect(await ask()).toBe(one);
    expect(await ask('paper')).toMatchObject({ records: 1 });
    // One that is corrected keeps its id and its times.
    await database.db
      .updateTable('executions')
      .set({ realizedNetBps: -5 })
      .where('executionId', '=', 'run-1-e10')
      .execute();
    const corrected = await ask();
    expect(corrected).not.toBe(one);
    // Nor need its yield change: of an attempt that never began there is none.
    await database.db
      .updateTable('executions')
      .set({ profitHome: '3' })
      .where('executionId', '=', 'run-1-e10')
      .execute();
    expect(await ask()).not.toBe(corrected);
    expect(await scorerEffect(database, 'demo', 'USD')).toMatchObject({
      effect: { refused: 0 },
      challenged: null,
    });
    await add('demo', 30);
    expect((await ask()).records).toBe(2);
  } finally {
    await database.close();
  }
});

it('counts what one scorer did not take, and not what another one did not', async () => {
  const database = await openDatabase({ memory: true });
  try {
    const [own, other] = ['a'.repeat(64), 'b'.repeat(64)];
    const add = (at: number, model: string) =>
      database.db
        .insertInto('opportunities')
        .values({
          profile: 'demo',
          opportunityId: `run-1-o${at}`,
          cycleId: 1,
          venue: 'kraken',
          path: '[]',
          legs: '[]',
          startAmount: '100',
          expectedProfit: '1',
          waterfall: '{}',
          decision: 'capture-unlikely',
          decisionDetail: `capture 11.9 %, below 50.0 % (${scorerMark(model)})`,
          openedUs: at,
          peakNetBps: 1,
          closedUs: null,
        })
        .execute();
    await add(10, own);
    await add(20, own);
    await add(30, other);
    expect(await countRefused(database, 'demo', 15, own)).toBe(1);
    expect(await countRefused(database, 'demo', 0, other)).toBe(1);
    expect(await countRefused(database, 'demo', 0)).toBe(3);
  } finally {
    await database.close();
  }
});

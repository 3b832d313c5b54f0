/** Texts that a venue or a caller may send and a database would refuse, or give back otherwise than it took them. */
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { testDatabases } from '../testing/databases.ts';
import {
  sampleExecution,
  sampleFill,
  sampleOpportunity,
  sampleOrder,
  sampleRun,
} from '../testing/sample-events.ts';
import { verifyChains } from './chain/verify.ts';
import { openDatabase } from './database.ts';
import { Journal } from './journal.ts';
import { latestBalances } from './queries/account.ts';
import { listExecutions, listFills, listOrders } from './queries/history.ts';
import { eventsSince } from './queries/recovery.ts';
import { getSetting, setSetting } from './settings.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const T = 1_700_000_000_000_000;
const SCOPE = { profile: 'demo', runId: 'run-1' };
const page = { limit: 10 };
const TEXTS = ['a\0b', '\udfff\ud800', '\ufffe\uffff\u202ee\u0301\u{1f600}'];

describe.each(databases.table)('on %s', (_name, { fresh, missing }) => {
  it.skipIf(missing !== undefined).each(TEXTS)('%j stops no commit and breaks no chain', async (text) => {
    const database = await openDatabase(await fresh());
    const journal = await Journal.open(database, SCOPE);
    const order = sampleOrder({ state: 'rejected', reason: text, symbol: text });
    const actor = { kind: 'operator', via: 'api' } as const;
    const balances = [{ asset: `X${text}`, total: '1', reserved: '0', costHome: '0' }];
    const facts: EngineEvent[] = [
      sampleRun(),
      { type: 'killed', atUs: T, actor, reason: text, cancelsSent: 0 },
      { type: 'feedChanged', atUs: T, venue: 'simulated', state: 'closed', venueStatus: text, reason: text },
      {
        type: 'opportunityOpened',
        atUs: T,
        opportunity: sampleOpportunity({ decisionDetail: text, path: [text, 'BTC', 'ETH'] }),
      },
      { type: 'orderFilled', atUs: T, order, fill: sampleFill({ fillId: text, feeAsset: text }) },
      {
        type: 'executionFinished',
        atUs: T,
        execution: sampleExecution({ detail: text, path: [text, 'BTC'] }),
      },
      { type: 'balancesChanged', atUs: T, balances },
    ];
    await journal.append(facts);
    await journal.appendAudit({ atUs: T, actor: text, action: text, outcome: text, detail: text });
    await setSetting(database, 'test', { text });
    await journal.close();
    const stored = text.toWellFormed().replaceAll('\0', '\ufffd');
    const { db } = database;
    // Facts as they were: JSON has a form for each of these texts.
    expect((await eventsSince(database, 'demo', 0, 10)).map(({ event }) => event)).toEqual(facts);
    expect(await listOrders(database, 'demo', page)).toMatchObject([{ reason: stored, symbol: stored }]);
    expect(await listFills(database, 'demo', page)).toMatchObject([{ fillId: stored, feeAsset: stored }]);
    expect(await listExecutions(database, 'demo', page)).toMatchObject([
      { detail: stored, path: [text, 'BTC'] },
    ]);
    expect((await latestBalances(database, 'demo')).map(({ asset }) => asset)).toContain(`X${stored}`);
    expect(await getSetting(database, 'test')).toEqual({ text });
    expect(await verifyChains(db, database.heads)).toMatchObject({ whole: true, findings: [] });
    await database.close();
  });
});

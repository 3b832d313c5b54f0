/** Trades on the local exchange: every total, count and state that the engine reports is the same wherever it is shown. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../assemble.ts';
import { Decimal } from '../domain/decimal.ts';
import { connectEngine, type EngineClient } from '../testing/patient-client.ts';
import { until } from '../testing/until.ts';
import { type LocalExchange, startLocalExchange } from '../venues/local-exchange/local-exchange.ts';

let dataDir: string;
let exchange: LocalExchange;
const running: RunningEngine[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-truth-'));
  exchange = await startLocalExchange({ seed: 11, updatesPerSecond: 200, edgeSeconds: 0.5 });
});

afterEach(async () => {
  await running.pop()?.stop();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EngineClient> {
  const note = (): void => undefined;
  running.push(await createEngine({ dataDir, exchangeUrl: exchange.url, seed: 11, note, profile: 'demo' }));
  const client = connectEngine(dataDir, 'test');
  await until(() => client.call('getTotals', {}));
  return client;
}

/** Every execution has its story: each of its orders with the times of the steps that it came to, in their order, and its books. */
async function storiesAreWhole(client: EngineClient): Promise<number> {
  const { executions } = await client.call('listExecutions', { limit: 1_000 });
  for (const execution of executions) {
    const story = await client.call('getExecution', { executionId: execution.executionId });
    expect(story.execution).toEqual(execution);
    expect(story.isKept).toBe(true);
    expect(story.times.map(({ orderId }) => orderId).toSorted()).toEqual(
      story.orders.map(({ orderId }) => orderId).toSorted(),
    );
    for (const {
      orderId,
      decidedUs,
      journaledUs,
      sentUs,
      acknowledgedUs,
      firstFillUs,
      endedUs,
    } of story.times) {
      const order = story.orders.find((each) => each.orderId === orderId);
      const known = [decidedUs, journaledUs, sentUs, acknowledgedUs, firstFillUs, endedUs].filter(
        (atUs) => atUs !== null,
      );
      expect(known).toEqual(known.toSorted((a, b) => a - b));
      if (order?.state === 'filled') expect([sentUs, firstFillUs, endedUs]).not.toContain(null);
      expect(story.fillBooks.some((book) => book.orderId === orderId)).toBe(order?.filledQty !== '0');
    }
    if (story.opportunity !== null) expect(story.books.length).toBeGreaterThan(1);
  }
  return executions.length;
}

const sum = (texts: readonly string[]): string =>
  texts.reduce((total, text) => total.plus(text), new Decimal(0)).toFixed();

/** What the lists hold, page by page to their end. */
async function listed(client: EngineClient) {
  const all = { limit: 1_000 };
  const { orders } = await client.call('listOrders', all);
  const { fills } = await client.call('listFills', all);
  const { executions } = await client.call('listExecutions', all);
  const { opportunities } = await client.call('listOpportunities', all);
  const { news } = await client.call('listNews', all);
  const assets = [...new Set(fills.map(({ feeAsset }) => feeAsset))].toSorted();
  return {
    orders: { count: orders.length },
    fills: {
      count: fills.length,
      fees: assets.map((asset) => ({
        asset,
        sum: sum(fills.filter(({ feeAsset }) => feeAsset === asset).map(({ fee }) => fee)),
      })),
    },
    executions: { count: executions.length, profitHome: sum(executions.map(({ profitHome }) => profitHome)) },
    opportunities: { count: opportunities.length },
    events: { count: news.length },
  };
}

it('totals are those of all rows, denials are counted once, equity is one figure, and a kill is what risk says first', async () => {
  const client = await start();
  await until(async () => {
    const { executions, fills } = await client.call('getTotals', {});
    expect(Math.min(executions.count, fills.count)).toBeGreaterThan(2);
  });
  await client.call('kill', { reason: 'test' });
  await until(async () => {
    const { homeAsset, ...totals } = await client.call('getTotals', {});
    expect(homeAsset).toBe('USD');
    expect(totals).toEqual(await listed(client));
    const report = await client.call('getPnlReport', {});
    expect([report.executions, new Decimal(report.profit).toFixed()]).toEqual([
      totals.executions.count,
      totals.executions.profitHome,
    ]);
  });

  await expect(client.call('getExecution', { executionId: 'none' })).rejects.toThrow(
    /is not a finished execution/,
  );
  const stories = await storiesAreWhole(client);
  expect(stories).toBeGreaterThan(2);

  const [status, risk, snapshot] = [
    await client.call('getStatus', {}),
    await client.call('getRisk', {}),
    await client.call('getSnapshot', {}),
  ];
  expect(risk.denials.reduce((all, { count }) => all + count, 0)).toBe(status.counters.denials);
  expect(risk.holds[0]).toMatchObject({ kind: 'killed' });
  expect(snapshot.equity).not.toBeNull();

  const { homeAsset: _home, ...before } = await client.call('getTotals', {});
  await running.pop()?.stop();
  const again = await start();
  const { homeAsset: _again, ...after } = await again.call('getTotals', {});
  expect(after.executions).toEqual(before.executions);
  expect(after.fills).toEqual(before.fills);
  expect(after.orders).toEqual(before.orders);
  expect(await storiesAreWhole(again)).toBe(stories);
  // Those of the run before are among them.
  await until(async () =>
    expect((await again.call('getTotals', {})).events.count).toBeGreaterThan(before.events.count),
  );
});

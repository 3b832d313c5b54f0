/** A kill of accounts at two venues of which one cannot be traded, or not reached: each is canceled and reported by itself. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, parallax } from '../cli/testing/parallax-process.ts';
import type { EngineClient } from '../gateway/client.ts';
import { choose, TwoAccounts } from '../testing/two-accounts.ts';
import { untilFits } from '../testing/until.ts';

let two: TwoAccounts;
beforeEach(async () => {
  two = await TwoAccounts.open();
  const order = { side: 'buy', type: 'limit', price: '1000', qty: '0.1' } as const;
  two.kraken.core.desk.place(two.east, two.kraken.core.market('BTC/USD'), order);
  two.binance.core.desk.place(two.west, two.binance.core.market('BTC/USDT'), order);
  expect(open()).toEqual([1, 1]);
});
afterEach(() => two.close());

const open = (): number[] => [two.east.openOrders.size, two.west.openOrders.size];
const verified = (client: EngineClient) =>
  untilFits(
    () => client.call('getStatus', {}),
    ({ killVerifiedOpenOrders }) => killVerifiedOpenOrders === 0,
  );
const kill = () => parallax('kill', '--data-dir', two.dataDir, '--json');

describe('without a session', () => {
  it('cancels at the venue that answers, says which one does not, and goes on until both are verified', async () => {
    const client = await two.start();
    two.kraken.faults.setSystemStatus('maintenance');
    two.answering = () => ({ status: 503, body: '' });
    await expect(choose(client)).rejects.toThrow();
    two.kraken.faults.setSystemStatus('online');

    // The command waits for the venues, and ends with another code while one of them has not shown that nothing is open.
    const failed = await kill();
    expect([failed.code, json(failed)]).toMatchObject([
      1,
      {
        killed: true,
        verified: false,
        openOrders: null,
        venues: [
          { venue: 'kraken', title: 'Kraken', openOrders: 0, problem: '' },
          {
            venue: 'binance',
            title: 'Binance',
            openOrders: null,
            problem: expect.stringMatching(/status 503/) as string,
          },
        ],
      },
    ]);
    expect(open()).toEqual([0, 1]);
    const { killProblem, killVerifiedOpenOrders } = await client.call('getStatus', {});
    expect([killProblem, killVerifiedOpenOrders]).toEqual([
      expect.stringMatching(/^Binance: [^;]*status 503/) as string,
      null,
    ]);
    two.answering = () => undefined;
    await verified(client);
    expect(open()).toEqual([0, 0]);
    const { lines } = await client.call('listLogs', { search: 'killed without a session' });
    expect(lines.map(({ text }) => text).toSorted()).toEqual([
      expect.stringMatching(/canceled at Binance, nothing is open/) as string,
      expect.stringMatching(/canceled at Kraken, nothing is open/) as string,
    ]);
    expect((await kill()).code).toBe(0);
  });
});

describe('in a session that watches one venue because its key may withdraw', () => {
  it('reaches the orders there as well', async () => {
    const restrictions = { enableReading: true, enableSpotAndMarginTrading: true, enableWithdrawals: true };
    two.answering = (_method, path) =>
      path.startsWith('/sapi/v1/account/apiRestrictions')
        ? { status: 200, body: JSON.stringify(restrictions) }
        : undefined;
    const client = await two.start();
    const { feeds } = await choose(client);
    expect(feeds[1]?.watchedFor).toMatch(/may move money out of the account/);
    const answer = await client.call('kill', {});
    // A venue that has not answered within a second is no part of the answer, which then says so.
    const isWaited = /have not answered yet/.test(answer.problem ?? '');
    const names = isWaited ? ['kraken'] : ['kraken', 'binance'];
    expect(answer.venues?.map(({ venue }) => venue)).toEqual(names);
    const { killVenues } = await verified(client);
    expect(killVenues.map(({ venue, openOrders }) => [venue, openOrders])).toEqual([
      ['kraken', 0],
      ['binance', 0],
    ]);
    expect(open()).toEqual([0, 0]);
  });
});

describe('while a venue asks this address for a pause', () => {
  it('cancels even while account queries wait', async () => {
    const client = await two.start();
    await choose(client);
    await untilFits(
      () => client.call('getAccountStanding', {}),
      ({ venues }) => venues.every(({ agreedUs }) => agreedUs !== null),
    );
    two.answering = (_method, path) =>
      path.startsWith('/api/v3/depth')
        ? { status: 429, body: '', headers: { 'retry-after': '600' } }
        : undefined;
    // The public feed comes back and asks for snapshots; what it is answered concerns the account too.
    two.binance.faults.dropConnections();
    await untilFits(
      () => client.call('getAccountStanding', {}),
      ({ venues }) => venues[1]?.refusal !== '',
    );
    await untilFits(
      async () => {
        await client.call('reconcile', {});
        return client.call('listNews', { limit: 200 });
      },
      ({ news }) =>
        news.some(({ event }) => event.type === 'reconcileFailed' && /asks for a pause/.test(event.reason)),
    );
    await client.call('kill', {});
    await verified(client);
    expect(open()).toEqual([0, 0]);
  });
});

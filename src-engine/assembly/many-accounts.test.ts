/** Accounts at two venues in one session, each venue a local exchange behind its own protocol, over real sockets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineClient } from '../gateway/client.ts';
import { writePaperRecord } from '../testing/paper-record.ts';
import { choose, readyAt, TwoAccounts, WEST } from '../testing/two-accounts.ts';
import { until, untilFits } from '../testing/until.ts';

let two: TwoAccounts;
beforeEach(async () => {
  two = await TwoAccounts.open();
});
afterEach(() => two.close());

const KRAKEN = { venue: 'kraken', title: 'Kraken' };
const BINANCE = { venue: 'binance', title: 'Binance' };
const east = () => two.east;
const west = () => two.west;

const states = async (client: EngineClient) =>
  (await client.call('getArming', {})).venues.map(({ venue, state }) => [venue, state]);

const money = async (client: EngineClient) => {
  const { balances } = await client.call('getSnapshot', {});
  return Object.fromEntries(balances.map(({ asset, total }) => [asset, total]));
};

describe('accounts at two venues', () => {
  it('are armed one by one by their own names, trade each with its own money, and one kill empties both', async () => {
    await writePaperRecord(two.dataDir, 20, 'paper');
    const client = await two.start();
    const chosen = await choose(client);
    expect(chosen.feeds.map(({ venue }) => venue)).toEqual(['kraken', 'binance']);
    expect(await money(client)).toMatchObject({ 'USD@kraken': '20000', 'USDT@binance': '20000' });
    await client.call('applyLimitPreset', { preset: 'conservative' });
    await client.call('applyLimitPreset', { preset: 'standard' });
    const venues = await readyAt(client, 'binance');
    const deadEngine = venues.map(
      ({ checklist }) => checklist.find(({ id }) => id === 'dead-engine')?.detail,
    );
    expect(deadEngine).toEqual([
      expect.stringMatching(/the venue’s dead-man switch cancels/) as string,
      expect.stringMatching(/the venue has no dead-man switch/) as string,
    ]);
    await expect(client.call('armLive', { ...BINANCE, title: 'Kraken' })).rejects.toThrow(/Type Binance/);
    await client.call('armLive', BINANCE);
    expect(await states(client)).toEqual([
      ['kraken', 'disarmed'],
      ['binance', 'canary'],
    ]);
    await until(() => west().trades.length >= 3);
    expect(east().trades).toHaveLength(0);

    await readyAt(client, 'kraken');
    await client.call('armLive', KRAKEN);
    await until(() => east().trades.length >= 3);
    await client.call('disarm', { venue: 'binance' });
    expect(await states(client)).toEqual([
      ['kraken', 'canary'],
      ['binance', 'disarmed'],
    ]);
    const standing = await untilFits(
      () => client.call('getAccountStanding', {}),
      ({ venues: all }) =>
        all.every(({ refusal, differences }) => refusal === '' && differences.length === 0),
    );
    expect(standing.isWatched).toBe(true);
    expect(standing.venues.map(({ venue }) => venue)).toEqual(['kraken', 'binance']);

    await expect(client.call('resumeTrading', { venue: 'mtgox' })).rejects.toThrow(
      /is not a venue of this session/,
    );
    expect(await client.call('resumeTrading', { venue: 'kraken' })).toEqual({ paused: false });

    const killed = await client.call('kill', {});
    expect(killed.venues?.map(({ venue }) => venue)).toEqual(['kraken', 'binance']);
    const status = await untilFits(
      () => client.call('getStatus', {}),
      ({ killVerifiedOpenOrders }) => killVerifiedOpenOrders === 0,
    );
    expect(status.killVenues).toEqual([
      { venue: 'kraken', title: 'Kraken', openOrders: 0, problem: '' },
      { venue: 'binance', title: 'Binance', openOrders: 0, problem: '' },
    ]);
    expect(await states(client)).toEqual([
      ['kraken', 'disarmed'],
      ['binance', 'disarmed'],
    ]);
    expect([east().openOrders.size, west().openOrders.size]).toEqual([0, 0]);
    await untilFits(
      () => client.call('getStatus', {}),
      ({ ordersInFlight }) => ordersInFlight === 0,
    );
    const held = await money(client);
    for (const [venue, { ledger }] of [['kraken', east()] as const, ['binance', west()] as const])
      for (const asset of ledger.assets())
        expect([asset, Number(held[`${asset}@${venue}`] ?? 0)]).toEqual([
          asset,
          Number(ledger.balance(asset).toFixed()),
        ]);
  });

  it('of which one has no key, or one that is refused: it is watched with the reason, and the other trades', async () => {
    two.keys.delete('binance-api-key');
    await writePaperRecord(two.dataDir, 20, 'paper');
    const client = await two.start();
    await choose(client);
    expect(await money(client)).toEqual({ 'USD@kraken': '20000' });
    await client.call('applyLimitPreset', { preset: 'conservative' });
    const [, watched] = await readyAt(client, 'kraken');
    expect(watched).toMatchObject({
      venue: 'binance',
      state: 'disarmed',
      watchedFor: expect.stringMatching(/key --set --venue binance/) as string,
    });
    await expect(client.call('armLive', BINANCE)).rejects.toThrow(/key: "watched without trading/);
    await client.call('armLive', KRAKEN);
    await until(() => east().trades.length >= 3);
    const { feeds } = await client.call('getStatus', {});
    expect(feeds[1]).toMatchObject({
      venue: 'binance',
      blocker: expect.stringMatching(/^watched without trading: API key/) as string,
    });
    await until(async () => {
      const [, binance] = (await client.call('getStatus', {})).feeds;
      expect(binance?.booksLive).toBeGreaterThan(20);
    });
    expect(west().trades).toHaveLength(0);
    const killed = await client.call('kill', {});
    expect(killed.venues?.map(({ venue }) => venue)).toEqual(['kraken']);
    two.keys.set('binance-api-key', `${WEST.key}\n${WEST.secret}`);
    const again = await choose(client);
    expect(again.feeds[1]?.blocker).toMatch(/kill switch/);
    expect(await money(client)).toHaveProperty('USDT@binance', '20000');
  });

  it('of which none can be traded begin no session, as with one', async () => {
    two.keys.clear();
    const client = await two.start();
    await expect(choose(client)).rejects.toThrow(/API key: is not in the keychain/);
  });
});

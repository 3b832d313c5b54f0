/** Sessions of several venues: which ones a profile trades, and what one that cannot be reached does to the others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type EngineOptions, type RunningEngine } from '../assemble.ts';
import { connectEngine, type EngineClient } from '../testing/patient-client.ts';
import { until } from '../testing/until.ts';
import {
  type RunningExchange,
  startBinanceExchange,
  startLocalExchange,
} from '../venues/local-exchange/local-exchange.ts';

/** Nothing listens there: port 9 is the discard service, which no machine of today runs. */
const NOWHERE = 'http://127.0.0.1:9';

let dataDir: string;
let kraken: RunningExchange;
let binance: RunningExchange | undefined;
let running: RunningEngine | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-venues-'));
  kraken = await startLocalExchange({ seed: 5, updatesPerSecond: 200, edgeSeconds: 1 });
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  await kraken.stop();
  await binance?.stop();
  binance = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<EngineOptions>): Promise<EngineClient> {
  running = await createEngine({ dataDir, seed: 5, note: () => undefined, ...options });
  return connectEngine(dataDir, 'test');
}

const paper = (): Partial<EngineOptions> => ({
  profile: 'paper',
  venueUrls: {
    kraken: { rest: kraken.url, stream: `${kraken.wsUrl}/v2` },
    binance: { rest: NOWHERE, stream: 'ws://127.0.0.1:9' },
  },
});

describe('a plan of several venues', () => {
  it('begins with those that can be reached, and names the others with the reason', async () => {
    const client = await start({ ...paper(), venues: ['kraken', 'binance'] });
    await until(async () => {
      const status = await client.call('getStatus', {});
      expect(status.feeds).toMatchObject([{ venue: 'kraken', title: 'Kraken', blocker: null }]);
      expect(status.feeds[0]?.booksLive).toBeGreaterThan(30);
      expect(status.unreachedVenues).toEqual([
        {
          adapter: 'binance',
          title: 'Binance',
          reason: expect.stringMatching(/cannot be reached/) as string,
        },
      ]);
    });
  });

  it('is remembered, and another one is chosen by name', async () => {
    await start({ ...paper(), venues: ['kraken', 'binance'] });
    await running?.stop();
    const client = await start(paper());
    await until(async () => expect((await client.call('getStatus', {})).unreachedVenues).toHaveLength(1));
    const status = await client.call('chooseProfile', { profile: 'paper', venues: ['kraken'] });
    expect(status.unreachedVenues).toEqual([]);
    expect(status.feeds.map(({ venue }) => venue)).toEqual(['kraken']);
  });

  it('is refused whole where it names an unknown venue, or one twice', async () => {
    const client = await start({});
    const refused = (profile: 'paper' | 'live', venues: string[]) =>
      client.call('chooseProfile', { profile, venues });
    await expect(refused('live', ['kraken', 'mtgox'])).rejects.toThrow(/mtgox.*is not a known venue/);
    await expect(refused('paper', ['kraken', 'mtgox'])).rejects.toThrow(/mtgox.*is not a known venue/);
    await expect(refused('paper', ['kraken', 'kraken'])).rejects.toThrow(/names kraken twice/);
  });
});

describe('two venues on paper', () => {
  async function both(): Promise<EngineClient> {
    binance ??= await startBinanceExchange({
      seed: 6,
      updatesPerSecond: 200,
      edgeSeconds: 1,
      fees: 'real',
    });
    const client = await start({ ...paper(), ...urls(binance), venues: ['kraken', 'binance'] });
    await until(async () => {
      const { feeds } = await client.call('getStatus', {});
      expect(feeds.map(({ venue, booksLive }) => [venue, booksLive > 20])).toEqual([
        ['kraken', true],
        ['binance', true],
      ]);
    });
    return client;
  }

  const urls = (one: RunningExchange) => ({
    venueUrls: {
      kraken: { rest: kraken.url, stream: `${kraken.wsUrl}/v2` },
      binance: { rest: one.url, stream: one.wsUrl },
    },
  });

  const tradedAt = async (client: EngineClient) => {
    const { executions } = await client.call('listExecutions', { limit: 500 });
    return new Set(executions.map(({ venue }) => venue));
  };

  const held = async (client: EngineClient) => {
    const { balances } = await client.call('getSnapshot', {});
    return Object.fromEntries(balances.map(({ asset, total }) => [asset, total]));
  };

  it('trades both, each with money of its own, and goes on with one when the other is gone', async () => {
    const client = await both();
    await until(async () => expect([...(await tradedAt(client))].toSorted()).toEqual(['binance', 'kraken']));
    const { executions } = await client.call('listExecutions', { limit: 500 });
    for (const { venue, path } of executions)
      expect(path.every((asset) => asset.endsWith(`@${venue}`))).toBe(true);
    const money = await held(client);
    expect(money).toHaveProperty('USD@kraken');
    expect(money).toHaveProperty('USDT@binance');
    expect(Object.keys(money).filter((asset) => !/@(kraken|binance)$/.test(asset))).toEqual([]);

    const { feeds: standing } = await client.call('getStatus', {});
    for (const { clock, takerFees, lastFault, account, checksumMismatches } of standing) {
      // Each book is as deep as its own stream, whatever another venue's is.
      expect(checksumMismatches).toBe(0);
      // Kraken gives its time in whole seconds.
      expect(Math.abs(clock?.skewUs ?? Number.NaN)).toBeLessThanOrEqual(clock?.errorUs ?? 0);
      expect(Number(takerFees?.most)).toBeGreaterThan(0);
      expect([lastFault, account]).toEqual([null, null]);
    }

    await binance?.stop();
    await until(async () => {
      const { feeds, haltReason } = await client.call('getStatus', {});
      expect(feeds[1]).toMatchObject({ venue: 'binance', booksLive: 0 });
      expect(feeds.map(({ lastFault }) => lastFault === null)).toEqual([true, false]);
      expect(haltReason).toBe('');
    });
    const known = new Set(
      (await client.call('listExecutions', { limit: 500 })).executions.map(({ executionId }) => executionId),
    );
    await until(async () => {
      const later = await client.call('listExecutions', { limit: 500 });
      expect(
        later.executions.some(({ executionId, venue }) => venue === 'kraken' && !known.has(executionId)),
      ).toBe(true);
    });
    await client.call('kill', { reason: 'drill' });
    await until(async () => {
      const status = await client.call('getStatus', {});
      expect(status).toMatchObject({ killed: true, killVerifiedOpenOrders: 0 });
      expect(status.feeds.every(({ blocker }) => blocker?.includes('kill switch') === true)).toBe(true);
    });
  });

  it('keeps what lies at each through a restart, and while one of them is not traded', async () => {
    const client = await both();
    await until(async () => expect((await tradedAt(client)).size).toBe(2));
    await client.call('kill', { reason: 'stand still' });
    await until(async () => expect((await client.call('getStatus', {})).ordersInFlight).toBe(0));
    const money = await held(client);
    await client.call('chooseProfile', { profile: 'paper', venues: ['kraken'] });
    const alone = await held(client);
    for (const [asset, total] of Object.entries(money)) {
      const here = asset.endsWith('@kraken') ? asset.slice(0, asset.indexOf('@')) : asset;
      expect([here, alone[here]]).toEqual([here, total]);
    }
    await running?.stop();
    const again = await both();
    expect(await held(again)).toEqual(money);
  });
});

/** Sessions of several venues: which ones a profile trades, and what one that cannot be reached does to the others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type EngineOptions, type RunningEngine } from '../assemble.ts';
import { connectEngine, type EngineClient } from '../gateway/client.ts';
import { until } from '../testing/until.ts';
import { type LocalExchange, startLocalExchange } from '../venues/local-exchange/local-exchange.ts';

/** Nothing listens there: port 9 is the discard service, which no machine of today runs. */
const NOWHERE = 'http://127.0.0.1:9';

let dataDir: string;
let kraken: LocalExchange;
let running: RunningEngine | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-venues-'));
  kraken = await startLocalExchange({ seed: 5, updatesPerSecond: 200 });
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  await kraken.stop();
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

  it('is refused whole where it names a venue that is not known, one twice, or several for one account', async () => {
    const client = await start({});
    const refused = (profile: 'paper' | 'live', venues: string[]) =>
      client.call('chooseProfile', { profile, venues });
    await expect(refused('paper', ['kraken', 'mtgox'])).rejects.toThrow(/mtgox.*is not a venue/);
    await expect(refused('paper', ['kraken', 'kraken'])).rejects.toThrow(/names a venue twice/);
    await expect(refused('live', ['kraken', 'binance'])).rejects.toThrow(/trades the account of one/);
  });
});

/** The whole engine on a data folder: real database, real gateway, the local exchange on a thread of its own. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../assemble.ts';
import { engineHealth } from '../contract/records.ts';
import { connectEngine, type EngineClient } from '../testing/patient-client.ts';
import { readMarketLog } from '../storage/market-log.ts';
import { PostgresLeasePlace } from '../storage/lease/lease-row.ts';
import { startTestPostgres } from '../testing/postgres.ts';
import { type LocalExchange, startLocalExchange } from '../venues/local-exchange/local-exchange.ts';
import { untilFits } from '../testing/until.ts';

let dataDir: string;
let exchange: LocalExchange;
const running: RunningEngine[] = [];
const notes: string[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-engine-'));
  exchange = await startLocalExchange({ seed: 11, updatesPerSecond: 400, edgeSeconds: 0.5 });
});

afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
  await exchange.stop();
  notes.length = 0;
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof createEngine>[0]> = {}): Promise<EngineClient> {
  const engine = await createEngine({
    dataDir,
    exchangeUrl: exchange.url,
    seed: 11,
    note: (text) => notes.push(text),
    ...options,
  });
  running.push(engine);
  return connectEngine(dataDir, 'test');
}

async function stop(): Promise<void> {
  await running.pop()?.stop();
}

const status = (client: EngineClient) => client.call('getStatus', {});

describe('engine', () => {
  it('waits for a profile, then trades the demo and says that it is simulated', async () => {
    const client = await start();
    expect(await status(client)).toMatchObject({ profile: null, mode: null, feeds: [] });
    await expect(client.call('pauseTrading', {})).rejects.toThrow(/profile: is not chosen yet/);

    const chosen = await client.call('chooseProfile', { profile: 'demo', capital: { USD: '10000' } });
    expect(chosen).toMatchObject({ profile: 'demo', mode: 'paper', simulatedMarket: true });
    const live = await untilFits(
      () => status(client),
      ({ feeds }) => (feeds[0]?.booksLive ?? 0) > 30,
    );
    expect(live.feeds[0]).toMatchObject({ venue: 'simulated', state: 'open', checksumMismatches: 0 });
    const { instruments, balances } = await client.call('getSnapshot', {});
    expect(new Set(instruments.map(({ venue }) => venue))).toEqual(new Set(['simulated']));
    expect(balances[0]).toMatchObject({ asset: 'USD' });
  });

  it('times its stages and its loop, and shows the same in its metrics', async () => {
    const client = await start({ profile: 'demo' });
    await untilFits(
      () => status(client),
      ({ counters }) => counters.orders > 0 && counters.bookUpdates > 400,
    );
    const { engine, url, windowAddress } = running[0] as RunningEngine;
    const health = await untilFits(
      () => Promise.resolve(engineHealth.parse(engine.readView('health', {}))),
      // On a machine that is behind, books are looked at together and not timed: it catches up once its start is over.
      ({ loop, stages }) => loop.total.count > 10 && stages.every(({ recent }) => recent.p50Us > 0),
    );
    expect(health.stages.map(({ stage }) => stage)).toEqual(['parsed', 'book', 'decided', 'sent']);
    for (const { total, recent } of health.stages) {
      expect(total.count).toBeGreaterThan(0);
      expect(recent.p50Us).toBeLessThanOrEqual(recent.maxUs);
    }
    const book = health.stages[1];
    // One frame in eight is timed.
    const { counters } = await status(client);
    expect(book?.total.count).toBeLessThan(counters.bookUpdates / 4);
    const authorization = `Bearer ${windowAddress.split('token=')[1] ?? ''}`;
    const scraped = await fetch(`${url}/metrics`, { headers: { authorization } });
    expect(scraped.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await scraped.text();
    expect(text).toMatch(/^parallax_orders_total [1-9]/m);
    expect(text).toMatch(/^parallax_stage_seconds_count\{stage="sent"\} [1-9]/m);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
  });

  it('keeps history, balances and the kill switch over a restart', async () => {
    const first = await start({ profile: 'demo' });
    await untilFits(
      () => status(first),
      ({ counters }) => counters.fills >= 3,
    );
    await first.call('kill', { reason: 'drill' });
    const killed = await untilFits(
      () => status(first),
      ({ killVerifiedOpenOrders }) => killVerifiedOpenOrders === 0,
    );
    expect(killed.killed).toBe(true);
    await untilFits(
      () => status(first),
      ({ ordersInFlight }) => ordersInFlight === 0,
    );
    const before = await first.call('getSnapshot', {});
    await stop();

    const second = await start();
    const after = await untilFits(
      () => second.call('getSnapshot', {}),
      ({ status: now }) => now.mode !== null,
    );
    expect(after.status).toMatchObject({ profile: 'demo', killed: true });
    const held = (list: typeof before.balances) =>
      list.filter(({ total }) => Number(total) !== 0).sort((a, b) => (a.asset < b.asset ? -1 : 1));
    expect(held(after.balances)).toEqual(held(before.balances));
    expect(after.recentFills).toEqual(before.recentFills);
    expect(after.recentExecutions).toEqual(before.recentExecutions);

    await untilFits(
      () => status(second),
      ({ feeds }) => (feeds[0]?.booksLive ?? 0) > 30,
    );
    const { counters } = await status(second);
    await untilFits(
      () => status(second),
      (now) => now.counters.opportunities > counters.opportunities,
    );
    expect((await status(second)).counters.orders).toBe(0);
    await second.call('rearm', { confirm: 'REARM' });
    await untilFits(
      () => status(second),
      (now) => now.counters.orders > 0,
    );
  });

  it('keeps the same in PostgreSQL', async ({ skip }) => {
    const postgres = await startTestPostgres();
    if ('missing' in postgres) return skip(postgres.missing);
    const databaseUrl = await postgres.createDatabase();
    const first = await start({ profile: 'demo', databaseUrl });
    const traded = await untilFits(
      () => status(first),
      ({ counters }) => counters.fills >= 3,
    );
    expect(traded.storage).toMatchObject({ kind: 'postgres', healthy: true });
    await first.call('kill', {});
    await untilFits(
      () => status(first),
      ({ ordersInFlight }) => ordersInFlight === 0,
    );
    const before = await first.call('getSnapshot', {});
    await stop();
    const second = await start({ databaseUrl });
    const after = await untilFits(
      () => second.call('getSnapshot', {}),
      ({ status: now }) => now.mode !== null,
    );
    expect(after.status.killed).toBe(true);
    expect(after.recentFills).toEqual(before.recentFills);
    expect(after.recentExecutions).toEqual(before.recentExecutions);
    await stop();
  });

  it('keeps a second engine off its PostgreSQL database, and halts when its lease was taken over', async ({
    skip,
  }) => {
    const postgres = await startTestPostgres();
    if ('missing' in postgres) return skip(postgres.missing);
    const databaseUrl = await postgres.createDatabase();
    const leaseTiming = { renewMs: 50 };
    const client = await start({ profile: 'demo', databaseUrl, leaseTiming });
    const traded = await untilFits(
      () => status(client),
      ({ counters }) => counters.orders >= 1,
    );
    expect(traded.storage).toMatchObject({ healthy: true, detail: expect.stringMatching(/the only engine/) });
    const elsewhere = join(dataDir, 'elsewhere');
    await expect(
      createEngine({ dataDir: elsewhere, databaseUrl, leaseTiming, note: () => undefined }),
    ).rejects.toThrow(`is in use by the engine at`);

    const place = new PostgresLeasePlace(databaseUrl);
    const other = { holder: 'another machine', holderId: 'other' };
    await untilFits(
      async () => place.take(await place.read(other), other),
      (isTaken) => isTaken,
    );
    await place.close();
    const lost = await untilFits(
      () => status(client),
      // Both ways by which it is found have been gone: which was first depends on the machine.
      ({ paused, haltReason, ordersInFlight, storage }) =>
        paused &&
        /taken (?:it )?over/.test(haltReason) &&
        /another machine/.test(storage.detail) &&
        ordersInFlight === 0,
    );
    // The account is the other engine's: nothing of it is killed from here.
    expect(lost.killed).toBe(false);
    expect(lost.storage).toMatchObject({
      healthy: false,
      detail: 'the lease on the database was taken over by another machine',
    });
    await expect(client.call('resumeTrading', {})).rejects.toThrow(/taken over by another machine/);
    await expect(client.call('rearm', { confirm: 'REARM' })).rejects.toThrow(/taken over by another machine/);
    await expect(client.call('chooseProfile', { profile: 'paper' })).rejects.toThrow(/the other one trades/);
  });

  it('honours a kill that comes while the session is being started', async () => {
    const client = await start({ profile: 'demo' });
    await client.call('kill', {});
    const now = await untilFits(
      () => status(client),
      ({ mode, killVerifiedOpenOrders }) => mode !== null && killVerifiedOpenOrders === 0,
    );
    expect(now.killed).toBe(true);
  });

  it('latches a kill that comes before anything runs', async () => {
    const client = await start();
    await client.call('kill', {});
    const chosen = await client.call('chooseProfile', { profile: 'demo' });
    expect(chosen.killed).toBe(true);
    await client.call('rearm', { confirm: 'REARM' });
    expect((await status(client)).killed).toBe(false);
  });

  it('writes every changing call to the audit trail, with its actor', async () => {
    const client = await start({ profile: 'demo' });
    await untilFits(
      () => status(client),
      ({ mode }) => mode !== null,
    );
    await client.call('updateLimits', { maxOrdersPerSecond: 7 });
    await expect(client.call('updateLimits', { priceCollarBps: -1 })).rejects.toThrow(/priceCollarBps/);
    const { entries } = await untilFits(
      () => client.call('listAudit', {}),
      ({ entries: list }) => list.some(({ action }) => action === 'updateLimits'),
    );
    expect(entries.find(({ action }) => action === 'updateLimits')?.actor).toContain('test');
    await stop();
    const next = await start();
    const { limits } = await untilFits(
      () => next.call('getSnapshot', {}),
      ({ status: now }) => now.mode !== null,
    );
    expect(limits.maxOrdersPerSecond).toBe(7);
  });

  it('records the market as a log that starts with whole books', async () => {
    const client = await start({ profile: 'demo' });
    await untilFits(
      () => status(client),
      ({ feeds }) => (feeds[0]?.booksLive ?? 0) > 30,
    );
    await expect(client.call('watchFunding', { venues: ['kraken'] })).rejects.toThrow(
      /is no venue whose perpetuals are read/,
    );
    await client.call('watchFunding', { venues: ['bybit'] });
    const { venues, rows } = await untilFits(
      () => client.call('getFunding', { coin: 'btc' }),
      ({ rows: shown }) => shown.length > 0,
    );
    expect(venues).toMatchObject([{ venue: 'bybit', isSimulated: true, state: 'reading', fault: '' }]);
    expect(
      rows.every(({ spotMid, basisBps, nextUs }) => spotMid !== null && basisBps !== null && nextUs !== null),
    ).toBe(true);
    await client.call('startRecording', {});
    const { counters } = await status(client);
    await untilFits(
      () => status(client),
      (now) => now.counters.bookUpdates > counters.bookUpdates + 300,
    );
    const recording = await client.call('stopRecording', {});
    expect(recording).toMatchObject({ dropped: 0 });
    expect(recording.events).toBeGreaterThan(300);
    const log = await readMarketLog(recording.file);
    expect(log.header.venue).toBe('simulated');
    const kinds: string[] = [];
    for await (const batch of log.batches) kinds.push(...batch.map(({ kind }) => kind));
    expect(kinds.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 'snapshot'));
    expect(kinds).toContain('raw');
    const perpetuals = readdirSync(join(dataDir, 'recordings')).find((name) =>
      name.startsWith('sim-bybit-perp'),
    );
    const { header } = await readMarketLog(join(dataDir, 'recordings', perpetuals ?? ''));
    expect(header.perpetuals?.map(({ symbol }) => symbol)).toContain('BTC/USD');
  });

  it('refuses a second engine on its data folder, and leaves the first alone', async () => {
    const client = await start();
    await expect(start()).rejects.toThrow(/data-dir: .* is in use by the engine with process id/);
    expect((await status(client)).profile).toBeNull();
  });

  it('takes no other server for a demo market', async () => {
    const client = await start({ exchangeUrl: silentUrl() });
    await expect(client.call('chooseProfile', { profile: 'demo' })).rejects.toThrow(
      /--exchange: .* does not answer/,
    );
    expect((await status(client)).mode).toBeNull();
  });

  it('tries a stored profile again when its market cannot be reached', async () => {
    const venueUrls = { kraken: { rest: silentUrl(), stream: 'ws://127.0.0.1:9/v2' } };
    const client = await start({ profile: 'paper', venueUrls });
    const fault = await untilFits(
      () => status(client),
      ({ haltReason }) => haltReason !== '',
    );
    expect(fault).toMatchObject({ profile: 'paper', mode: null });
    expect(fault.haltReason).toMatch(/Kraken.*cannot be reached/);
  });
});

/** An address of this machine where nothing listens (the discard port). */
function silentUrl(): string {
  return 'http://127.0.0.1:9';
}

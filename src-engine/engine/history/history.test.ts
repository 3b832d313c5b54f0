/** A history that is not as it was written: the next start halts, says where, and goes on only after an operator has looked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEngine, type RunningEngine } from '../../assemble.ts';
import { main } from '../../cli/main.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import { openDatabase } from '../../storage/database.ts';
import { until } from '../../testing/until.ts';
import { type LocalExchange, startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';

let dataDir: string;
let exchange: LocalExchange;
let running: RunningEngine | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-history-'));
  exchange = await startLocalExchange({ seed: 11, updatesPerSecond: 0 });
});

afterEach(async () => {
  await stop();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EngineClient> {
  const note = (): void => undefined;
  running = await createEngine({ dataDir, exchangeUrl: exchange.url, seed: 11, note, profile: 'demo' });
  const client = connectEngine(dataDir, 'test');
  await until(() => client.call('getRisk', {}));
  return client;
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

const verify = (): Promise<number> => main(['audit', 'verify', '--data-dir', dataDir, '--json']);

describe('a kill that was taken out of the database', () => {
  test('halts the next start, which names the place; an operator acknowledges it before trading goes on', async () => {
    const first = await start();
    await first.call('kill', { reason: 'drill' });
    expect((await first.call('getStatus', {})).killed).toBe(true);
    expect(await verify()).toBe(0);
    await stop();
    expect(await verify()).toBe(0);

    const database = await openDatabase({ dataDir });
    const kill = database.db.selectFrom('events').select('seq').where('type', '=', 'killed');
    const { seq } = await kill.executeTakeFirstOrThrow();
    await database.db.deleteFrom('events').where('type', 'in', ['killed', 'killVerified']).execute();
    await database.db.deleteFrom('audit').where('action', 'like', '%kill%').execute();
    await database.close();
    expect(await verify()).toBe(1);

    const client = await start();
    const { killed, paused, haltReason } = await client.call('getStatus', {});
    expect({ killed, paused }).toEqual({ killed: false, paused: true });
    expect(haltReason).toContain(`the stored history was changed: events of demo: row ${seq} was removed`);
    const halt = { action: 'halt trading', outcome: 'history-altered' };
    await until(async () => {
      const { entries } = await client.call('listAudit', {});
      expect(entries).toContainEqual(expect.objectContaining(halt));
    });
    await expect(client.call('resumeTrading', {})).rejects.toThrow(/was changed.*parallax.* audit verify/);
    await expect(client.call('acknowledgeHistory', { confirm: 'yes' as 'ACKNOWLEDGE' })).rejects.toThrow();

    const { acknowledged } = await client.call('acknowledgeHistory', { confirm: 'ACKNOWLEDGE' });
    expect(acknowledged).toEqual([
      expect.stringContaining(`events of demo: row ${seq} was removed`),
      expect.stringContaining('audit of demo: row 1 was removed'),
    ]);
    expect((await client.call('getStatus', {})).paused).toBe(true);
    await client.call('resumeTrading', {});
    expect((await client.call('getStatus', {})).paused).toBe(false);
    await stop();
    expect(await verify()).toBe(0);
    expect((await (await start()).call('getStatus', {})).paused).toBe(false);
  });
});

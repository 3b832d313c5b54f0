/** Somebody sets the machine's clock under a whole engine that trades the demo: two minutes ahead, and back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEngine } from '../../assemble.ts';
import { connectEngine } from '../../testing/patient-client.ts';
import { PLATFORM_TIME, SystemClock } from '../../lib/system-clock.ts';
import { until, untilFits } from '../../testing/until.ts';
import { startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';

const STEP_US = 120_000_000;

test('trading halts, no record carries a time of then, and an operator resumes it once the clock is right', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-clock-'));
  const exchange = await startLocalExchange({ seed: 5, updatesPerSecond: 200 });
  let setMs = 0;
  const wallMs = (): number => PLATFORM_TIME.wallMs() + setMs;
  const clock = new SystemClock({ ...PLATFORM_TIME, wallMs });
  const note = (): void => undefined;
  const options = { dataDir, exchangeUrl: exchange.url, seed: 5, profile: 'demo', clock, note } as const;
  const engine = await createEngine(options);
  try {
    const client = connectEngine(dataDir, 'test');
    await until(() => client.call('getRisk', {}));
    const status = () => client.call('getStatus', {});
    expect((await status()).haltReason).toBe('');

    setMs = STEP_US / 1_000;
    const halted = await untilFits(status, ({ haltReason }) => haltReason !== '');
    expect(halted).toMatchObject({ paused: true, haltReason: expect.stringContaining('120.0 s ahead') });
    // Nothing is stamped with the time that was set.
    const { entries } = await client.call('listAudit', { limit: 100 });
    expect(entries.find(({ action }) => action === 'halt trading')).toMatchObject({ outcome: 'clock' });
    const latestUs = clock.nowUs();
    for (const { atUs } of entries) expect(atUs).toBeLessThanOrEqual(latestUs);
    expect(latestUs).toBeLessThan(wallMs() * 1_000 - STEP_US / 2);

    setMs = 0;
    await untilFits(
      () => Promise.resolve(clock.stepUs),
      (stepUs) => stepUs === 0,
    );
    // It does not go on by itself.
    expect((await status()).haltReason).toContain('120.0 s ahead');
    await client.call('resumeTrading', {});
    expect(await status()).toMatchObject({ haltReason: '', paused: false });

    setMs = -30_000;
    await untilFits(status, ({ haltReason }) => haltReason.includes('30.0 s behind'));
    await expect(client.call('resumeTrading', {})).rejects.toThrow(/-30\.0 s/);
  } finally {
    await engine.stop();
    await exchange.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

/** A live session's watchdog: what an earlier one did is reported first, and both use the key's nonces. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Input } from '../kernel/input.ts';
import { SystemClock } from '../lib/system-clock.ts';
import type { NonceStore } from '../venues/venue-account.ts';
import { TRADER } from '../venues/kraken/private/testing/local-account.ts';
import type { WatchdogReport } from '../watchdog/messages.ts';
import { dropReport, hasDamagedReport, readReport, writeReport } from '../watchdog/report-file.ts';
import { AccountGuard, sharedNonces } from './account-guard.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-guard-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const REPORT: WatchdogReport = {
  atUs: 1_767_225_600_000_000,
  enginePid: 4_711,
  venue: 'kraken',
  cause: 'dead',
  silentMs: 0,
  canceled: 2,
  verified: true,
  attempts: 2,
  tookMs: 2_150,
  problem: '',
  nonce: '1767225700000000',
};

function store(kept: bigint | undefined): NonceStore & { readonly saved: bigint[] } {
  const saved: bigint[] = [];
  return { saved, load: async () => kept, save: async (used) => void saved.push(used) };
}

function guardOf(): AccountGuard {
  return new AccountGuard({
    dataDir,
    venue: 'kraken',
    adapter: 'kraken',
    clock: new SystemClock(),
    credential: { key: TRADER.key, secret: TRADER.secret },
    restUrl: 'http://127.0.0.1:9',
    nonces: sharedNonces(store(undefined), dataDir, 'kraken'),
  });
}

describe('what an earlier watchdog did', () => {
  it('is reported before another one watches, and its file goes once that is durable', async () => {
    writeReport(dataDir, REPORT);
    const submitted: Input[] = [];
    let fileAtSettling: boolean | undefined;
    const guard = guardOf();
    expect(guard.isWatching).toBe(false);
    await guard.start({
      submit: (input) => submitted.push(input),
      settled: async () => {
        fileAtSettling = existsSync(join(dataDir, 'watchdog-kraken.json'));
      },
    });
    expect(guard.isWatching).toBe(true);
    await guard.stop();
    expect(submitted).toMatchObject([
      { kind: 'watchdog-acted', deed: { cause: 'dead', canceled: 2, verified: true, actedUs: REPORT.atUs } },
    ]);
    expect([fileAtSettling, readReport(dataDir, 'kraken')]).toEqual([true, undefined]);
  });

  it('that was changed in a character is said to be unknown, and not believed', async () => {
    const path = join(dataDir, 'watchdog-kraken.json');
    expect([readReport(dataDir, 'kraken'), hasDamagedReport(dataDir, 'kraken')]).toEqual([undefined, false]);
    writeReport(dataDir, REPORT);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"canceled":2', '"canceled":0'));
    expect([readReport(dataDir, 'kraken'), hasDamagedReport(dataDir, 'kraken')]).toEqual([undefined, true]);
    const submitted: Input[] = [];
    const guard = guardOf();
    await guard.start({ submit: (input) => submitted.push(input), settled: () => Promise.resolve() });
    await guard.stop();
    expect(submitted).toMatchObject([
      { kind: 'watchdog-acted', deed: { verified: false, problem: expect.stringContaining('is damaged') } },
    ]);
    expect(existsSync(path)).toBe(false);
  });
});

describe('what watchdogs of several accounts did', () => {
  it('is kept and recorded each by itself: none overwrites, reads or drops what another did', async () => {
    writeReport(dataDir, REPORT);
    writeReport(dataDir, { ...REPORT, venue: 'binance', canceled: 1, verified: false, problem: 'no answer' });
    expect(readReport(dataDir, 'kraken')).toMatchObject({ canceled: 2, verified: true });
    expect(readReport(dataDir, 'binance')).toMatchObject({ canceled: 1, verified: false });
    dropReport(dataDir, 'kraken');
    expect([readReport(dataDir, 'kraken'), readReport(dataDir, 'binance')?.problem]).toEqual([
      undefined,
      'no answer',
    ]);
  });

  it('under the name that earlier versions gave it is its venue’s alone, and goes with it', () => {
    writeReport(dataDir, REPORT);
    renameSync(join(dataDir, 'watchdog-kraken.json'), join(dataDir, 'watchdog.json'));
    expect([readReport(dataDir, 'binance'), readReport(dataDir, 'kraken')?.canceled]).toEqual([undefined, 2]);
    dropReport(dataDir, 'binance');
    expect(readReport(dataDir, 'kraken')?.canceled).toBe(2);
    dropReport(dataDir, 'kraken');
    expect(readReport(dataDir, 'kraken')).toBeUndefined();
  });
});

describe('nonces of a key that a watchdog uses as well', () => {
  it('begin above what either of them may have used', async () => {
    writeReport(dataDir, REPORT);
    expect(await sharedNonces(store(1_767_225_600_000_000n), dataDir, 'kraken').load()).toBe(
      1_767_225_700_000_000n,
    );
    expect(await sharedNonces(store(1_767_225_800_000_000n), dataDir, 'kraken').load()).toBe(
      1_767_225_800_000_000n,
    );
    expect(await sharedNonces(store(undefined), tmpdir(), 'kraken').load()).toBeUndefined();
  });

  it('are sent to the watchdog once they are durable, and never downwards', async () => {
    const kept = store(10n);
    const nonces = sharedNonces(kept, dataDir, 'kraken');
    expect(nonces.floor).toBeUndefined();
    await nonces.load();
    expect(nonces.floor).toBe(10n);
    await nonces.save(30n);
    await nonces.save(20n);
    expect([nonces.floor, kept.saved]).toEqual([30n, [30n, 20n]]);
    const broken = sharedNonces(
      { load: async () => 1n, save: () => Promise.reject(new Error('disk full')) },
      dataDir,
      'kraken',
    );
    await broken.load();
    await expect(broken.save(50n)).rejects.toThrow('disk full');
    expect(broken.floor).toBe(1n);
  });
});

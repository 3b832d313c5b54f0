/** A real watchdog process beside a real process that stands for the engine, and the local exchange as the venue. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Connected, quietExchange, TRADER } from '../venues/kraken/private/testing/local-account.ts';
import type { LocalExchange } from '../venues/local-exchange/local-exchange.ts';
import { Patience } from './patience.ts';
import { readReport } from './report-file.ts';
import { until } from '../testing/until.ts';

const GUARDED = fileURLToPath(new URL('testing/guarded-process.ts', import.meta.url));
const SILENCE_MS = 2_000;
/** How often the process that stands for the engine beats. */
const BEAT_MS = 50;

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const openAt = (exchange: LocalExchange): number =>
  exchange.accounts.byKey(TRADER.key)?.openOrders.size ?? -1;
const canceled = (exchange: LocalExchange): number =>
  exchange.log.entries.filter(({ kind }) => kind === 'canceled').length;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

type Report = {
  watchdog?: number;
  acted?: { cause: string; verified: boolean };
  lost?: string;
  back?: true;
  stopped?: true;
  beats?: number;
};

/** The process that is watched. */
class Guarded {
  readonly reports: Report[] = [];
  stderr = '';
  readonly dataDir = mkdtempSync(join(tmpdir(), 'parallax-watchdog-'));
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;

  private constructor(restUrl: string, silenceMs: number) {
    this.child = spawn(process.execPath, [GUARDED], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line !== '') this.reports.push(JSON.parse(line) as Report);
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child.stdin.on('error', () => undefined);
    const { key, secret } = TRADER;
    this.say(
      JSON.stringify({
        dataDir: this.dataDir,
        venue: 'kraken',
        adapter: 'kraken',
        restUrl,
        credential: { key, secret },
        tier: 'pro',
        silenceMs,
      }),
    );
    cleanups.push(async () => {
      this.child.kill('SIGKILL');
      // The watchdog goes by itself once it has acted; here the test does not wait for that.
      if (isAlive(this.watchdogPid)) process.kill(this.watchdogPid, 'SIGKILL');
      rmSync(this.dataDir, { recursive: true, force: true });
    });
  }

  static async start(restUrl: string, silenceMs: number): Promise<Guarded> {
    const one = new Guarded(restUrl, silenceMs);
    await until(() => expect(one.reports.some(({ watchdog }) => watchdog !== undefined)).toBe(true));
    return one;
  }

  get watchdogPid(): number {
    return this.reports.findLast(({ watchdog }) => watchdog !== undefined)?.watchdog ?? 0;
  }

  say(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }
}

/** An exchange at which an order of the trader rests, and a watched process with the trader's key. */
async function watched(silenceMs = SILENCE_MS) {
  const exchange = await quietExchange();
  cleanups.push(() => exchange.stop());
  const trader = new Connected(exchange);
  cleanups.push(() => trader.venue.stop());
  await trader.isUp();
  trader.place('buy', '0.1', '30000', 'gtc');
  await until(() => expect(openAt(exchange)).toBe(1));
  return { exchange, trader, engine: await Guarded.start(exchange.url, silenceMs) };
}

describe('an engine that', () => {
  it('dies by SIGKILL has every order canceled at once, and the venue is asked until it shows none', async () => {
    const { exchange, engine } = await watched();
    const { watchdogPid } = engine;
    engine.child.kill('SIGKILL');
    await until(() => expect(openAt(exchange)).toBe(0));
    await until(() =>
      expect(readReport(engine.dataDir, 'kraken')).toMatchObject({
        cause: 'dead',
        verified: true,
        canceled: 1,
      }),
    );
    await until(() => expect(isAlive(watchdogPid)).toBe(false));
    expect(engine.stderr).toMatch(
      /is dead; canceling every order at kraken\n.*1 orders canceled at kraken, nothing is open/,
    );
  });

  it('is frozen by SIGSTOP has every order canceled once its silence is over, and hears of it when it wakes', async () => {
    const { exchange, trader, engine } = await watched();
    engine.child.kill('SIGSTOP');
    await until(() => expect(openAt(exchange)).toBe(0));
    await until(() => expect(readReport(engine.dataDir, 'kraken')?.verified).toBe(true));
    expect(readReport(engine.dataDir, 'kraken')?.silentMs).toBeGreaterThanOrEqual(SILENCE_MS);
    engine.child.kill('SIGCONT');
    const acted = () => engine.reports.findLast((report) => report.acted !== undefined)?.acted;
    await until(() => expect(acted()).toMatchObject({ cause: 'frozen', verified: true }));
    // It is watched on, and left alone while it beats.
    trader.place('buy', '0.1', '30000', 'gtc');
    await until(() => expect(openAt(exchange)).toBe(1));
    engine.child.kill('SIGKILL');
    await until(() => expect(openAt(exchange)).toBe(0));
  });

  it('hangs in its loop is frozen too, and one whose loop is over while its process lives', async () => {
    for (const how of ['hang', 'mute']) {
      const { exchange, engine } = await watched();
      engine.say(how);
      await until(() => expect(openAt(exchange)).toBe(0));
      await until(() =>
        expect(readReport(engine.dataDir, 'kraken')).toMatchObject({ cause: 'frozen', verified: true }),
      );
      engine.child.kill('SIGKILL');
    }
  });

  it('ends as it should, or is healthy, has nothing canceled', async () => {
    const { exchange, engine } = await watched(2 * SILENCE_MS);
    // Its beats alone take longer than the silence that is allowed.
    const least = (2.5 * SILENCE_MS) / BEAT_MS;
    await until(() => expect(engine.reports.some(({ beats = 0 }) => beats > least)).toBe(true));
    const { watchdogPid } = engine;
    expect(isAlive(watchdogPid)).toBe(true);
    engine.say('stop');
    await until(() => expect(engine.reports).toContainEqual({ stopped: true }));
    await until(() => expect(isAlive(watchdogPid)).toBe(false));
    expect([openAt(exchange), canceled(exchange)]).toEqual([1, 0]);
    expect(existsSync(join(engine.dataDir, 'watchdog-kraken.json'))).toBe(false);
  });

  it('dies while the venue cannot be reached has its orders canceled once it can', async () => {
    const { exchange, engine } = await watched();
    exchange.faults.setSystemStatus('maintenance');
    engine.child.kill('SIGKILL');
    await until(() => expect(readReport(engine.dataDir, 'kraken')).toMatchObject({ verified: false }));
    expect(readReport(engine.dataDir, 'kraken')?.problem).toContain('EService:Unavailable');
    expect(openAt(exchange)).toBe(1);
    exchange.faults.setSystemStatus('online');
    await until(() =>
      expect(readReport(engine.dataDir, 'kraken')).toMatchObject({ verified: true, canceled: 1 }),
    );
  });

  it('has a successor already is no longer watched', async () => {
    const { exchange, engine } = await watched();
    const { watchdogPid } = engine;
    // The lock of a living engine: this very process.
    writeFileSync(join(engine.dataDir, 'engine.lock'), String(process.pid));
    engine.child.kill('SIGKILL');
    await until(() => expect(isAlive(watchdogPid)).toBe(false));
    expect(readReport(engine.dataDir, 'kraken')?.problem).toMatch(/has taken over the data folder/);
    expect(openAt(exchange)).toBe(1);
  });
});

describe('a watchdog', () => {
  it('that dies is reported, and followed by another one', async () => {
    const { exchange, engine } = await watched();
    const { watchdogPid } = engine;
    process.kill(watchdogPid, 'SIGKILL');
    await until(() => expect(engine.reports).toContainEqual({ lost: 'it ended with SIGKILL' }));
    await until(() => expect(engine.watchdogPid).not.toBe(watchdogPid));
    expect(openAt(exchange)).toBe(1);
    engine.child.kill('SIGKILL');
    await until(() => expect(openAt(exchange)).toBe(0));
  });

  it('that is frozen by SIGSTOP is taken for lost within a silence, ended, and followed by another one that watches', async () => {
    const { exchange, engine } = await watched();
    const { watchdogPid } = engine;
    process.kill(watchdogPid, 'SIGSTOP');
    await until(() =>
      expect(engine.reports.some(({ lost }) => /^it has not answered for 2\d{3} ms$/.test(lost ?? ''))).toBe(
        true,
      ),
    );
    await until(() => expect(engine.reports).toContainEqual({ back: true }));
    await until(() => expect(engine.watchdogPid).not.toBe(watchdogPid));
    await until(() => expect(isAlive(watchdogPid)).toBe(false));
    // Nothing was canceled under the living engine, and the new one does its work.
    expect([openAt(exchange), canceled(exchange)]).toEqual([1, 0]);
    engine.child.kill('SIGKILL');
    await until(() => expect(openAt(exchange)).toBe(0));
  });

  it.runIf(process.platform === 'linux')(
    'has the key in its memory, and neither in arguments nor environment',
    async () => {
      const { engine } = await watched();
      for (const file of ['cmdline', 'environ']) {
        const text = readFileSync(`/proc/${engine.watchdogPid}/${file}`, 'utf8');
        expect(text).not.toContain(TRADER.key);
        expect(text).not.toContain(TRADER.secret);
      }
    },
    60_000,
  );
});

it('only time in which the watchdog was awake itself is silence: a machine that slept has not frozen the engine', () => {
  const patience = new Patience(5_000);
  let nowMs = 0;
  for (; nowMs < 3_000; nowMs += 100) patience.onLook(nowMs);
  nowMs += 8 * 3_600_000;
  patience.onLook(nowMs);
  expect([patience.isOver, Math.round(patience.silentMs / 1_000)]).toEqual([false, 3]);
  patience.onBeat();
  for (let n = 0; n < 49; n++) patience.onLook((nowMs += 100));
  expect(patience.isOver).toBe(false);
  for (let n = 0; n < 3; n++) patience.onLook((nowMs += 100));
  expect(patience.isOver).toBe(true);
});

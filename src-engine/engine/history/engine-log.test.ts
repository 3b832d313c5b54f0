import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../assemble.ts';
import { type LogLevel, MAX_LOG_LINES } from '../../contract/log-operations.ts';
import type { EngineEvent } from '../../domain/event.ts';
import { connectEngine } from '../../testing/patient-client.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import type { SecretStore } from '../../secrets/keychain.ts';
import { sampleOrder } from '../../testing/sample-events.ts';
import { startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';
import { EngineLog } from './engine-log.ts';
import { until } from '../../testing/until.ts';

const KEY = 'CANARY+key/of+a+trader/0123456789';
const SECRET = Buffer.from('CANARY: the private key of a trader').toString('base64');
const ENGINE = { kind: 'engine', via: 'risk' } as const;

const logOf = (printed: string[] = []): EngineLog =>
  new EngineLog(new SystemClock(), (text) => printed.push(text));
const list = (log: EngineLog, level: LogLevel = 'debug', search = '', limit = 1_000, beforeSeq?: number) =>
  log.list({ level, search, limit, beforeSeq });
const feed = (state: string, reason = ''): EngineEvent => ({
  type: 'feedChanged',
  atUs: 5,
  venue: 'kraken',
  state,
  venueStatus: '',
  reason,
});

describe('the engine’s log', () => {
  it('makes lines of facts about the engine, by how much they matter, and leaves out the rest', () => {
    const log = logOf();
    log.take([
      { seq: 1, event: feed('closed', 'code 1006') },
      { seq: 2, event: feed('open') },
      { seq: 3, event: { type: 'orderCreated', atUs: 6, order: sampleOrder() } },
      { seq: 4, event: { type: 'killed', atUs: 7, actor: ENGINE, reason: 'drill', cancelsSent: 2 } },
      {
        seq: 5,
        event: {
          type: 'bookStateChanged',
          atUs: 8,
          venue: 'kraken',
          symbol: 'BTC/USD',
          state: 'syncing',
          reason: '',
        },
      },
    ]);
    expect(list(log).map(({ level, text }) => `${level} ${text}`)).toEqual([
      'debug bookStateChanged venue=kraken symbol=BTC/USD state=syncing',
      'error killed actor={"kind":"engine","via":"risk"} reason=drill cancelsSent=2',
      'info feedChanged venue=kraken state=open',
      'warn feedChanged venue=kraken state=closed reason="code 1006"',
    ]);
    expect(list(log, 'warn').map(({ seq }) => seq)).toEqual([3, 1]);
    expect(list(log, 'debug', 'KRAKEN closed').map(({ seq }) => seq)).toEqual([1]);
    expect(list(log, 'debug', '', 2, 3).map(({ seq }) => seq)).toEqual([2, 1]);
    // Asked for again after something was said: an answer of before is none.
    log.note('error', 'test', 'kraken closed its door');
    expect(list(log, 'debug', 'KRAKEN closed').map(({ seq }) => seq)).toEqual([5, 1]);
    expect(list(log, 'warn').map(({ seq }) => seq)).toEqual([5, 3, 1]);
  });

  it('is bounded, and its pages have no hole', () => {
    const log = logOf();
    for (let k = 1; k <= MAX_LOG_LINES + 10; k++) log.note('debug', 'test', `line ${k} ${'x'.repeat(2_000)}`);
    expect(log.kept).toBe(MAX_LOG_LINES);
    const seen: number[] = [];
    for (let before: number | undefined; ; ) {
      const page = list(log, 'debug', '', 999, before);
      if (page.length === 0) break;
      seen.push(...page.map(({ seq }) => seq));
      before = seen.at(-1);
    }
    expect(seen).toEqual(Array.from({ length: MAX_LOG_LINES }, (_, k) => MAX_LOG_LINES + 10 - k));
    expect(list(log, 'debug', '', 1)[0]?.text.length).toBeLessThanOrEqual(1_000);
  });

  it('prints what belongs on the terminal, and nothing of a secret anywhere', () => {
    const printed: string[] = [];
    const log = logOf(printed);
    log.redactor.add(`${KEY}\n${SECRET}`);
    log.note('info', 'call', `quiet ${KEY}`);
    log.say('warn', 'session', `EAPI:Invalid key ${KEY} and ${SECRET}`);
    log.take([{ seq: 1, event: feed('closed', `refused ${encodeURIComponent(KEY)}`) }]);
    expect(printed).toEqual(['EAPI:Invalid key [secret] and [secret]']);
    expect(JSON.stringify(list(log))).not.toMatch(/CANARY|0123456789/);
    expect(list(log)).toHaveLength(3);
  });

  it('has no part of a secret that lies across the place where a value is cut', () => {
    const log = logOf();
    log.redactor.add(KEY);
    for (let before = 150; before < 200; before++)
      log.take([{ seq: before, event: feed('closed', `${'x'.repeat(before)}${KEY}`) }]);
    log.note('info', 'call', `${'x'.repeat(990)}${KEY}`);
    expect(JSON.stringify(list(log))).not.toContain('CANARY');
  });
});

it('a whole engine with a canary for a key sends its log to a window, and neither the key nor a token is in it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-log-'));
  const exchange = await startLocalExchange({ seed: 2, updatesPerSecond: 100 });
  const printed: string[] = [];
  const secrets: SecretStore = {
    get: () => Promise.resolve(`${KEY}\n${SECRET}`),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(false),
  };
  const engine = await createEngine({
    dataDir,
    exchangeUrl: exchange.url,
    secrets,
    seed: 2,
    note: (text) => printed.push(text),
  });
  try {
    const client = connectEngine(dataDir, 'test');
    // The exchange knows no such key: its answer is reported.
    await expect(client.call('chooseProfile', { profile: 'rehearsal' })).rejects.toThrow(/EAPI:Invalid key/);
    await client.call('chooseProfile', { profile: 'demo' });
    await client.call('kill', { reason: `pasted by mistake: ${KEY} ${engine.windowAddress}` });
    await until(async () => {
      const { lines } = await client.call('listLogs', { search: 'killed reason pasted' });
      expect(lines).toHaveLength(1);
      expect(lines[0]?.text).toMatch(/\[secret\].*token=\*\*\*/);
    });
    const { lines, kept } = await client.call('listLogs', { limit: 1_000 });
    const all = JSON.stringify([lines, printed, engine.engine.readView('logs', { limit: 500 })]);
    expect(kept).toBeGreaterThan(5);
    expect(all).toContain('chooseProfile by operator via test');
    const token = engine.windowAddress.split('token=')[1] ?? 'none';
    for (const secret of ['CANARY', SECRET, token]) expect(all).not.toContain(secret);
  } finally {
    await engine.stop();
    await exchange.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

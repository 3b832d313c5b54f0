/** Risk through the contract: limits and their history, breakers and stops, over a real database and a restart. */
import { Journal } from '../../storage/journal.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../../assemble.ts';
import { riskStatus } from '../../contract/risk-records.ts';
import { DEFAULT_LIMITS } from '../../domain/limits.ts';
import type { RiskSnapshot } from '../../domain/risk.ts';
import { parallaxHere } from '../../cli/testing/in-process.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import { openDatabase } from '../../storage/database.ts';
import { latestRisk } from '../../storage/queries/risk.ts';
import { type LocalExchange, startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';
import { until } from '../../testing/until.ts';

let dataDir: string;
let exchange: LocalExchange;
const running: RunningEngine[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-risk-'));
  exchange = await startLocalExchange({ seed: 11, updatesPerSecond: 200, edgeSeconds: 0.5 });
});

afterEach(async () => {
  await stop();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EngineClient> {
  const engine = await createEngine({
    dataDir,
    exchangeUrl: exchange.url,
    seed: 11,
    note: () => undefined,
    profile: 'demo',
  });
  running.push(engine);
  const client = connectEngine(dataDir, 'test');
  await until(() => client.call('getRisk', {}));
  return client;
}

async function stop(): Promise<void> {
  await running.pop()?.stop();
}

/** What the command line says on this data folder; throws what it says on stderr when it fails. */
async function parallax(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await parallaxHere(...args, '--data-dir', dataDir);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/** The last run left a latched loss and a stopped cycle behind. */
async function leaveBehind(left: Partial<RiskSnapshot>): Promise<void> {
  const database = await openDatabase({ dataDir });
  try {
    const before = await latestRisk(database, 'demo');
    if (before === undefined) throw new Error('the run left no risk snapshot');
    const risk = { ...before, ...left };
    // As a fact: a start compares what the risk engine knows with the facts, and halts where they differ.
    const journal = await Journal.open(database, { profile: 'demo', runId: 'earlier' });
    await journal.append([{ type: 'riskRecorded', atUs: Date.now() * 1_000, risk }]);
    await journal.close();
  } finally {
    await database.close();
  }
}

describe('limits', () => {
  it('are versioned with actor and values, audited, kept over a restart, and refused when they make no sense', async () => {
    const client = await start();
    await client.call('updateLimits', { maxDrawdownPct: 12.5, maxOrderQty: { BTC: '0.5' } });
    const preset = await client.call('applyLimitPreset', { preset: 'conservative' });
    expect(preset).toMatchObject({ maxPositionPct: 2, maxDrawdownPct: 12.5 });
    await client.call('updateDetection', { minNetBps: 2 });

    const { changes } = await client.call('listLimitChanges', {});
    expect(changes.map(({ version, scope }) => [version, scope])).toEqual([
      [3, 'detection'],
      [2, 'limits'],
      [1, 'limits'],
    ]);
    expect(changes[2]).toMatchObject({
      actor: 'operator via test',
      changes: [
        { field: 'maxOrderQty', from: '{"BTC":"1","ETH":"20"}', to: '{"BTC":"0.5"}' },
        { field: 'maxDrawdownPct', from: '15', to: '12.5' },
      ],
    });
    const { entries } = await client.call('listAudit', {});
    expect(entries).toContainEqual(
      expect.objectContaining({
        actor: 'operator via test',
        action: 'change limits',
        outcome: 'version 1',
        detail: expect.stringContaining('maxDrawdownPct 15 → 12.5'),
      }),
    );

    await expect(client.call('updateLimits', { cautionLossPct: 6 })).rejects.toThrow(
      /cautionLossPct: "6" must be below restrictedLossPct \(5\)\. Set it below/,
    );
    await expect(client.call('updateLimits', { maxOrderNotional: '0' })).rejects.toThrow(/above zero/);
    await expect(client.call('updateLimits', { maxOrderNotional: '20000' })).rejects.toThrow(
      /above the gross exposure/,
    );
    await expect(client.call('updateDetection', { maxStartNotional: '0.0' })).rejects.toThrow(/above zero/);
    expect((await client.call('getRisk', {})).limitsVersion).toBe(3);

    await stop();
    const again = await start();
    const { limits } = await again.call('getSnapshot', {});
    expect(limits).toEqual({ ...DEFAULT_LIMITS, ...preset });
    await again.call('updateLimits', { maxDrawdownPct: 10 });
    expect((await again.call('getRisk', {})).limitsVersion).toBe(4);
  });
});

describe('what risk latched', () => {
  it('is there after a restart, and ends only by an operator, whose name is in the audit trail', async () => {
    await start();
    await stop();
    await leaveBehind({
      level: 'halted',
      latched: [
        { breaker: 'daily-loss', venue: '', state: 'latched', reason: '8.1 % is lost', sinceUs: 1 },
        { breaker: 'drawdown', venue: '', state: 'latched', reason: '15.2 % below', sinceUs: 1 },
      ],
      stops: [{ strategy: 'simulated USD>BTC>ETH', reason: '8 tries', sinceUs: 1 }],
    });
    const client = await start();
    const left = riskStatus.parse(running[0]?.engine.readView('risk', {}));
    expect(left).toMatchObject({ level: 'halted', stops: [{ strategy: 'simulated USD>BTC>ETH' }] });
    expect(left.breakers.map(({ breaker }) => breaker)).toEqual(['daily-loss', 'drawdown']);
    expect(left.gauges.map(({ name }) => name)).toContain('gross exposure');

    await expect(client.call('resetBreaker', { breaker: 'exposure' })).rejects.toThrow(
      /breaker: "exposure" is not tripped\. Tripped are Daily loss \(daily-loss\), Max\. drawdown \(drawdown\)\./,
    );
    await expect(client.call('enableStrategy', { strategy: 'x' })).rejects.toThrow(/Stopped are simulated/);
    await client.call('enableStrategy', { strategy: 'simulated USD>BTC>ETH' });
    const said = await parallax('risk', '--reset', 'drawdown');
    expect(said).toMatch(
      /^level halted\n {2}Daily loss is latched \(--reset daily-loss\): 8\.1 % is lost\n {2}day loss: /,
    );
    await expect(parallax('risk', '--reset', 'drawdown')).rejects.toThrow(/"drawdown" is not tripped/);
    await expect(parallax('risk', '--reset', 'luck')).rejects.toThrow(
      /--reset: "luck" is none of its values/,
    );
    const after = await client.call('resetBreaker', { breaker: 'daily-loss' });
    expect(after).toMatchObject({ level: 'normal', breakers: [], stops: [] });

    const { entries } = await client.call('listAudit', {});
    const byOperator = entries.filter(({ actor }) => actor.startsWith('operator via'));
    expect(byOperator.map(({ actor }) => actor)).toContain('operator via command-line');
    expect(byOperator.map(({ action, outcome }) => `${action}: ${outcome}`)).toEqual(
      expect.arrayContaining([
        'risk level: normal',
        'breaker daily-loss: closed',
        'breaker drawdown: closed',
        'enable strategy: enabled',
      ]),
    );
    await stop();
    const again = await start();
    expect(await again.call('getRisk', {})).toMatchObject({ level: 'normal', breakers: [], stops: [] });
  });
});

/** A session with a portfolio that trades: its log replays to the same orders, and a portfolio that decides otherwise is found. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { portfolio } from '../strategies/rebalancing/portfolio-strategy.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import { portfolioSetup } from '../testing/portfolio-setup.ts';
import { findDivergence } from './divergence.ts';
import { RecordedKernel } from './recorded-kernel.ts';
import { readSessionLog, SessionLogWriter } from './session-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-portfolio-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shelfOf = (module: object) => ({ find: () => module as StrategyModule });

/** So many seconds of a market that moves. */
function seconds(rig: KernelHarness, count: number, btc: number): void {
  for (let second = 0; second < count; second++) {
    const price = btc + (second % 2) * 100;
    rig.book('BTC/USD', [[String(price), '2']], [[String(price + 10), '2']]);
    rig.book('ETH/USD', [[String(2_500 + (second % 3)), '20']], [[String(2_501 + (second % 3)), '20']]);
    rig.pass(1_000);
  }
}

it('is replayed to the same orders, and one that decides otherwise is the first difference', async () => {
  const path = join(folder, 'session.jsonl');
  let log: SessionLogWriter | undefined;
  const rig = new KernelHarness({
    detection: { minNetBps: 5_000 },
    kernel: { shelf: shelfOf(portfolio) },
    kernelOf: (config) => {
      const { shelf: _, verifierOf: __, ...head } = config;
      const writer = new SessionLogWriter(path, { profile: 'test', engineVersion: '0', config: head }, () => {
        throw new Error('the log ended');
      });
      log = writer;
      return new RecordedKernel(config, (call) => writer.write(call));
    },
  });
  rig.fairBooks();
  rig.pass(200);
  rig.command({
    type: 'setStrategy',
    setup: portfolioSetup('test'),
  });
  seconds(rig, 30, 50_000);
  seconds(rig, 4, 70_000);
  await log?.close();
  const journal = async function* (): AsyncGenerator<EngineEvent> {
    yield* rig.events;
  };
  const replayed = async (module: object) =>
    findDivergence(await readSessionLog(path), journal(), undefined, {
      shelf: shelfOf(module),
      prepare: () => Promise.resolve(),
    });
  const same = await replayed(portfolio);
  expect(same.first).toBeNull();
  expect(same).toMatchObject({
    isIdentical: true,
    orders: 3,
    strategies: [{ strategy: 'portfolio', recorded: 3, replayed: 3 }],
  });
  const other = {
    ...portfolio,
    create: (parameters: object, markets?: number) =>
      portfolio.create({ ...parameters, weights: '20,30' } as never, markets),
  };
  const differs = await replayed(other);
  expect(differs.isIdentical).toBe(false);
  expect(differs.first?.recorded).toContain('strategyDecided');
});

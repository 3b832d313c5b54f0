/** A recording says what held of each instrument, at its start and as it changed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { InstrumentChange } from '../../domain/instrument.ts';
import { readMarketLog } from '../../storage/market-log.ts';
import type { MarketLogRules } from '../../storage/market-log-types.ts';
import { KernelHarness } from '../../testing/kernel-harness.ts';
import { MarketRecorder } from './market-recorder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-recorder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function change(run: KernelHarness, instrumentId: number, rules: InstrumentChange): void {
  const atUs = run.clock.nowUs();
  run.runner.submit({ kind: 'instrument-change', instrumentId, change: rules, cause: 'account', atUs });
}

function stop(run: KernelHarness, instrumentId: number, reason: string): void {
  run.runner.submit({ kind: 'instrument-stopped', instrumentId, reason, atUs: run.clock.nowUs() });
}

async function rulesOf(
  path: string,
): Promise<{ readonly header: unknown; readonly rules: MarketLogRules[] }> {
  const log = await readMarketLog(path);
  const rules: MarketLogRules[] = [];
  for await (const batch of log.batches)
    rules.push(...batch.filter((event): event is MarketLogRules => event.kind === 'rules'));
  return { header: log.header.instruments[0], rules };
}

function started(run: KernelHarness): Promise<MarketRecorder> {
  const { store, config } = run.kernel;
  const market = { store, instruments: config.instruments };
  return MarketRecorder.start(folder, market, run.clock, (error) => {
    throw error;
  });
}

it('begins with the rules of its beginning and writes each change once, however often it is looked at', async () => {
  const run = new KernelHarness();
  run.fairBooks();
  change(run, 0, { tickSize: '0.5' });
  stop(run, 2, 'has other decimals');
  const recorder = await started(run);
  change(run, 0, { takerFee: '0.001', feeBasis: 'account' });
  recorder.onInstruments(run.clock.nowUs());
  recorder.onInstruments(run.clock.nowUs());
  run.status('ETH/BTC', 'cancel_only');
  stop(run, 2, '');
  recorder.onInstruments(run.clock.nowUs());
  const { files } = await recorder.stop();
  const { header, rules } = await rulesOf(files[0] ?? '');
  expect(header).toMatchObject({ tickSize: '0.5', takerFee: '0.0005' });
  expect(rules.map(({ symbol, change: what, status, stopped }) => [symbol, what, status, stopped])).toEqual([
    ['ETH/USD', undefined, undefined, 'has other decimals'],
    ['BTC/USD', { takerFee: '0.001', feeBasis: 'account' }, undefined, undefined],
    ['ETH/BTC', undefined, 'cancel_only', undefined],
    ['ETH/USD', undefined, undefined, ''],
  ]);
});

it('a further file has the header of the first, and what changed since before its books', async () => {
  const run = new KernelHarness();
  run.fairBooks();
  const recorder = await started(run);
  change(run, 0, { minQty: '0.002' });
  recorder.onInstruments(run.clock.nowUs());
  recorder.raw(run.clock.nowUs(), '{}');
  // The next hour begins another file.
  const laterUs = run.clock.nowUs() + 3_600_000_000;
  run.clock.advanceTo(laterUs);
  recorder.raw(laterUs, '{}');
  // Ended before the further file has begun: it is still whole.
  const { files, dropped } = await recorder.stop();
  expect([files.length, dropped]).toEqual([2, 0]);
  const [first, second] = await Promise.all(files.map(rulesOf));
  expect(second?.header).toEqual(first?.header);
  expect(second?.rules).toMatchObject([{ symbol: 'BTC/USD', change: { minQty: '0.002' } }]);
});

/** Plans of a trader's own over the contract and the command line: stored, chosen, traded with a history of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type EngineOptions, type RunningEngine } from '../assemble.ts';
import { parallaxHere } from '../cli/testing/in-process.ts';
import { json } from '../cli/testing/parallax-process.ts';
import { connectEngine, type EngineClient } from '../testing/patient-client.ts';
import { until } from '../testing/until.ts';

let dataDir: string;
let engine: RunningEngine | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-own-plans-'));
});
afterEach(async () => {
  await engine?.stop();
  engine = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<EngineOptions> = {}): Promise<EngineClient> {
  engine = await createEngine({ dataDir, seed: 3, edgeSeconds: 0.5, note: () => undefined, ...options });
  return connectEngine(dataDir, 'test');
}

const plans = (...args: string[]) => parallaxHere('plans', ...args, '--data-dir', dataDir);

it('a plan that the command line stores without an engine is started by its name, and has a history of its own', async () => {
  const local = ['--market', 'local', '--orders', 'account'];
  const added = await plans('add', 'Two by two', '--venues', 'kraken,binance', ...local, '--json');
  expect([added.code, json(added)]).toMatchObject([
    0,
    { plan: { profile: 'plan-1', name: 'Two by two', mode: 'rehearsal' } },
  ]);
  const wrong = await plans('add', 'two BY two', '--venues', 'kraken');
  expect([wrong.code === 0, wrong.stderr]).toEqual([
    false,
    expect.stringMatching(/is the name of a plan already/),
  ]);

  const client = await start({ plan: 'two by two' });
  await until(async () => expect((await client.call('getStatus', {})).feeds).toHaveLength(2));
  const status = await client.call('getStatus', {});
  // Arming, its checklist and the twin belong to every plan that trades accounts, whatever its name.
  expect(status).toMatchObject({
    profile: 'plan-1',
    plan: { name: 'Two by two', mode: 'rehearsal', isBuiltIn: false },
    mode: 'ghost',
    simulatedMarket: true,
    arming: { state: 'disarmed' },
  });
  expect(status.feeds.map(({ venue, isSimulated }) => [venue, isSimulated])).toEqual([
    ['simulated', true],
    ['sim-binance', true],
  ]);
  const arming = await client.call('getArming', {});
  expect(arming.venues.map(({ venue }) => venue)).toEqual(['simulated', 'sim-binance']);
  await expect(client.call('armLive', { venue: 'simulated', title: 'Simulated Kraken' })).rejects.toThrow();

  // With an engine the command line asks it.
  const renamed = await plans('rename', 'Two by two', 'Pair', '--json');
  expect([renamed.code, json(renamed)]).toMatchObject([0, { plan: { profile: 'plan-1', name: 'Pair' } }]);
  await expect(client.call('removePlan', { profile: 'plan-1' })).rejects.toThrow(
    /is the plan that is chosen/,
  );
  await client.call('copyPlan', { profile: 'plan-1', name: 'Spare' });
  const { plans: left } = await client.call('removePlan', { profile: 'plan-2' });
  expect(left.map(({ name }) => name)).toEqual(['demo', 'demo-3', 'paper', 'rehearsal', 'live', 'Pair']);
  await client.call('chooseProfile', { profile: 'demo', venues: ['kraken'] });
  await expect(client.call('removePlan', { profile: 'plan-1' })).rejects.toThrow(/its history is kept/);
  const listed = await plans('list');
  expect(listed.stdout).toContain('Pair (rehearsal, history plan-1): kraken, binance');
  expect(listed.stdout).toContain('demo (demo): kraken; chosen');

  // The plan that was chosen last starts by itself.
  await client.call('chooseProfile', { profile: 'plan-1' });
  await engine?.stop();
  const again = await start();
  await until(async () => expect((await again.call('getStatus', {})).plan?.name).toBe('Pair'));
  await expect(again.call('chooseProfile', { profile: 'plan-9' })).rejects.toThrow(/"plan-9" is not a plan/);
  expect((await again.call('getStatus', {})).profile).toBe('plan-1');
});

it('a home asset that no venue of the plan trades is refused with those that are traded', async () => {
  const client = await start();
  const places = ['kraken', 'binance'].map(
    (venue) => ({ venue, market: 'local', execution: 'simulated' }) as const,
  );
  const { profile } = await client.call('addPlan', { name: 'Odd', venues: places, home: 'NOPE' });
  await expect(client.call('chooseProfile', { profile })).rejects.toThrow(
    /home asset: "NOPE" is traded by no pair on Simulated Kraken or Simulated Binance\. Use one of USD, .*: in another plan/,
  );
});

it('a kill holds in another plan of the same kind until an operator re-arms, after a restart too', async () => {
  const client = await start({ profile: 'rehearsal' });
  await until(async () => expect((await client.call('getStatus', {})).feeds).toHaveLength(1));
  await client.call('copyPlan', { profile: 'rehearsal', name: 'Twin' });
  await client.call('kill', {});
  expect(await client.call('chooseProfile', { profile: 'plan-1' })).toMatchObject({ killed: true });
  await engine?.stop();
  const again = await start();
  await until(async () => expect((await again.call('getStatus', {})).feeds).toHaveLength(1));
  expect(await again.call('getStatus', {})).toMatchObject({ profile: 'plan-1', killed: true });
  await again.call('rearm', { confirm: 'REARM' });
  expect(await again.call('getStatus', {})).toMatchObject({ killed: false });
});

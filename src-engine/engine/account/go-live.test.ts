/** The go-live pipeline: its gates by their figures, and a venue taken through it by the whole engine and an account at a local exchange. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../../assemble.ts';
import type { VenueGoLive } from '../../contract/go-live-operations.ts';
import { decimal } from '../../domain/decimal.ts';
import type { EngineEvent } from '../../domain/event.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import { MINUTE_US, type StoredSlos } from '../../slo/slo-book.ts';
import { openDatabase } from '../../storage/database.ts';
import { setSetting } from '../../storage/settings.ts';
import { writePaperRecord } from '../../testing/paper-record.ts';
import { until, untilFits } from '../../testing/until.ts';
import { type LocalExchange, startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';
import {
  CANARY_MINUTES,
  canaryGates,
  type GateFacts,
  STAGING_MINUTES,
  stagingGates,
} from './go-live-gates.ts';

const GOOD: GateFacts = {
  levels: {
    availability: { total: STAGING_MINUTES, good: STAGING_MINUTES },
    api: { total: 0, good: 0 },
  },
  minutes: Math.max(STAGING_MINUTES, CANARY_MINUTES),
  critical: [],
  ledger: { isAgreed: true, detail: 'agreed' },
  record: { cycles: 20, profitHome: decimal('0') },
  budget: decimal('10'),
  homeAsset: 'USD',
  checklistOpen: [],
  tracking: { pairs: 20, bps: 19.9 },
  unknownOrders: 0,
  burning: [],
};
const open = (gates: readonly { readonly id: string; readonly ok: boolean }[]): string[] =>
  gates.filter(({ ok }) => !ok).map(({ id }) => id);

describe('the gates of the go-live pipeline', () => {
  const levels = (availability: readonly [number, number], api: readonly [number, number]) => ({
    levels: {
      ...GOOD.levels,
      availability: { total: availability[0], good: availability[1] },
      api: { total: api[0], good: api[1] },
    },
  });
  it.each<[string, Partial<GateFacts>, readonly string[]]>([
    ['all good', {}, []],
    ['a minute short', { minutes: STAGING_MINUTES - 1 }, ['time']],
    ['one minute in 200 not ready', levels([20_000, 19_900], [100, 95]), []],
    ['more than one in 200, and slow', levels([20_000, 19_899], [100, 94]), ['availability', 'api']],
    ['a critical alert', { critical: ['The feed is silent'] }, ['critical-alerts']],
    ['a ledger that differs', { ledger: { isAgreed: false, detail: '1 balances differ' } }, ['ledger']],
    ['too few cycles', { record: { cycles: 19, profitHome: decimal('5') } }, ['cycles']],
    ['a loss of a cent', { record: { cycles: 200, profitHome: decimal('-0.01') } }, ['cycles']],
    ['a checklist that is open', { checklistOpen: ['Books live'] }, ['checklist']],
    ['a level that burns', { burning: ['availability'] }, ['burn']],
  ])('to a canary with %s', (_name, change, expected) => {
    expect(open(stagingGates({ ...GOOD, ...change }))).toEqual(expected);
  });

  it.each<[string, Partial<GateFacts>, readonly string[]]>([
    ['all good', {}, []],
    ['a minute short', { minutes: CANARY_MINUTES - 1 }, ['time']],
    ['four cycles', { record: { cycles: 4, profitHome: decimal('1') } }, ['cycles']],
    ['an error of 20 bps', { tracking: { pairs: 100, bps: 20 } }, ['tracking']],
    ['too few pairs', { tracking: { pairs: 19, bps: 1 } }, ['tracking']],
    ['an error that is not known', { tracking: { pairs: 20, bps: null } }, ['tracking']],
    ['a loss just within its budget', { record: { cycles: 9, profitHome: decimal('-9.99999999') } }, []],
    ['a lost budget', { record: { cycles: 9, profitHome: decimal('-10') } }, ['loss']],
    ['a budget that is not known', { budget: undefined }, ['loss']],
    ['an unknown order', { unknownOrders: 1 }, ['unknown-orders']],
    ['a level that burns', { burning: ['api'] }, ['burn']],
  ])('to full with %s', (_name, change, expected) => {
    expect(open(canaryGates({ ...GOOD, ...change }))).toEqual(expected);
  });
});

describe('a venue in the pipeline', () => {
  const NAME = { venue: 'simulated', title: 'Local exchange (simulated)' };
  let dataDir: string;
  let exchange: LocalExchange;
  let engine: RunningEngine | undefined;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'parallax-golive-'));
    exchange = await startLocalExchange({ seed: 7, updatesPerSecond: 200, edgeSeconds: 0.5 });
  });
  afterEach(async () => {
    await engine?.stop();
    await exchange.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const at = async (client: EngineClient): Promise<VenueGoLive> =>
    (await client.call('getGoLive', {})).venues[0] ?? (undefined as never);

  it('goes from staging to a canary by its gates alone, and back by itself when the ledger differs', async () => {
    await writePaperRecord(dataDir, 20);
    const nowUs = Date.now() * 1_000;
    const slots: StoredSlos['hours'] = [];
    // Eight days of running, a good minute each.
    for (let k = 8 * 24; k > 0; k--) {
      const startUs = Math.floor(nowUs / (60 * MINUTE_US) - k) * 60 * MINUTE_US;
      slots.push([startUs, 60, 60, 0, 0, 0, 0]);
    }
    const database = await openDatabase({ dataDir });
    await setSetting(database, 'serviceLevels', { hours: slots, short: [], lastUs: nowUs, isStopped: true });
    await database.close();
    const secrets = {
      get: () => Promise.resolve(undefined),
      set: () => Promise.reject(new Error('not here')),
      delete: () => Promise.resolve(false),
    };
    engine = await createEngine({
      dataDir,
      exchangeUrl: exchange.url,
      secrets,
      seed: 7,
      note: () => undefined,
    });
    const facts: EngineEvent[] = [];
    engine.engine.facts.subscribe((more) => facts.push(...more.map(({ event }) => event)));
    const client = connectEngine(dataDir, 'test');
    await client.call('chooseProfile', { profile: 'rehearsal' });
    expect(await at(client)).toMatchObject({ stage: 'none', next: 'staging', gates: [] });
    const step = (of: 'begin' | 'canary' | 'full' | 'rollback' | 'end', title = NAME.title) =>
      client.call('goLive', { venue: NAME.venue, step: of, title, reason: 'release 2' });
    await expect(step('full')).rejects.toThrow(/"full" does not follow on stage none .* Use one of begin/);
    await expect(client.call('goLive', { venue: 'kraken', step: 'begin' })).rejects.toThrow(
      /Use one of simulated/,
    );
    await step('begin');
    expect(await at(client)).toMatchObject({ stage: 'staging', next: 'canary', reason: 'release 2' });
    await expect(step('canary')).rejects.toThrow(/time: "0.0 of 168.0 hours of running" does not hold yet/);
    // Not by hand either, from the window or the command line.
    await expect(client.call('armLive', NAME)).rejects.toThrow(/is at stage staging .* --step canary/);
    await expect(step('begin')).rejects.toThrow(/"begin" does not follow on stage staging/);

    // The same a year earlier: what was counted and traded since then is enough.
    await engine.stop();
    const again = await openDatabase({ dataDir });
    const staged = {
      stage: 'staging',
      sinceUs: 1_700_000_000_000_000,
      reason: '',
      minutes: STAGING_MINUTES,
      readyMinutes: STAGING_MINUTES,
      budget: null,
    };
    await setSetting(again, 'goLive:rehearsal', { [NAME.venue]: staged });
    await again.close();
    engine = await createEngine({
      dataDir,
      exchangeUrl: exchange.url,
      secrets,
      seed: 7,
      note: () => undefined,
    });
    engine.engine.facts.subscribe((more) => facts.push(...more.map(({ event }) => event)));
    const later = connectEngine(dataDir, 'test');
    const go = (of: 'canary' | 'full' | 'end', title = NAME.title) =>
      later.call('goLive', { venue: NAME.venue, step: of, title });
    await until(() => expect(later.call('getArming', {})).resolves.toMatchObject({ isNeeded: true }));
    await later.call('applyLimitPreset', { preset: 'conservative' });
    await later.call('resumeTrading', {});
    await untilFits(
      () => at(later),
      ({ gates }) => gates.length > 0 && gates.every(({ ok }) => ok),
    );
    await expect(go('canary', 'local exchange')).rejects.toThrow(/is not the name of the venue/);
    expect((await go('canary')).venues).toMatchObject([{ stage: 'canary', next: 'full' }]);
    expect((await later.call('getArming', {})).venues).toMatchObject([{ state: 'canary' }]);
    await expect(go('full')).rejects.toThrow(/time: "0.0 of 72.0 hours of running"/);
    await expect(later.call('armFully', NAME)).rejects.toThrow(/is at stage canary .* --step full/);

    // As the kernel reports it, without the looks that it takes to be sure.
    const differences = [{ asset: 'ETH', ledger: '10', venue: '11' }];
    const differs = { type: 'balancesDiffer', atUs: nowUs, venue: NAME.venue, differences } as const;
    engine.engine.goLive.take({ ...differs, venue: 'another' });
    expect((await at(later)).stage).toBe('canary');
    engine.engine.goLive.take(differs);
    const back = await untilFits(
      () => at(later),
      ({ stage }) => stage === 'staging',
    );
    expect(back.reason).toBe('the account differs from the ledger');
    expect((await later.call('getArming', {})).venues).toMatchObject([{ state: 'disarmed' }]);
    await until(() =>
      expect(facts.filter(({ type }) => type === 'goLiveChanged')).toMatchObject([
        { from: 'none', to: 'staging', reason: 'release 2', actor: { kind: 'operator' } },
        { from: 'staging', to: 'canary', actor: { kind: 'operator' } },
        { from: 'canary', to: 'staging', actor: { kind: 'engine', via: 'golive' } },
      ]),
    );
    const { entries } = await untilFits(
      () => later.call('listAudit', {}),
      (audit) => audit.entries.filter(({ action }) => action === 'go-live pipeline').length === 3,
    );
    expect(
      entries.find(({ action, outcome }) => action === 'go-live pipeline' && outcome === 'staging'),
    ).toMatchObject({
      detail: expect.stringContaining('the account differs from the ledger'),
    });
    expect((await go('end')).venues).toMatchObject([{ stage: 'none' }]);
  });
});

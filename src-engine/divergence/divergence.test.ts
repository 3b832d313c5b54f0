/** A session of the whole engine, logged, and played again through the very kernel. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../assemble.ts';
import { CAPTURE_FEATURES } from '../detection/capture-features.ts';
import type { EngineEvent } from '../domain/event.ts';
import { connectEngine } from '../testing/patient-client.ts';
import { openDatabase } from '../storage/database.ts';
import { eventsOfRun } from '../storage/queries/recovery.ts';
import { type Divergence, findDivergence, type ReplayedStrategies } from './divergence.ts';
import { HOUSE_STRATEGIES } from '../strategies/house/house-strategies.ts';
import type { ModelFile } from '../training/model-file.ts';
import { ModelRegistry } from '../training/registry.ts';
import { SCORER_SET_ID } from '../training/scorer/scorer-model.ts';
import { verifierOf } from '../venues/registry.ts';
import { readSessionLog, type SessionHead, summedLine } from './session-log.ts';
import { completion, rss, says, ScriptedEndpoint } from '../intelligence/testing/scripted-endpoint.ts';
import { until } from '../testing/until.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'parallax-divergence-'));
let path = '';
let journal: readonly EngineEvent[] = [];

/** Finds net edges below 4 bps unlikely. */
const SCORER: ModelFile = {
  format: 'parallax-model',
  version: 1,
  features: [...CAPTURE_FEATURES],
  featureSetId: SCORER_SET_ID,
  horizonBars: null,
  barSeconds: null,
  predictor: {
    kind: 'logistic',
    means: CAPTURE_FEATURES.map(() => 0),
    deviations: CAPTURE_FEATURES.map(() => 1),
    weights: CAPTURE_FEATURES.map((feature) => (feature === 'net edge' ? 1 : 0)),
    intercept: -4,
  },
  calibrator: { kind: 'platt', a: -1, b: 0 },
  scorer: { profile: 'demo', threshold: 0.5, fittedToUs: 1_000, records: 1_500 },
  deciles: [],
  smoke: [],
};

beforeAll(async () => {
  const registry = new ModelRegistry(dataDir, () => '2026-01-01T00:00:00Z');
  const { sha256 } = await registry.register('scorer-demo', SCORER, {});
  await registry.promote('scorer-demo', sha256, 'of this test');
  const running = await createEngine({
    dataDir,
    profile: 'demo',
    seed: 5,
    edgeSeconds: 2,
    sessionLog: true,
    note: () => undefined,
  });
  const client = connectEngine(dataDir, 'test');
  const counters = async () => (await client.call('getStatus', {})).counters;
  await until(async () => expect((await counters()).fills).toBeGreaterThan(8));
  // So is what a strategy decides: each second it looks at a market, and trades it on paper.
  const [market] = (await client.call('getSnapshot', {})).instruments;
  await client.call('setStrategy', {
    name: 'sma-crossover',
    markets: [`${market?.symbol}@${market?.venue}`],
    mode: 'paper',
    barSeconds: 1,
    stake: '50',
    parameters: { fast: 1, slow: 2 },
  });
  await until(async () => {
    const { events } = await client.call('listStrategyEvents', {});
    expect(events.filter(({ event }) => event.type === 'strategyDecided').length).toBeGreaterThan(1);
  });
  // So is what a scorer's gate leaves: the model comes from the registry while the session runs.
  await client.call('updateDetection', { scoreOpportunities: true, scorerGate: true });
  await until(async () => expect((await client.call('getScorerGate', {})).refused).toBeGreaterThan(2));
  // So is what a model made of news: a replay has the number, and asks no endpoint.
  const endpoint = await new ScriptedEndpoint().start();
  endpoint.answer(completion(says(0.7, 0.9)));
  endpoint.feeds.set('/news', rss(['Miners rise']));
  await client.call('setStrategy', {
    name: 'ensemble',
    markets: [`${market?.symbol}@${market?.venue}`],
    mode: 'shadow',
    barSeconds: 1,
    stake: '50',
    parameters: {},
  });
  await client.call('saveIntelligence', {
    isOn: true,
    endpoint: `${endpoint.address}/v1`,
    model: 'm',
    feeds: [{ url: `${endpoint.address}/news` }],
  });
  await client.call('askIntelligence', {});
  await endpoint.stop();
  await until(async () => {
    const [first] = (await client.call('listStrategies', {})).strategies.flatMap((one) => one.ensemble ?? []);
    expect(first?.votes.find(({ agent }) => agent === 'sentiment')?.score).toBeCloseTo(0.63, 12);
  });
  // What an operator does is part of the session.
  await client.call('updateDetection', { minNetBps: 0.5 });
  await client.call('kill', {});
  await client.call('rearm', { confirm: 'REARM' });
  const before = (await counters()).fills;
  await until(async () => expect((await counters()).fills).toBeGreaterThan(before));
  await running.stop();
  const [name = ''] = readdirSync(join(dataDir, 'sessions'));
  path = join(dataDir, 'sessions', name);
  const { head, config } = await readSessionLog(path);
  const database = await openDatabase({ dataDir });
  journal = (await eventsOfRun(database, head.profile, config.runId, 0, 100_000)).map(({ event }) => event);
  await database.close();
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function* streamOf(events: readonly EngineEvent[]): AsyncGenerator<EngineEvent> {
  yield* events;
}

const REPLAYED: ReplayedStrategies = {
  shelf: { find: (name) => HOUSE_STRATEGIES.find(({ manifest }) => manifest.name === name) },
  prepare: () => Promise.resolve(),
};

const compare = async (file = path, events = journal): Promise<Divergence> =>
  findDivergence(await readSessionLog(file), streamOf(events), verifierOf, REPLAYED);

describe('a session that is played again', () => {
  it('decides the same, fact by fact and trade by trade', async () => {
    const found = await compare();
    expect(found.first).toBeNull();
    expect(found).toMatchObject({ isIdentical: true, unstored: 0 });
    expect(found.facts).toBe(journal.length);
    expect(found.orders).toBeGreaterThan(8);
    expect(journal.filter(({ type }) => type === 'strategyDecided').length).toBeGreaterThan(1);
    const left = journal.filter(
      (event) => event.type === 'opportunityClosed' && event.opportunity.decision === 'capture-unlikely',
    );
    expect(left.length).toBeGreaterThan(0);
    expect(journal.filter(({ type }) => type === 'sentimentRead')).toHaveLength(1);
    expect(found.trades.length).toBeGreaterThan(2);
    for (const { recorded, replayed } of found.trades) expect(replayed).toBe(recorded);
  });

  it('differs at the first decision of a strategy whose code is gone', async () => {
    const log = await readSessionLog(path);
    const { isIdentical, first } = await findDivergence(log, streamOf(journal), verifierOf);
    expect([isIdentical, first?.given]).toEqual([false, 'the command setStrategy']);
    expect(first?.replayed).toContain('strategyFailed');
  });

  it('names the first fact that differs, the call that led to it, and both tellings', async () => {
    const lines = readFileSync(path, 'utf8').split('\n');
    // One fill of the venue at another price: what is booked differs from there on.
    const at = lines.findIndex((line) => line.startsWith('["s"') && line.includes('"kind":"fill"'));
    const json = (lines[at] ?? '')
      .replace(/#[0-9a-f]{8}$/, '')
      .replace(/"price":"(\d)/, (_, digit: string) => `"price":"${(Number(digit) % 9) + 1}`);
    lines[at] = summedLine(json);
    const changed = join(dataDir, 'changed.jsonl');
    writeFileSync(changed, lines.join('\n'));
    const { isIdentical, first } = await compare(changed);
    expect(isIdentical).toBe(false);
    expect(first?.line).toBe(at + 1);
    expect(first?.given).toMatch(/^a venue report on an order/);
    expect(first?.recorded).toContain('orderFilled');
    expect(first?.replayed).toContain('orderFilled');
    expect(first?.replayed).not.toBe(first?.recorded);
  });

  it('finds a decision that the journal does not have, and one that only the journal has', async () => {
    const created = journal.findIndex(({ type }) => type === 'orderCreated');
    const without = journal.filter((_, k) => k !== created);
    expect((await compare(path, without)).first).toMatchObject({
      fact: created + 1,
      replayed: expect.stringContaining('orderCreated'),
    });
    const more = [...journal, journal[created] as EngineEvent];
    expect((await compare(path, more)).first).toMatchObject({ replayed: null, given: 'nothing more' });
  });

  it('of a process that ended in the middle says what the journal did not get', async () => {
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, 600);
    const cut = join(dataDir, 'cut.jsonl');
    writeFileSync(cut, `${lines.join('\n')}\n["s",{"kind":"ti`);
    const whole = await compare(cut, journal);
    const played = whole.first === null ? whole.facts : whole.first.fact - 1;
    const found = await compare(cut, journal.slice(0, played - 3));
    expect(found).toMatchObject({ isIdentical: true, unstored: 3 });
  });

  it('reads what an earlier version called otherwise', async () => {
    const [first = '', ...rest] = readFileSync(path, 'utf8').split('\n');
    const head = JSON.parse(first.slice(0, first.lastIndexOf('#'))) as SessionHead;
    const config = {
      ...head.config,
      leftovers: [{ asset: 'BTC', amount: '0.1' }],
      execution: { crumbBps: 7 },
    };
    const older = join(dataDir, 'older.jsonl');
    writeFileSync(older, [summedLine(JSON.stringify({ ...head, config })), ...rest].join('\n'));
    const read = await readSessionLog(older);
    expect(read.config.residuals).toEqual([{ asset: 'BTC', amount: '0.1' }]);
    expect(read.config.execution).toEqual({ residualBps: 7 });
  });

  it('refuses what is not a session log, and one that is damaged in the middle', async () => {
    const other = join(dataDir, 'other.jsonl');
    writeFileSync(other, '{"version":99}\n');
    await expect(readSessionLog(other)).rejects.toThrow(
      /SESSION: ".*other\.jsonl" is not a session log of this version/,
    );
    await expect(readSessionLog(join(dataDir, 'nowhere.jsonl'))).rejects.toThrow(/cannot be read/);
    const lines = readFileSync(path, 'utf8').split('\n');
    lines[20] = '["b",[0';
    writeFileSync(other, lines.join('\n'));
    await expect(compare(other)).rejects.toThrow(/is damaged at line 21/);
  });

  it('is refused at the line in which one character has changed, the first and the last too', async () => {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const other = join(dataDir, 'changed.jsonl');
    for (const at of [0, 20, lines.length - 1]) {
      const line = lines[at] ?? '';
      const digit = line.search(/[1-8]/);
      const changed = `${line.slice(0, digit)}${Number(line[digit]) + 1}${line.slice(digit + 1)}`;
      writeFileSync(other, `${lines.with(at, changed).join('\n')}\n`);
      await expect(compare(other)).rejects.toThrow(new RegExp(`is damaged at line ${at + 1}`));
    }
  });
});

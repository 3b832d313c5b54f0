/** The agent of an engine: its budget, its key, its readings, and what a restart keeps, with rounds against a scripted endpoint. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { intelligenceSettings, MAX_CALL_TOKENS } from '../contract/intelligence-operations.ts';
import type { SentimentReading } from '../domain/sentiment.ts';
import { US_PER_MS } from '../domain/time.ts';
import { ManualClock, systemClock } from '../gateway/testing/fake-host.ts';
import { until } from '../testing/until.ts';
import { Intelligence, type IntelligenceParts } from './intelligence.ts';
import { KEY_ENTRY, keyFor, keyText } from './key-entry.ts';
import { type KeptIntelligence, keptIntelligence, NOTHING_KEPT, spentDay } from './kept.ts';
import { runRound } from './round.ts';
import { roundThread, type StartRound } from './round-thread.ts';
import { completion, rss, says, ScriptedEndpoint } from './testing/scripted-endpoint.ts';

const CALLER = { role: 'operator', via: 'test' } as const;
const HOUR_MS = 3_600_000;

let endpoint: ScriptedEndpoint;
let made: Intelligence[] = [];
beforeEach(async () => {
  endpoint = await new ScriptedEndpoint().start();
  endpoint.feeds.set('/btc', rss(['Miners rise']));
});
afterEach(async () => {
  for (const one of made) await one.stop();
  made = [];
  await endpoint.stop();
});

/** Rounds on this thread, by the clock of the test. */
const here =
  (clock: ManualClock): StartRound =>
  (order) => ({
    result: runRound(order, () => clock.nowUs() / US_PER_MS),
    stop: async () => undefined,
  });

function rig(change: Partial<IntelligenceParts> = {}) {
  const clock = new ManualClock();
  const kept: KeptIntelligence[] = [];
  const given: SentimentReading[] = [];
  const notes: string[] = [];
  const stored = new Map<string, string>();
  const settings = intelligenceSettings.parse({
    isOn: true,
    endpoint: `${endpoint.address}/v1`,
    model: 'm',
    feeds: [{ url: `${endpoint.address}/btc`, about: 'BTC' }],
  });
  const parts: IntelligenceParts = {
    clock,
    secrets: { get: async (name) => stored.get(name) },
    settings,
    kept: NOTHING_KEPT,
    save: async () => undefined,
    keep: async (now) => void kept.push(keptIntelligence.parse(JSON.parse(JSON.stringify(now)))),
    give: async (reading) => void given.push(reading),
    note: (text) => void notes.push(text),
    startRound: here(clock),
    ...change,
  };
  const agent = new Intelligence(parts);
  made.push(agent);
  return { agent, clock, kept, given, notes, stored, settings, handlers: agent.handlers };
}

describe('the agent', () => {
  it('asks when it is due, gives the reading to the session, and shows what was asked, answered and spent', async () => {
    endpoint.answer(completion(says(-0.6, 0.8, 2), 400));
    const { clock, given, handlers, kept, agent } = rig();
    clock.advanceMs(HOUR_MS);
    await until(() => given.length === 1);
    const nowUs = clock.nowUs();
    const reading = {
      about: 'BTC',
      score: -0.6,
      confidence: 0.8,
      answeredUs: nowUs,
      validUntilUs: nowUs + 2 * HOUR_MS * US_PER_MS,
    };
    expect(given).toEqual([reading]);
    const standing = await handlers.getIntelligence({}, CALLER);
    expect(standing).toMatchObject({
      secret: 'not-needed',
      today: { calls: 1, tokens: 400 },
      counts: { answered: 1 },
      rounds: [
        { about: 'BTC', code: 'answered', titles: ['Miners rise'], answer: says(-0.6, 0.8, 2), tokens: 400 },
      ],
      readings: [reading],
      nextUs: nowUs + HOUR_MS * US_PER_MS,
    });
    // What the call might cost was durable before it was made.
    expect(kept.map(({ calls, tokens }) => [calls, tokens])).toEqual([
      [1, MAX_CALL_TOKENS],
      [1, 400],
    ]);
    // A session that begins later has it from its beginning.
    await agent.begun();
    expect(given).toEqual([reading, reading]);
    clock.advanceMs(3 * HOUR_MS);
    await agent.begun();
    expect(given).toHaveLength(2);
  });

  it('has figures of what it used, how old its reading is, and how long endpoint and feed have failed', async () => {
    endpoint.answer(completion(says(-0.6, 0.8, 3), 400));
    const { agent, clock, given, handlers, settings } = rig();
    expect(agent.figures()).toMatchObject({ readingAgeUs: null, failingUs: { endpoint: 0, feed: 0 } });
    clock.advanceMs(HOUR_MS);
    await until(() => given.length === 1);
    clock.advanceMs(60_000);
    expect(agent.figures()).toMatchObject({
      used: { calls: 1 / settings.callsADay, tokens: 400 / settings.tokensADay },
      readingAgeUs: 60_000 * US_PER_MS,
    });
    // The endpoint refuses, then the feed is gone: each counts from its first failure on.
    endpoint.feeds.set('/btc', rss(['Miners fall']));
    endpoint.answers.length = 0;
    endpoint.answer('no', 500);
    await handlers.askIntelligence({}, CALLER);
    clock.advanceMs(HOUR_MS / 2);
    endpoint.feeds.delete('/btc');
    await handlers.askIntelligence({}, CALLER);
    clock.advanceMs(60_000);
    const { failingUs, counts } = agent.figures();
    expect(failingUs.endpoint).toBe((HOUR_MS / 2 + 60_000) * US_PER_MS);
    expect(failingUs.feed).toBe(60_000 * US_PER_MS);
    expect(counts.get('bad-status')).toBe(1);
    endpoint.feeds.set('/btc', rss(['Miners rest']));
    endpoint.answers.length = 0;
    endpoint.answer(completion(says(0, 0.5, 2), 10));
    await handlers.askIntelligence({}, CALLER);
    expect(agent.figures().failingUs).toEqual({ endpoint: 0, feed: 0 });
    // Of a time in which it was off nothing failed.
    endpoint.feeds.set('/btc', rss(['Miners wait']));
    endpoint.answers.length = 0;
    endpoint.answer('no', 500);
    await handlers.askIntelligence({}, CALLER);
    clock.advanceMs(60_000);
    expect(agent.figures().failingUs.endpoint).toBe(60_000 * US_PER_MS);
    await handlers.saveIntelligence({ ...settings, isOn: false }, CALLER);
    clock.advanceMs(24 * HOUR_MS);
    await handlers.saveIntelligence(settings, CALLER);
    expect(agent.figures().failingUs).toEqual({ endpoint: 0, feed: 0 });
  });

  it('goes on after a restart with what the day cost, what was asked, and the readings that hold', async () => {
    endpoint.answer(completion(says(0.5), 400));
    const first = rig();
    await first.handlers.askIntelligence({}, CALLER);
    const kept = first.kept.at(-1) as KeptIntelligence;
    const again = rig({ kept });
    await again.agent.begun();
    expect(again.given).toEqual(first.given);
    await again.handlers.askIntelligence({}, CALLER);
    const standing = await again.handlers.getIntelligence({}, CALLER);
    expect([standing.today, standing.counts]).toEqual([
      { day: kept.day, calls: 1, tokens: 400 },
      { 'nothing-new': 1 },
    ]);
    expect(endpoint.asked).toHaveLength(1);
  });

  it('asks no more than the day allows, over restarts too, and again on the next day', async () => {
    endpoint.answer(completion('no'));
    const { settings } = rig();
    const few = { ...settings, callsADay: 2 };
    let kept = NOTHING_KEPT;
    const codes: object[] = [];
    for (let at = 0; at < 4; at++) {
      const one = rig({ settings: few, kept });
      codes.push((await one.handlers.askIntelligence({}, CALLER)).counts);
      kept = one.kept.at(-1) as KeptIntelligence;
    }
    expect(codes).toEqual([
      { 'out-of-schema': 1 },
      { 'out-of-schema': 1 },
      { 'budget-spent': 1 },
      { 'budget-spent': 1 },
    ]);
    const tomorrow = rig({ settings: few, kept });
    tomorrow.clock.advanceMs(24 * HOUR_MS);
    await until(() => endpoint.asked.length === 3);
  });

  it('counts all that a call might have cost where no answer comes, and nothing is asked that is not durable first', async () => {
    endpoint.answer({ error: {} }, 500);
    const one = rig();
    const standing = await one.handlers.askIntelligence({}, CALLER);
    expect(standing.today).toMatchObject({ calls: 1, tokens: MAX_CALL_TOKENS });
    const dead = rig({
      startRound: () => ({ result: Promise.resolve(undefined), stop: async () => undefined }),
    });
    expect(await dead.handlers.askIntelligence({}, CALLER)).toMatchObject({
      counts: { 'worker-ended': 1 },
      today: { calls: 1, tokens: MAX_CALL_TOKENS },
    });
    const full = rig({ keep: () => Promise.reject(new Error('disk full')) });
    expect(await full.handlers.askIntelligence({}, CALLER)).toMatchObject({
      counts: { 'not-durable': 1 },
      today: { calls: 0, tokens: 0 },
    });
    const tokens = rig({ kept: { ...NOTHING_KEPT, ...spentDay(one.clock.nowUs()) } });
    expect((await tokens.handlers.askIntelligence({}, CALLER)).counts).toEqual({ 'budget-spent': 1 });
    expect(endpoint.asked).toHaveLength(1);
  });

  it('waits as long as the endpoint asks, over a restart too, and says so', async () => {
    endpoint.answer({}, 429, { 'retry-after': '7200' });
    const { handlers, kept, notes, given } = rig();
    await handlers.askIntelligence({}, CALLER);
    expect(notes).toEqual([expect.stringMatching(/^about BTC: rate-limited/)]);
    const again = rig({ kept: kept.at(-1) as KeptIntelligence });
    await expect(async () => again.handlers.askIntelligence({}, CALLER)).rejects.toThrow('waits until');
    again.clock.advanceMs(HOUR_MS + 60_000);
    await until(() => again.clock.pending === 1);
    expect(endpoint.asked).toHaveLength(1);
    again.clock.advanceMs(HOUR_MS);
    await until(() => endpoint.asked.length === 2);
    expect([given, again.given]).toEqual([[], []]);
  });

  it('is off until it is turned on, and off again takes the vote from what was read', async () => {
    endpoint.answer(completion(says(0.5)));
    const { clock, handlers, settings, given } = rig({ settings: intelligenceSettings.parse({}) });
    expect(clock.pending).toBe(0);
    await expect(async () => handlers.askIntelligence({}, CALLER)).rejects.toThrow('is off');
    await handlers.saveIntelligence(settings, CALLER);
    await handlers.askIntelligence({}, CALLER);
    clock.advanceMs(1_000);
    const off = await handlers.saveIntelligence({ ...settings, isOn: false }, CALLER);
    expect([off.nextUs, off.readings, clock.pending]).toEqual([null, [], 0]);
    const [read, over] = given;
    expect(over).toMatchObject({ about: 'BTC', score: 0, confidence: 0, validUntilUs: clock.nowUs() + 1 });
    expect(over?.answeredUs).toBeGreaterThan(read?.answeredUs ?? 0);
  });
});

describe('what no feed is about any more', () => {
  const both = () => {
    endpoint.feeds.set('/all', rss(['Stocks rise']));
    endpoint.answer(completion(says(0.5, 0.8, 24)));
    return { url: `${endpoint.address}/all`, about: '' };
  };

  it('loses its vote when its feed is taken out, and is not shown', async () => {
    const market = both();
    const { clock, handlers, settings, given, kept } = rig();
    await handlers.saveIntelligence({ ...settings, feeds: [...settings.feeds, market] }, CALLER);
    await handlers.askIntelligence({}, CALLER);
    expect(given.map(({ about }) => about).toSorted()).toEqual(['', 'BTC']);
    clock.advanceMs(1_000);
    const { readings } = await handlers.saveIntelligence({ ...settings, feeds: [market] }, CALLER);
    expect(readings.map(({ about }) => about)).toEqual(['']);
    expect(given.slice(2)).toEqual([
      { about: 'BTC', score: 0, confidence: 0, answeredUs: clock.nowUs(), validUntilUs: clock.nowUs() + 1 },
    ]);
    expect(Object.keys(kept.at(-1)?.subjects ?? {})).toEqual(['']);
  });

  it('is not used where its feed was taken out while it was read', async () => {
    const market = both();
    const clock = new ManualClock();
    let meanwhile = async (): Promise<unknown> => undefined;
    const { handlers, settings, given } = rig({
      clock,
      startRound: (order) => ({
        result: meanwhile().then(() => runRound(order, () => clock.nowUs() / US_PER_MS)),
        stop: async () => undefined,
      }),
    });
    meanwhile = async () => handlers.saveIntelligence({ ...settings, feeds: [market] }, CALLER);
    await handlers.askIntelligence({}, CALLER);
    expect([endpoint.asked.length, given]).toEqual([1, []]);
  });

  it('does not come back because the database refused what a round may cost', async () => {
    const { clock, settings } = rig();
    const answeredUs = clock.nowUs();
    const reading = {
      about: 'BTC',
      score: 1,
      confidence: 1,
      answeredUs,
      validUntilUs: answeredUs + 1_000_000,
    };
    const refusals: ((error: Error) => void)[] = [];
    const { handlers } = rig({
      kept: { ...NOTHING_KEPT, readings: [reading] },
      keep: () =>
        refusals.length > 0
          ? Promise.resolve()
          : new Promise<void>((_, reject) => void refusals.push(reject)),
    });
    const asking = handlers.askIntelligence({}, CALLER);
    await until(() => refusals.length > 0);
    await handlers.saveIntelligence({ ...settings, isOn: false }, CALLER);
    refusals[0]?.(new Error('disk full'));
    await asking;
    expect((await handlers.saveIntelligence(settings, CALLER)).readings).toEqual([]);
  });
});

describe('the key', () => {
  it('goes to the endpoint alone that it was stored for, and is never shown', async () => {
    endpoint.answer(completion(says(0.5)));
    const { handlers, stored, settings, notes } = rig();
    stored.set(KEY_ENTRY, keyText(`${endpoint.address}/v1`, ' sk-secret\n') ?? '');
    const shown = await handlers.askIntelligence({}, CALLER);
    expect(endpoint.asked[0]?.headers['authorization']).toBe('Bearer sk-secret');
    const moved = await handlers.saveIntelligence(
      { ...settings, endpoint: 'https://other.example.com/v1' },
      CALLER,
    );
    expect(moved.secret).toBe('other-endpoint');
    expect((await handlers.askIntelligence({}, CALLER)).counts['key-absent']).toBe(1);
    expect(JSON.stringify([shown, moved, notes])).not.toContain('sk-secret');
  });

  it.each([
    ['https://a.example', undefined, 'absent'],
    ['https://a.example', 'sk-secret', 'unreadable'],
    ['https://a.example:8443/v1', 'https://a.example sk', 'other-endpoint'],
    ['https://a.example/v1', 'https://a.example sk', 'present'],
    ['http://127.0.0.1:11434/v1', 'https://a.example sk', 'not-needed'],
    ['', 'https://a.example sk', 'other-endpoint'],
  ] as const)('for %s, of %s, is %s', (address, text, state) => {
    expect(keyFor(address, text).state).toBe(state);
  });

  it('is asked for where secrets are kept, and one that cannot be read makes no call', async () => {
    const { settings } = rig();
    const { handlers } = rig({
      settings: { ...settings, endpoint: 'https://a.example/v1' },
      secrets: { get: () => Promise.reject(new Error('locked')) },
    });
    expect(await handlers.askIntelligence({}, CALLER)).toMatchObject({
      secret: 'unreadable',
      counts: { 'key-unreadable': 1 },
      today: { calls: 0 },
    });
  });
});

it('runs a round on a thread of its own', async () => {
  endpoint.answer(completion(says(0.25)));
  const { handlers, given } = rig({ startRound: roundThread(systemClock) });
  await handlers.askIntelligence({}, CALLER);
  expect(given).toMatchObject([{ about: 'BTC', score: 0.25 }]);
});

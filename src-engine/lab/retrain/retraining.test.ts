/** The weekly training under a made clock: once for however many times were missed, a challenger at most, and taken up after an engine that ended. */
import { describe, expect, it } from 'vitest';
import type { JobRecord } from '../../contract/lab-records.ts';
import type { AuditEntry } from '../../contract/records.ts';
import { UserError } from '../../domain/errors.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { checkSpec } from '../../training/training-spec.ts';
import { dueSince, lastTime, WEEK_US } from './due-time.ts';
import { Retraining, type RetrainingParts } from './retraining.ts';
import type { StoredRetraining } from './stored.ts';

const at = (text: string): number => Date.parse(text) * 1_000;
const SUNDAY = { weekday: 0, hour: 3, minute: 0 };
const HOUR_US = 3_600_000_000;

describe('a time of the week', () => {
  it('is found on either side of it, in UTC', () => {
    expect(lastTime(SUNDAY, at('2026-11-29T03:00:00Z'))).toBe(at('2026-11-29T03:00:00Z'));
    expect(lastTime(SUNDAY, at('2026-11-29T02:59:59Z'))).toBe(at('2026-11-22T03:00:00Z'));
    expect(lastTime({ weekday: 3, hour: 23, minute: 59 }, at('2026-11-30T12:00:00Z'))).toBe(
      at('2026-11-25T23:59:00Z'),
    );
  });

  it('is due once, however often it was missed, and not before the first time after it was turned on', () => {
    const on = at('2026-11-04T12:00:00Z');
    expect(dueSince(SUNDAY, on, at('2026-11-07T12:00:00Z'))).toBeUndefined();
    const three = at('2026-11-25T12:00:00Z');
    expect(dueSince(SUNDAY, on, three)).toBe(at('2026-11-22T03:00:00Z'));
    expect(dueSince(SUNDAY, lastTime(SUNDAY, three), three)).toBeUndefined();
  });
});

const SETTINGS = {
  name: 'up',
  isOn: true,
  ...SUNDAY,
  place: 'recordings',
  file: 'newest',
  market: 'BTC/USD@kraken',
} as const;
const CALLER = { role: 'operator', via: 'test' } as const;

/** An engine whose jobs end as the test says. */
function rigOf(change: Partial<RetrainingParts> = {}, startUs = at('2026-11-27T12:00:00Z')) {
  const clock = new SimulatedClock(startUs);
  const jobs: JobRecord[] = [];
  const [started, shadows, rows]: [Record<string, unknown>[], unknown[], AuditEntry[]] = [[], [], []];
  let saved: readonly StoredRetraining[] = change.stored ?? [];
  const add = (): { jobId: string } => {
    const jobId = `job-${jobs.length + 1}`;
    jobs.push({ jobId, state: 'running', model: null, problem: null } as unknown as JobRecord);
    return { jobId };
  };
  const sources = [
    ['2026-11-20.jsonl', 'BTC/USD@kraken', 100],
    ['2026-11-27.jsonl', 'BTC/USD@kraken', 100],
    ['2026-11-28.jsonl', 'ETH/USD@kraken', 100],
    ['2026-11-29.jsonl', 'BTC/USD@kraken', null],
  ].map(([file, market, seconds]) => ({ place: 'recordings', file, markets: [market], seconds, bytes: 1 }));
  const parts: RetrainingParts = {
    clock,
    stored: [],
    save: async (all) => void (saved = all),
    handlers: () => ({
      startTraining: (input) => (started.push(input), add()),
      resumeJob: ({ jobId }) => (started.push({ resumed: jobId }), add()),
      listTrainingSources: () => ({ sources, featureSets: [], models: [] }) as never,
      listJobs: () => ({ jobs }),
    }),
    specOf: async (name, file) =>
      checkSpec({ name, kind: 'logistic', file, symbol: 'BTC/USD@kraken', costBps: 12 }, 'test'),
    busy: () => '',
    shadow: async (asked) => (shadows.push(asked), `model:up@${asked.sha256}:kraken:BTC/USD`),
    audit: async (entry) => void rows.push(entry),
    note: () => undefined,
    ...change,
  };
  const retraining = new Retraining(parts);
  const end = (state: JobRecord['state'], sha256 = 'a'.repeat(12)): void => {
    const job = jobs.at(-1);
    if (job === undefined) throw new Error('nothing runs');
    const model =
      state === 'done' ? { name: 'up', sha256, verdict: 'chance', text: 'no more than chance' } : null;
    Object.assign(job, {
      state,
      model,
      problem: state === 'failed' ? { code: 'x', message: 'no rows' } : null,
    });
  };
  const { handlers } = retraining;
  const row = async () => (await handlers.listRetrainings({}, CALLER)).rows[0];
  return { retraining, handlers, clock, jobs, started, shadows, rows, end, row, saved: () => saved };
}

describe('a weekly training', () => {
  it('begins at its time by the registered spec on the newest whole recording, and its result is a challenger in shadow', async () => {
    const rig = rigOf();
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    expect((await rig.row())?.nextUs).toBe(at('2026-11-29T03:00:00Z'));
    await rig.retraining.look();
    expect(rig.started).toEqual([]);
    rig.clock.advanceTo(at('2026-11-29T03:00:40Z'));
    await rig.retraining.look();
    expect(rig.started).toMatchObject([
      {
        name: 'up',
        kind: 'logistic',
        place: 'recordings',
        file: '2026-11-27.jsonl',
        symbol: 'BTC/USD@kraken',
        costBps: 12,
      },
    ]);
    rig.end('done');
    await rig.retraining.look();
    expect(await rig.row()).toMatchObject({
      nextUs: at('2026-12-06T03:00:00Z'),
      dueUs: null,
      last: {
        state: 'trained',
        by: 'scheduled',
        verdict: 'chance',
        shadow: `model:up@${'a'.repeat(12)}:kraken:BTC/USD`,
      },
    });
    expect(rig.shadows).toMatchObject([{ name: 'up', market: 'BTC/USD@kraken', before: '' }]);
    expect(rig.rows.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`)).toEqual([
      'engine via retrain retrain ok',
      'engine via retrain retrain ok',
    ]);
    // The week after: the same bytes are no news, and the shadow of before is handed over.
    rig.clock.advanceTo(at('2026-12-06T03:01:00Z'));
    await rig.retraining.look();
    rig.end('done');
    await rig.retraining.look();
    expect((await rig.row())?.last).toMatchObject({ state: 'unchanged' });
    expect(rig.shadows.at(-1)).toMatchObject({ before: `model:up@${'a'.repeat(12)}:kraken:BTC/USD` });
    expect(rig.started).toHaveLength(2);
  });

  it('that was slept over five times is trained once', async () => {
    const rig = rigOf();
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    rig.clock.advanceTo(rig.clock.nowUs() + 5 * WEEK_US);
    await rig.retraining.look();
    rig.end('done');
    for (let look = 0; look < 5; look++) await rig.retraining.look();
    expect(rig.started).toHaveLength(1);
    expect((await rig.row())?.dueUs).toBeNull();
  });

  it('is off until it is turned on, and nothing is due of the time before', async () => {
    const rig = rigOf();
    await rig.handlers.saveRetraining({ ...SETTINGS, isOn: false }, CALLER);
    rig.clock.advanceTo(rig.clock.nowUs() + 3 * WEEK_US);
    await rig.retraining.look();
    expect((await rig.row())?.nextUs).toBeNull();
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    await rig.retraining.look();
    expect(rig.started).toEqual([]);
  });

  it('waits while an armed engine is late, is shown with the reason, and begins once that is over', async () => {
    let busy = 'the engine is late';
    const rig = rigOf({ busy: () => busy });
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    rig.clock.advanceTo(at('2026-11-29T05:00:00Z'));
    await rig.retraining.look();
    expect(await rig.row()).toMatchObject({
      waits: 'the engine is late',
      dueUs: at('2026-11-29T03:00:00Z'),
      last: null,
    });
    busy = '';
    await rig.retraining.look();
    expect(rig.started).toHaveLength(1);
  });

  it('whose engine ended is taken up where its folds are kept, three times at most', async () => {
    const rig = rigOf();
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    rig.clock.advanceTo(at('2026-11-29T04:00:00Z'));
    await rig.retraining.look();
    expect(rig.saved()[0]?.last).toMatchObject({ state: 'running', jobId: 'job-1', tries: 1 });
    for (let k = 0; k < 3; k++) {
      rig.end('interrupted');
      await rig.retraining.look();
    }
    expect(rig.started.slice(1)).toEqual([{ resumed: 'job-1' }, { resumed: 'job-2' }]);
    expect((await rig.row())?.last).toMatchObject({
      state: 'failed',
      tries: 3,
      text: 'its job ended 3 times with the engine',
    });
  });

  it.each([
    ['fails', (rig: ReturnType<typeof rigOf>) => rig.end('failed'), /no rows/],
    ['is canceled', (rig: ReturnType<typeof rigOf>) => rig.end('canceled'), /its job was canceled/],
  ] as const)('that %s says so, and is due again a week later', async (_, end, text) => {
    const rig = rigOf();
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    rig.clock.advanceTo(at('2026-11-29T04:00:00Z'));
    await rig.retraining.look();
    end(rig);
    await rig.retraining.look();
    const row = await rig.row();
    expect(row?.last).toMatchObject({ state: 'failed', text: expect.stringMatching(text) as string });
    expect([row?.dueUs, row?.nextUs]).toEqual([null, at('2026-12-06T03:00:00Z')]);
    expect(rig.rows.at(-1)).toMatchObject({ outcome: 'error' });
  });

  it('without a place in the session says why, and the challenger stays', async () => {
    const refusal = new UserError({
      code: 'unknown-market',
      field: 'markets',
      message: 'is no market of this session',
    });
    const rig = rigOf({ shadow: () => Promise.reject(refusal) });
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    await rig.handlers.retrainNow({ name: 'up' }, CALLER);
    await expect(rig.handlers.retrainNow({ name: 'up' }, CALLER)).rejects.toThrow(/is being trained/);
    rig.end('done');
    await rig.retraining.look();
    expect((await rig.row())?.last).toMatchObject({
      state: 'trained',
      by: 'operator via test',
      shadow: expect.stringMatching(/no market of this session/) as string,
    });
  });

  it('holds to the bounds: a model without a training, bars without a name, a clock that was set back', async () => {
    const missing = new UserError({
      code: 'no-training',
      field: 'name',
      message: 'has no training that the registry recorded',
    });
    const without = rigOf({ specOf: () => Promise.reject(missing) });
    await expect(without.handlers.saveRetraining({ ...SETTINGS }, CALLER)).rejects.toThrow(/no training/);
    const rig = rigOf();
    await expect(rig.handlers.saveRetraining({ ...SETTINGS, place: 'imports' }, CALLER)).rejects.toThrow(
      /is for recordings alone/,
    );
    await expect(rig.handlers.retrainNow({ name: 'up' }, CALLER)).rejects.toThrow(/has no weekly training/);
    const stored: StoredRetraining = {
      settings: SETTINGS,
      handledUs: at('2031-01-01T00:00:00Z'),
      shadowOf: '',
      knownSha256: '',
    };
    const back = rigOf({ stored: [stored] });
    await back.retraining.look();
    expect(back.saved()[0]?.handledUs).toBe(back.clock.nowUs());
    back.clock.advanceTo(at('2026-11-29T03:00:00Z') + HOUR_US);
    await back.retraining.look();
    expect(back.started).toHaveLength(1);
  });
});

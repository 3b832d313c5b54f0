/** The weekly training under a made clock: once for however many times were missed, a challenger at most, and taken up after an engine that ended. */
import { describe, expect, it } from 'vitest';
import type { JobRecord } from '../../contract/lab-records.ts';
import type { RecordingRecord } from '../../contract/library-operations.ts';
import type { AuditEntry } from '../../contract/records.ts';
import { UserError } from '../../domain/errors.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { checkSpec } from '../../training/training-spec.ts';
import { dueSince, lastTime, WEEK_US } from './due-time.ts';
import { Retraining } from './retraining.ts';
import type { RetrainingParts, ShadowAsked } from './retraining-parts.ts';
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
/** Names of the house's recorder, of which the last by name is none of the market's newest. */
const recorded = (venue: string, part: string, symbol: string, toUs: number | null, hours: number) =>
  ({
    name: `${venue}-${part}.market-log.jsonl.gz`,
    venue,
    symbols: [symbol],
    fromUs: toUs === null ? null : toUs - hours * HOUR_US,
    toUs,
    fault: '',
  }) as unknown as RecordingRecord;
const NEWEST_FILE = 'kraken-20261127T000000-0001.market-log.jsonl.gz';
const RECORDINGS = [
  recorded('kraken', '20261120T000000-0001', 'BTC/USD', at('2026-11-21T00:00:00Z'), 24),
  recorded('kraken', '20261127T000000-0001', 'BTC/USD', at('2026-11-28T00:00:00Z'), 24),
  // Minutes of a part that was just begun, another market, another venue's tape of before, and a copy of long ago.
  recorded('kraken', '20261127T000000-0002', 'BTC/USD', at('2026-11-28T00:05:00Z'), 0.1),
  recorded('kraken', '20261128T000000-0001', 'ETH/USD', at('2026-11-29T00:00:00Z'), 24),
  recorded('okx', '20261128T000000-0001', 'BTC/USD', at('2026-11-29T00:00:00Z'), 24),
  recorded('z-run', '0', 'BTC/USD@kraken', at('2026-10-01T00:00:00Z'), 24),
];
const CALLER = { role: 'operator', via: 'test' } as const;

/** An engine whose jobs end as the test says. */
function rigOf(change: Partial<RetrainingParts> = {}, startUs = at('2026-11-27T12:00:00Z')) {
  const clock = new SimulatedClock(startUs);
  const jobs: JobRecord[] = [];
  const [started, shadows, rows]: [Record<string, unknown>[], ShadowAsked[], AuditEntry[]] = [[], [], []];
  const retired: string[] = [];
  let saved: readonly StoredRetraining[] = change.stored ?? [];
  const add = (): { jobId: string } => {
    const jobId = `job-${jobs.length + 1}`;
    jobs.push({ jobId, state: 'running', model: null, problem: null } as unknown as JobRecord);
    return { jobId };
  };
  const library = { recordings: [...RECORDINGS], isReading: false };
  let refusal: UserError | undefined;
  const parts: RetrainingParts = {
    clock,
    stored: [],
    save: async (all) => void (saved = all),
    handlers: () => ({
      startTraining: (input) => {
        if (refusal !== undefined) throw refusal;
        started.push(input);
        return add();
      },
      resumeJob: ({ jobId }) => (started.push({ resumed: jobId }), add()),
      listRecordings: () => library,
      listJobs: () => ({ jobs }),
    }),
    trainingOf: async (name, file) => ({
      spec: checkSpec({ name, kind: 'logistic', file, symbol: 'BTC/USD', costBps: 12 }, 'test'),
      market: 'BTC/USD@kraken',
      spanUs: 20 * HOUR_US,
    }),
    busy: () => '',
    shadow: async (asked) => {
      shadows.push(asked);
      return { strategy: `model:up@${asked.sha256}:kraken:BTC/USD`, isOwn: true };
    },
    retire: async (strategies) => (retired.push(...strategies), []),
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
  const refuse = (error: UserError | undefined): void => void (refusal = error);
  return {
    retraining,
    handlers,
    clock,
    jobs,
    started,
    shadows,
    rows,
    retired,
    end,
    row,
    saved: () => saved,
    library,
    refuse,
  };
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
        file: NEWEST_FILE,
        symbol: 'BTC/USD',
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
    expect(rig.shadows).toMatchObject([{ name: 'up', market: 'BTC/USD@kraken', own: [], isClaimed: false }]);
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
    expect(rig.shadows.at(-1)).toMatchObject({ own: [`model:up@${'a'.repeat(12)}:kraken:BTC/USD`] });
    expect(rig.retired).toEqual([]);
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

  it('waits until its recordings were read whole, and no longer than a quarter of an hour', async () => {
    const rig = rigOf();
    const { library } = rig;
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    const [older, newest] = RECORDINGS as [RecordingRecord, RecordingRecord];
    library.recordings = [older, { ...newest, fromUs: null, toUs: null }];
    library.isReading = true;
    await expect(rig.handlers.retrainNow({ name: 'up' }, CALLER)).rejects.toThrow(
      /recordings are being read/,
    );
    rig.clock.advanceTo(at('2026-11-29T03:01:00Z'));
    const whole = rigOf({}, at('2026-11-29T03:01:00Z'));
    await rig.retraining.look();
    expect(await rig.row()).toMatchObject({ waits: 'recordings are being read', last: null });
    library.recordings = [older, newest];
    library.isReading = false;
    await rig.retraining.look();
    expect(rig.started).toMatchObject([{ file: NEWEST_FILE }]);
    // One that is being written is never read whole.
    whole.library.recordings = [older, { ...newest, fromUs: null, toUs: null }];
    whole.library.isReading = true;
    await whole.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    whole.clock.advanceTo(at('2026-12-06T03:00:10Z'));
    await whole.retraining.look();
    expect(whole.started).toEqual([]);
    whole.clock.advanceTo(at('2026-12-06T03:10:00Z'));
    await whole.retraining.look();
    expect(whole.started).toEqual([]);
    whole.clock.advanceTo(at('2026-12-06T03:16:00Z'));
    await whole.retraining.look();
    expect(whole.started).toMatchObject([{ file: older.name }]);
  });

  it.each([
    [
      'none of its market',
      { market: 'DOGE/USD@kraken' },
      /no whole recording has DOGE\/USD@kraken for 10 hours/,
    ],
    ['none so long', { spanUs: 100 * HOUR_US }, /for 50 hours, half of what it was trained on first/],
  ])('learns from no recording where there is %s', async (_, change, words) => {
    const training = {
      spec: checkSpec({ name: 'up', kind: 'logistic', file: 'newest' }, 'test'),
      market: 'BTC/USD@kraken',
      spanUs: 20 * HOUR_US,
      ...change,
    };
    const rig = rigOf({ trainingOf: async () => training });
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    await rig.handlers.retrainNow({ name: 'up' }, CALLER);
    expect((await rig.row())?.last).toMatchObject({
      state: 'failed',
      text: expect.stringMatching(words) as string,
    });
    // Without a venue any market of that name could be its own.
    const bars = rigOf({ trainingOf: async () => ({ ...training, market: 'bars' }) });
    await expect(bars.handlers.saveRetraining({ ...SETTINGS }, CALLER)).rejects.toThrow(
      /bars without a venue/,
    );
  });

  it('takes the shadow of before away once it holds nothing, also after a restart', async () => {
    const old = 'model:up@old:kraken:BTC/USD';
    const stored = { settings: SETTINGS, handledUs: 0, shadowOf: old, knownSha256: 'old' };
    let holds = true;
    const change: Partial<RetrainingParts> = {
      retire: async (strategies) => (holds ? strategies : []),
    };
    const rig = rigOf({ ...change, stored: [stored] });
    await rig.handlers.retrainNow({ name: 'up' }, CALLER);
    rig.end('done');
    await rig.retraining.look();
    const now = `model:up@${'a'.repeat(12)}:kraken:BTC/USD`;
    expect(rig.saved()).toMatchObject([{ shadowOf: now, olds: [old] }]);
    const again = rigOf({ ...change, stored: rig.saved() });
    // Other settings of the schedule forget nothing of it.
    await again.handlers.saveRetraining({ ...SETTINGS, isOn: false }, CALLER);
    await again.retraining.look();
    expect(again.saved()).toMatchObject([{ shadowOf: now, olds: [old] }]);
    holds = false;
    await again.retraining.look();
    expect(again.saved()).toMatchObject([{ shadowOf: now, olds: [] }]);
  });

  it('knows the shadow for its own that it had set as its engine ended', async () => {
    let atClaim: readonly StoredRetraining[] = [];
    const first = rigOf({
      shadow: async ({ claim }) => {
        await claim();
        atClaim = first.saved();
        throw new Error('the process ended');
      },
    });
    await first.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    await first.handlers.retrainNow({ name: 'up' }, CALLER);
    first.end('done');
    await first.retraining.look();
    const asked: boolean[] = [];
    const rig = rigOf({
      stored: atClaim,
      shadow: async ({ isClaimed }) => (asked.push(isClaimed), { strategy: 'model:up', isOwn: isClaimed }),
    });
    rig.jobs.push(...first.jobs);
    await rig.retraining.look();
    expect(asked).toEqual([true]);
    expect(rig.saved()).toMatchObject([{ shadowOf: 'model:up', claimed: '', last: { shadow: 'model:up' } }]);
    // What was refused is claimed no longer: set by a person later it is theirs.
    expect(first.saved()).toMatchObject([{ shadowOf: '', claimed: '' }]);
  });

  it('that is refused for what passes by itself stays due', async () => {
    const rig = rigOf();
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    rig.clock.advanceTo(at('2026-11-29T03:01:00Z'));
    rig.refuse(new UserError({ code: 'being-replaced', field: 'engine', message: 'is being replaced' }));
    await rig.retraining.look();
    expect(await rig.row()).toMatchObject({ dueUs: at('2026-11-29T03:00:00Z'), last: null });
    rig.refuse(undefined);
    await rig.retraining.look();
    expect(rig.started).toHaveLength(1);
  });

  it('has one job, whatever the database, the audit trail, the clock or a removal does meanwhile', async () => {
    let saves = 0;
    let saved: readonly StoredRetraining[] = [];
    const rig = rigOf({
      // The fourth holds the job's id.
      save: async (all) => {
        if (++saves === 4) throw new Error('the database refuses');
        saved = all;
      },
      audit: () => Promise.reject(new Error('no row')),
    });
    await rig.handlers.saveRetraining({ ...SETTINGS }, CALLER);
    rig.clock.advanceTo(at('2026-11-29T03:01:00Z'));
    await rig.retraining.look();
    await rig.retraining.look();
    expect(saves).toBe(5);
    expect(saved[0]?.last).toMatchObject({ state: 'running', jobId: 'job-1' });
    await expect(rig.handlers.removeRetraining({ name: 'up' }, CALLER)).rejects.toThrow(/is being trained/);
    rig.end('done');
    await rig.retraining.look();
    expect((await rig.row())?.last).toMatchObject({ state: 'trained', jobId: 'job-1' });
    expect(rig.started).toHaveLength(1);
    // The clock goes back by twenty seconds: it is not due again.
    const back = rigOf({ stored: saved }, at('2026-11-29T02:59:50Z'));
    await back.retraining.look();
    back.clock.advanceTo(at('2026-11-29T03:02:00Z'));
    await back.retraining.look();
    expect(back.started).toEqual([]);
  });

  it('names in its audit rows who set the schedule', async () => {
    const rig = rigOf();
    await rig.handlers.saveRetraining({ ...SETTINGS }, { role: 'operator', via: 'api-key desk' });
    await rig.handlers.retrainNow({ name: 'up' }, CALLER);
    expect(rig.rows[0]?.detail).toMatch(/^up \(set by operator via api-key desk\): operator via test, try 1/);
  });

  it('holds to the bounds: a model without a training, bars without a name, a clock that was set back', async () => {
    const missing = new UserError({
      code: 'no-training',
      field: 'name',
      message: 'has no training that the registry recorded',
    });
    const without = rigOf({ trainingOf: () => Promise.reject(missing) });
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

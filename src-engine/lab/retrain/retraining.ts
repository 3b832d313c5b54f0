/**
 * Models that are trained again each week. What is due begins as a job of the lab, whose result is registered as the challenger of its name, and runs in shadow where a market was named;
 * nothing here promotes, arms or trades. What began is durable before its job does, so that an engine which ends in the middle takes it up, and a machine that slept over several times trains once.
 */
import type { JobRecord } from '../../contract/lab-records.ts';
import {
  MAX_RETRAININGS,
  NEWEST,
  type retrainOperations,
  type RetrainResult,
  type RetrainRow,
  type RetrainSettings,
} from '../../contract/retrain-operations.ts';
import type { Caller, OperationHandlers, OperationInput } from '../../contract/operations.ts';
import { UserError } from '../../domain/errors.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { errorWords } from '../../lib/error-words.ts';
import { Serial } from '../../lib/serial.ts';
import { checkMarket, hasUnread, newestRecording } from './newest-recording.ts';
import { dueSince, lastTime, WEEK_US } from './due-time.ts';
import { forRecordingsAlone, isUnread, noSchedule, runsAlready, tooMany } from './retrain-refusals.ts';
import type { RetrainingParts } from './retraining-parts.ts';
import { MAX_OLDS, type StoredRetraining } from './stored.ts';

/** How often it looks: a machine that slept is noticed within this. */
const LOOK_US = 30 * US_PER_SECOND;
const MAX_TRIES = 3;
const MAX_TEXT = 500;
const MAX_NAMED = 100;
const MAX_WORDS = 300;
/** Recordings that are not read whole by then are left out: one that is being written never is. */
const READING_US = 15 * 60 * US_PER_SECOND;
/** Refusals that end by themselves: what is due stays due. */
const PASSING: ReadonlySet<string> = new Set(['being-replaced', 'too-many-jobs']);

const ENGINE: Caller = { role: 'operator', via: 'retrain' };

export class Retraining {
  readonly handlers: Pick<OperationHandlers, keyof typeof retrainOperations>;
  readonly #parts: RetrainingParts;
  #all: readonly StoredRetraining[];
  readonly #waits = new Map<string, string>();
  /** Since when recordings are read for it, and when that was seen last. */
  readonly #readings = new Map<string, { readonly sinceUs: TimeUs; readonly seenUs: TimeUs }>();
  /** Jobs that began, by name: the database may not have taken it yet. */
  readonly #begun = new Map<string, string>();
  readonly #changes = new Serial();
  #cancelLook: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: RetrainingParts) {
    this.#parts = parts;
    this.#all = parts.stored;
    const then = (change: () => Promise<void>) =>
      this.#changes.run(change).then(() => ({ rows: this.#rows() }));
    this.handlers = {
      listRetrainings: () => ({ rows: this.#rows() }),
      saveRetraining: (settings, caller) => then(() => this.#save(settings, caller)),
      removeRetraining: ({ name }) => then(() => this.#remove(name)),
      retrainNow: ({ name }, caller) => then(() => this.#now(name, caller)),
    };
    this.#lookLater();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelLook();
    await this.#changes.run(() => Promise.resolve());
  }

  /** What ended, what is due. Never rejects. */
  look(): Promise<void> {
    return this.#changes
      .run(() => this.#look())
      .catch((error: unknown) => this.#parts.note(`a look ended early: ${String(error)}`));
  }

  #lookLater(): void {
    const { clock } = this.#parts;
    this.#cancelLook();
    if (this.#isStopped) return;
    this.#cancelLook = clock.schedule(clock.nowUs() + LOOK_US, () => {
      void this.look().finally(() => this.#lookLater());
    });
  }

  async #look(): Promise<void> {
    for (const one of this.#all) {
      if (this.#isStopped) return;
      if (one.last?.state === 'running') await this.#follow(one, one.last);
    }
    for (const { settings } of this.#all) {
      if (this.#isStopped) return;
      await this.#retire(settings.name);
    }
    // Noted before the clock was set back by years: as of now, or it would not be due for as long. By less it is not due twice in a week.
    const nowUs = this.#parts.clock.nowUs();
    for (const one of this.#all)
      if (one.handledUs > nowUs + WEEK_US) await this.#put({ ...one, handledUs: nowUs });
    for (const { settings } of this.#all) {
      if (this.#isStopped) return;
      const one = this.#find(settings.name);
      if (one !== undefined && this.#dueUs(one) !== undefined) await this.#begin(one, 'scheduled');
    }
  }

  #dueUs({ settings, handledUs }: StoredRetraining): TimeUs | undefined {
    return settings.isOn ? dueSince(settings, handledUs, this.#parts.clock.nowUs()) : undefined;
  }

  /** One that waits stays due. */
  async #begin(one: StoredRetraining, by: string): Promise<void> {
    const { name } = one.settings;
    const isScheduled = by === 'scheduled';
    const busy = one.last?.state === 'running' ? 'the one before still runs' : this.#parts.busy();
    const waits = (isScheduled ? busy : '') || (await this.#reading(one));
    this.#waits.set(name, isScheduled ? waits : '');
    if (waits !== '' && isScheduled) return;
    if (waits !== '') throw isUnread(name, waits);
    const nowUs = this.#parts.clock.nowUs();
    const last: RetrainResult = {
      state: 'running',
      startedUs: nowUs,
      endedUs: null,
      by,
      jobId: '',
      tries: 0,
      sha256: '',
      verdict: '',
      text: '',
      shadow: one.last?.shadow ?? '',
    };
    const handledUs = isScheduled ? lastTime(one.settings, nowUs) : one.handledUs;
    await this.#put({ ...one, handledUs, last });
    await this.#start(name, isScheduled ? one : undefined);
  }

  /** Why the newest recording is not known yet; empty: it is, or is not asked for. */
  async #reading({ settings: { name, file, place } }: StoredRetraining): Promise<string> {
    if (place !== 'recordings' || file !== NEWEST) return '';
    const training = await this.#parts.trainingOf(name, file).catch(() => undefined);
    // What it says is said by its start.
    if (training === undefined) return '';
    const { recordings, isReading } = await this.#parts.handlers().listRecordings({}, ENGINE);
    const nowUs = this.#parts.clock.nowUs();
    const before = this.#readings.get(name);
    const sinceUs = before === undefined || nowUs - before.seenUs > READING_US ? nowUs : before.sinceUs;
    if (isReading && hasUnread(recordings, training) && nowUs - sinceUs < READING_US) {
      this.#readings.set(name, { sinceUs, seenUs: nowUs });
      return 'recordings are being read';
    }
    this.#readings.delete(name);
    return '';
  }

  /** Makes the job of what is noted as running. @param before what it was, if a refusal that ends by itself leaves it due. */
  async #start(name: string, before?: StoredRetraining): Promise<void> {
    const one = this.#find(name);
    if (one?.last === undefined) return;
    const { last, settings } = one;
    const again = { ...last, tries: last.tries + 1 };
    await this.#put({ ...one, last: again });
    let jobId: string;
    try {
      jobId = await this.#job(settings, last.jobId);
    } catch (error) {
      if (before === undefined || !(error instanceof UserError) || !PASSING.has(error.problem.code))
        return this.#end({ ...one, last: again }, { state: 'failed', text: wordsOf(error) });
      this.#waits.set(name, wordsOf(error));
      return this.#put(before);
    }
    // It runs, whatever the database says to that now: the next look follows it.
    this.#begun.set(name, jobId);
    await this.#put({ ...one, last: { ...again, jobId } });
    await this.#row(name, 'ok', `${last.by}, try ${again.tries}: ${jobId}`);
  }

  async #jobs(): Promise<readonly JobRecord[]> {
    return (await this.#parts.handlers().listJobs({}, ENGINE)).jobs;
  }

  async #job(settings: RetrainSettings, before: string): Promise<string> {
    const handlers = this.#parts.handlers();
    const jobs = await this.#jobs();
    // What its finished folds are kept for.
    if (before !== '' && jobs.some(({ jobId, state }) => jobId === before && state === 'interrupted'))
      return (await handlers.resumeJob({ jobId: before }, ENGINE)).jobId;
    const { name, place } = settings;
    const training = await this.#parts.trainingOf(name, settings.file);
    const { file, symbol } =
      settings.file === NEWEST
        ? newestRecording((await handlers.listRecordings({}, ENGINE)).recordings, training)
        : { file: settings.file, symbol: training.spec.symbol };
    const { ridge, embargoBars, trees, lstm, policy, ...asked } = training.spec;
    const more = { ridge, trees, lstm, policy, ...(embargoBars === undefined ? {} : { embargoBars }) };
    const input: OperationInput<'startTraining'> = {
      ...asked,
      ...(symbol === undefined ? {} : { symbol }),
      place,
      file,
      more,
    };
    return (await handlers.startTraining(input as Parameters<typeof handlers.startTraining>[0], ENGINE))
      .jobId;
  }

  /** Looks what became of its job. */
  async #follow(one: StoredRetraining, stored: RetrainResult): Promise<void> {
    const { name } = one.settings;
    const last = { ...stored, jobId: this.#begun.get(name) ?? stored.jobId };
    const job = (await this.#jobs()).find(({ jobId }) => jobId === last.jobId);
    if (last.jobId !== stored.jobId) await this.#put({ ...one, last });
    if (job?.state === 'queued' || job?.state === 'running') return;
    if (job === undefined || job.state === 'interrupted') {
      if (last.tries < MAX_TRIES) return this.#start(name);
      return this.#end(
        { ...one, last },
        { state: 'failed', text: `its job ended ${last.tries} times with the engine` },
      );
    }
    if (job.state !== 'done' || job.model === null)
      return this.#end(
        { ...one, last },
        { state: 'failed', text: job.problem?.message ?? `its job was ${job.state}` },
      );
    const { sha256, verdict, text } = job.model;
    const state = one.knownSha256 === sha256 ? 'unchanged' : 'trained';
    const { shadow, ...known } = await this.#shadow({ ...one, last }, sha256);
    await this.#end(
      { ...one, ...known, knownSha256: sha256, last },
      { state, sha256, verdict, text, shadow },
    );
    await this.#retire(name);
  }

  /** Where it runs from now on, or why it does not; and which shadows of before are to be taken away. */
  async #shadow(
    one: StoredRetraining,
    sha256: string,
  ): Promise<Pick<StoredRetraining, 'shadowOf' | 'claimed' | 'olds'> & { readonly shadow: string }> {
    const { settings, shadowOf, olds = [], claimed = '' } = one;
    const { name, market } = settings;
    const before = { shadowOf, olds, claimed: '' };
    if (market === '') return { ...before, shadow: 'no market is named for its shadow' };
    try {
      const { strategy, isOwn } = await this.#parts.shadow({
        name,
        sha256,
        market,
        own: [shadowOf, ...olds].filter((each) => each !== ''),
        isClaimed: claimed === sha256,
        claim: () => this.#put({ ...one, claimed: sha256 }),
      });
      const old = new Set([...olds, shadowOf]);
      for (const kept of ['', strategy]) old.delete(kept);
      return {
        shadowOf: isOwn ? strategy : '',
        claimed: '',
        olds: [...old].slice(-MAX_OLDS),
        shadow: isOwn ? strategy : `it runs already, as ${strategy}`,
      };
    } catch (error) {
      return { ...before, shadow: wordsOf(error) };
    }
  }

  /** One that still holds something, or waits for its market, is tried with the next look: also after a restart. */
  async #retire(name: string): Promise<void> {
    const { olds = [] } = this.#find(name) ?? {};
    if (olds.length === 0) return;
    const left = await this.#parts.retire(olds).catch((error: unknown) => {
      this.#parts.note(`shadows of ${name} before could not be taken away yet: ${wordsOf(error)}`);
      return olds;
    });
    const one = this.#find(name);
    if (one !== undefined && left.length < olds.length) await this.#put({ ...one, olds: [...left] });
  }

  async #end(
    one: StoredRetraining & { readonly last: RetrainResult },
    end: Partial<RetrainResult>,
  ): Promise<void> {
    const last = {
      ...one.last,
      ...end,
      text: (end.text ?? '').slice(0, MAX_TEXT),
      endedUs: this.#parts.clock.nowUs(),
    };
    const { name } = one.settings;
    await this.#put({ ...one, last });
    this.#begun.delete(name);
    const words = `${last.state}${last.sha256 === '' ? '' : ` ${last.sha256.slice(0, 12)}`}: ${last.text}; shadow: ${last.shadow}`;
    await this.#row(name, last.state === 'failed' ? 'error' : 'ok', words);
    this.#parts.note(`${name} ${words}`);
  }

  /** What was done stays done where its row cannot be written. */
  async #row(name: string, outcome: string, detail: string): Promise<void> {
    const setBy = this.#find(name)?.setBy ?? '';
    const entry = {
      atUs: this.#parts.clock.nowUs(),
      actor: 'engine via retrain',
      action: 'retrain',
      outcome,
      detail: `${name}${setBy === '' ? '' : ` (set by ${setBy})`}: ${detail}`.slice(0, MAX_TEXT),
    };
    await this.#parts
      .audit(entry)
      .catch((error: unknown) => this.#parts.note(`no audit row of ${entry.detail}: ${wordsOf(error)}`));
  }

  async #save(settings: RetrainSettings, caller: Caller): Promise<void> {
    const before = this.#find(settings.name);
    if (before === undefined && this.#all.length >= MAX_RETRAININGS) throw tooMany(settings.name);
    if (settings.place === 'imports' && settings.file === NEWEST) throw forRecordingsAlone();
    const training = await this.#parts.trainingOf(settings.name, settings.file);
    if (settings.file === NEWEST) checkMarket(training);
    // Turned on, or at another time: the first time is the next one.
    const isSame =
      before?.settings.isOn === true &&
      settings.isOn &&
      (['weekday', 'hour', 'minute'] as const).every((each) => before.settings[each] === settings[each]);
    const handledUs = isSame ? before.handledUs : this.#parts.clock.nowUs();
    const { shadowOf = '', knownSha256 = '' } = before ?? {};
    this.#waits.delete(settings.name);
    const setBy = nameOf(caller);
    await this.#put({ ...before, settings, handledUs, shadowOf, knownSha256, setBy });
  }

  async #remove(name: string): Promise<void> {
    // Its job would go on unseen, and a second one could begin beside it.
    if (this.#demand(name).last?.state === 'running') throw runsAlready(name);
    await this.#keep(this.#all.filter(({ settings }) => settings.name !== name));
  }

  async #now(name: string, caller: Caller): Promise<void> {
    const one = this.#demand(name);
    if (one.last?.state === 'running') throw runsAlready(name);
    await this.#begin(one, nameOf(caller));
  }

  #demand(name: string): StoredRetraining {
    const one = this.#find(name);
    if (one !== undefined) return one;
    throw noSchedule(name);
  }

  #find(name: string): StoredRetraining | undefined {
    return this.#all.find(({ settings }) => settings.name === name);
  }

  async #put(one: StoredRetraining): Promise<void> {
    const others = this.#all.filter(({ settings }) => settings.name !== one.settings.name);
    await this.#keep([...others, one].toSorted((a, b) => (a.settings.name < b.settings.name ? -1 : 1)));
  }

  /** What is not durable does not hold. */
  async #keep(all: readonly StoredRetraining[]): Promise<void> {
    await this.#parts.save(all);
    this.#all = all;
  }

  #rows(): RetrainRow[] {
    const nowUs = this.#parts.clock.nowUs();
    return this.#all.map((one) => {
      const dueUs = this.#dueUs(one);
      return {
        ...one.settings,
        nextUs: one.settings.isOn
          ? dueUs === undefined
            ? lastTime(one.settings, nowUs) + WEEK_US
            : nowUs
          : null,
        dueUs: dueUs ?? null,
        waits: dueUs === undefined ? '' : (this.#waits.get(one.settings.name) ?? ''),
        last: one.last ?? null,
      };
    });
  }
}

const nameOf = ({ role, via }: Caller): string => `${role} via ${via}`.slice(0, MAX_NAMED);

const wordsOf = (error: unknown): string => errorWords(error).slice(0, MAX_WORDS);

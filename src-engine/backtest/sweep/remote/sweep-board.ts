/**
 * What a sweep publishes to its workers through Redis, beside BullMQ's queue of its trials: that it runs, and its data.
 * One queue a sweep, named like it. All keys begin with PREFIX. What says that a sweep is on expires by itself, so that
 * workers leave a sweep whose command died; its trials stay for a day so that it can be resumed.
 */
import { z } from 'zod';
import type { Redis } from 'ioredis';
import { UserError } from '../../../domain/errors.ts';
import type { SweepPlan } from '../sweep-plan.ts';
import type { TapeSource } from '../../../storage/tape/tape-format.ts';

export const PREFIX = 'parallax';
/** The command of a sweep says this often that it is there, and counts as dead after so long. */
export const BEAT_MS = 2_000;
export const ANNOUNCED_MS = 15_000;
/** A queue whose results were not gathered for so long is removed. */
export const ABANDONED_MS = 86_400_000;
/** Bounds of what travels, in bytes of JSON. */
export const MAX_TRIAL_BYTES = 16 * 1024;
export const MAX_RESULT_BYTES = 256 * 1024;
const MAX_TASK_BYTES = 1024 * 1024;
/** Most sweeps on one Redis at a time, and most workers' complaints of one sweep. */
const MAX_SWEEPS = 100;
const MAX_REFUSALS = 100;

const SWEEPS = `${PREFIX}:sweeps`;
const taskKey = (sweepId: string): string => `${PREFIX}:task:${sweepId}`;
const ownerKey = (sweepId: string): string => `${PREFIX}:owner:${sweepId}`;
const refusalKey = (sweepId: string): string => `${PREFIX}:refused:${sweepId}`;

const span = z.strictObject({ from: z.number().int().min(0), to: z.number().int().min(0) });
const whole = z.number().int().min(0);

/** What every trial of a sweep has in common; the market data is named, not sent. */
export const sharedTask = z.strictObject({
  /** Of the engine: results of another version are other results. */
  engine: z.string().max(40),
  base: z.record(z.string().max(100), z.string().max(100)),
  seed: whole,
  fromUs: whole,
  toUs: whole,
  periodUs: z.number().int().min(1),
  score: z.strictObject({
    periods: whole,
    blocks: z.number().int().min(2).max(16),
    splits: z.array(z.strictObject({ train: span, test: span })).max(100),
  }),
  /** The market logs, in the order in which they are merged. */
  sources: z
    .array(
      z.strictObject({
        name: z.string().max(1_000),
        bytes: whole,
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1)
    .max(1_000),
});
export type SharedTask = z.output<typeof sharedTask>;

export const wireTrial = z.strictObject({
  trialId: z.string().regex(/^trial-[0-9a-f]{32}$/),
  index: whole,
  params: z.record(z.string().max(100), z.string().max(100)),
});

export function sharedTaskOf(
  { spec, fromUs, toUs, periodUs, score }: SweepPlan,
  sources: readonly TapeSource[],
  engine: string,
): SharedTask {
  const { periods, blocks, splits } = score;
  return {
    engine,
    base: { ...spec.base },
    seed: spec.seed,
    fromUs,
    toUs,
    periodUs,
    score: {
      periods,
      blocks,
      splits: splits.map(({ train, test }) => ({ train: { ...train }, test: { ...test } })),
    },
    sources: sources.map(({ path, bytes, sha256 }) => ({ name: path, bytes, sha256 })),
  };
}

/** Announces a sweep unless another owner has: owner, task, and the list of sweeps, in one step. */
const ANNOUNCE = `
local owner = redis.call('get', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('set', KEYS[2], ARGV[3], 'PX', ARGV[2])
redis.call('zadd', KEYS[3], 'NX', ARGV[4], ARGV[5])
return 1`;

/** The side of the command that gathers a sweep. */
export class Announcement {
  readonly #redis: Redis;
  readonly #sweepId: string;
  readonly #owner: string;
  readonly #task: string;

  /** @param owner of this command alone. @throws UserError when the task is too large to travel. */
  constructor(redis: Redis, sweepId: string, owner: string, task: SharedTask) {
    this.#redis = redis;
    this.#sweepId = sweepId;
    this.#owner = owner;
    this.#task = JSON.stringify(task);
    if (this.#task.length > MAX_TASK_BYTES) {
      throw new UserError({
        code: 'sweep-too-large',
        field: 'spec',
        value: `${this.#task.length} bytes`,
        message: `is more than the ${MAX_TASK_BYTES} that can be sent to a worker`,
        remedy: 'Use fewer folds or fewer logs.',
      });
    }
  }

  /** Says, again and again, that the sweep is on. @throws UserError while another command gathers it. */
  async report(nowMs: number): Promise<void> {
    const keys = [ownerKey(this.#sweepId), taskKey(this.#sweepId), SWEEPS];
    const values = [this.#owner, ANNOUNCED_MS, this.#task, nowMs, this.#sweepId];
    const mine = await this.#redis.eval(ANNOUNCE, keys.length, ...keys, ...values);
    if (mine === 1) return;
    throw new UserError({
      code: 'sweep-owned',
      field: 'sweep',
      value: this.#sweepId,
      message: 'is being gathered by another command on the same Redis',
      remedy: `Wait for that one; if it died, try again in ${ANNOUNCED_MS / 1_000} s.`,
    });
  }

  /** What workers that cannot take part said, each once. */
  async refusals(): Promise<string[]> {
    return Object.values(await this.#redis.hgetall(refusalKey(this.#sweepId))).slice(0, MAX_REFUSALS);
  }

  async end(): Promise<void> {
    await this.#redis.zrem(SWEEPS, this.#sweepId);
    await this.#redis.del(...[ownerKey, taskKey, refusalKey].map((key) => key(this.#sweepId)));
  }
}

/** The side of a worker. */
export class SweepBoard {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Sweeps that are on or were left, oldest first. */
  async sweeps(): Promise<string[]> {
    return this.#redis.zrange(SWEEPS, '0', String(MAX_SWEEPS - 1));
  }

  async isOn(sweepId: string): Promise<boolean> {
    return (await this.#redis.exists(taskKey(sweepId))) === 1;
  }

  /** Undefined when the sweep is not on. @throws UserError when it is not one that this version understands. */
  async task(sweepId: string): Promise<SharedTask | undefined> {
    const text = await this.#redis.get(taskKey(sweepId));
    if (text === null) return undefined;
    try {
      return sharedTask.parse(JSON.parse(text));
    } catch {
      throw new UserError({
        code: 'bad-task',
        field: 'sweep',
        value: sweepId,
        message: 'was written by another version of Parallax',
        remedy: 'Run the same version on all machines.',
      });
    }
  }

  /** Lets the command know why this worker takes no part. */
  async refuse(sweepId: string, worker: string, why: string): Promise<void> {
    const key = refusalKey(sweepId);
    if ((await this.#redis.hlen(key)) >= MAX_REFUSALS) return;
    await this.#redis.hset(key, worker, why.slice(0, 1_000));
    await this.#redis.pexpire(key, ANNOUNCED_MS * 4);
  }

  /** The sweeps whose results were not gathered for a day; they are off the list from now on. */
  async abandoned(nowMs: number): Promise<string[]> {
    const old = await this.#redis.zrangebyscore(
      SWEEPS,
      '0',
      String(nowMs - ABANDONED_MS),
      'LIMIT',
      0,
      MAX_SWEEPS,
    );
    const left: string[] = [];
    for (const sweepId of old) {
      if (await this.isOn(sweepId)) continue;
      await this.#redis.zrem(SWEEPS, sweepId);
      left.push(sweepId);
    }
    return left;
  }
}

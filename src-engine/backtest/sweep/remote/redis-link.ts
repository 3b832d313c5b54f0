/** The Redis that a sweep's trials travel through: the connection, and what is said when it is away. */
import { Redis } from 'ioredis';
import { UserError } from '../../../domain/errors.ts';
import type { RedisTarget } from './redis-target.ts';

const CONNECT_MS = 5_000;
const MAX_DELAY_MS = 2_000;
const REMEDY = 'Check that redis-server runs there and that the address is right.';

/**
 * A connection that is there. It reconnects by itself; `isPatient` lets its commands wait for that, else they fail
 * at once while Redis is away.
 * @throws UserError when Redis cannot be reached or refuses us.
 */
export async function connectRedis(target: RedisTarget, isPatient: boolean): Promise<Redis> {
  const redis = new Redis(target.url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // BullMQ's blocking reads ask for null.
    maxRetriesPerRequest: isPatient ? null : 0,
    enableOfflineQueue: isPatient,
    ...(isPatient ? {} : { commandTimeout: CONNECT_MS }),
    retryStrategy: (times) => Math.min(times * 100, MAX_DELAY_MS),
    connectionName: 'parallax-sweep',
  });
  let last: unknown;
  // Without a listener every failed try would be written to the screen.
  redis.on('error', (error: unknown) => {
    last = error;
  });
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw redisError(target, last ?? error);
  }
}

/** @param kept what of the work is safe, as a sentence; empty: nothing was under way. */
export function redisError({ shown }: RedisTarget, error: unknown, kept = ''): UserError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UserError({
    code: 'redis-unreachable',
    field: '--redis',
    value: shown,
    message: `does not answer (${reason})`,
    remedy: kept === '' ? REMEDY : `${kept} ${REMEDY}`,
  });
}

/** The Redis that a sweep's trials travel through: its address, the connection, and what is said when it is away. */
import { Redis } from 'ioredis';
import { UserError } from '../../../domain/errors.ts';

const CONNECT_MS = 5_000;
const MAX_DELAY_MS = 2_000;
const REMEDY = 'Check that redis-server runs there and that the address is right.';

export type RedisTarget = {
  /** With its password, if it has one: never to be shown. */
  readonly url: string;
  /** `redis://host:6379/0`: who and where, without a secret. */
  readonly shown: string;
};

/**
 * @param text `redis://[user@]host[:port][/db]`, or `rediss://` over TLS.
 * @param password in place of the one in the address, which other users of the machine can see in the process list.
 * @throws UserError that shows no password.
 */
export function redisTarget(text: string, password?: string): RedisTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fits =
    url !== undefined &&
    ['redis:', 'rediss:'].includes(url.protocol) &&
    url.hostname !== '' &&
    /^(?:\/\d{0,5})?$/.test(url.pathname);
  if (!fits) {
    throw new UserError({
      code: 'bad-redis-url',
      field: '--redis',
      value: url === undefined ? 'the address' : withoutSecret(url),
      message: 'is not an address of a Redis',
      remedy: 'Write for example redis://127.0.0.1:6379/0.',
    });
  }
  if (password !== undefined && password !== '') url.password = encodeURIComponent(password);
  return { url: url.href, shown: withoutSecret(url) };
}

function withoutSecret(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

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

/** The address of the Redis that a sweep's trials travel through. */
import { UserError } from '../../../domain/errors.ts';
import { redisUrl } from '../../../lib/server-address.ts';

export type RedisTarget = {
  /** With its password, if it has one: never to be shown. */
  readonly url: string;
  /** `redis://host:6379/0`: who and where, without a secret. */
  readonly shown: string;
};

/** Where the password of the Redis is taken from: an address with one shows it to other users of the machine. */
export const REDIS_PASSWORD = 'PARALLAX_REDIS_PASSWORD';

/**
 * @param text `redis://[user@]host[:port][/db]`, or `rediss://` over TLS.
 * @param password in place of the one in the address, which other users of the machine can see in the process list.
 * @throws UserError that shows no password.
 */
export function redisTarget(text: string, password?: string): RedisTarget {
  const url = redisUrl(text);
  if (url === undefined) {
    const parsed = URL.parse(text);
    throw new UserError({
      code: 'bad-redis-url',
      field: '--redis',
      // What is no address may be a password in the wrong place: it is not shown.
      value: parsed === null ? undefined : withoutSecret(parsed),
      message: 'is not an address of a Redis',
      remedy: 'Write for example redis://127.0.0.1:6379/0.',
    });
  }
  if (password !== undefined && password !== '') url.password = encodeURIComponent(password);
  return { url: url.href, shown: withoutSecret(url) };
}

/** An address that is kept and shown. @throws UserError, without showing it, when there is a password in it. */
export function openRedisAddress(text: string): string {
  const { shown } = redisTarget(text);
  if (new URL(text).password === '') return text;
  throw new UserError({
    code: 'secret-in-address',
    field: '--redis',
    value: shown,
    message: 'contains a password, which would be stored in clear text',
    remedy: `Leave it out, and start the engine with ${REDIS_PASSWORD} set.`,
  });
}

function withoutSecret(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

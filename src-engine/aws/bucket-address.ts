/** `s3://bucket/prefix` with its region and endpoint, as a command takes them. */
import { isIP } from 'node:net';
import { isLoopback } from '../contract/engine-address.ts';
import { UserError } from '../domain/errors.ts';
import { serverUrl } from '../lib/server-address.ts';
import type { BucketAddress } from './bucket.ts';

const SCHEME = 's3://';
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const REGION = /^[a-z0-9-]{1,40}$/;
/** A key has 1,024 bytes: what follows the prefix is shorter than the rest. */
const MAX_PREFIX = 700;
/** Signs that need no care in a key. */
const PREFIX_PART = /^[\w.=+@!'()*-]+$/;
const USUAL_REGION = 'us-east-1';

export const isBucket = (text: string): boolean => text.startsWith(SCHEME);

type Options = {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly isPathStyle: boolean;
};

/** @throws UserError naming the option at fault. */
export function bucketAddress(
  text: string,
  { endpoint, region = USUAL_REGION, isPathStyle }: Options,
): {
  readonly address: BucketAddress;
  /** Empty, or without a slash at its ends. */
  readonly prefix: string;
} {
  const [bucket = '', ...parts] = text.slice(SCHEME.length).replace(/\/$/, '').split('/');
  const prefix = parts.join('/');
  if (!BUCKET.test(bucket) || bucket.includes('..'))
    throw bad(
      'DIR',
      text,
      'names no bucket',
      'Write s3://bucket/prefix: lower-case letters, digits, dots and hyphens.',
    );
  const isPlain = parts.every((part) => PREFIX_PART.test(part) && !/^\.+$/.test(part));
  if (!isPlain || prefix.length > MAX_PREFIX)
    throw bad(
      'DIR',
      text,
      'has a prefix that does not fit',
      `Use letters, digits and . _ - = + @ between slashes, ${MAX_PREFIX} signs at most.`,
    );
  if (!REGION.test(region)) throw bad('--region', region, 'is no region', 'Write it like eu-central-1.');
  const origin = originOf(endpoint, region);
  // A certificate for *.host covers no name with a further dot, and a number or this machine's own name has no names below it.
  const hasNoNames = bucket.includes('.') || isNumberOrLocal(new URL(origin).hostname);
  return { address: { origin, bucket, region, isPathStyle: isPathStyle || hasNoNames }, prefix };
}

const isNumberOrLocal = (hostname: string): boolean =>
  isIP(hostname.replaceAll(/^\[|\]$/g, '')) !== 0 || /(?:^|\.)localhost\.?$/.test(hostname);

function originOf(endpoint: string | undefined, region: string): string {
  if (endpoint === undefined)
    return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const url = serverUrl(endpoint, ['https:', 'http:']);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  const isPlain =
    url?.username === '' &&
    url.password === '' &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '';
  if (url !== undefined && isSafe && isPlain) return url.origin;
  throw bad(
    '--endpoint',
    // What is typed there by mistake may hold a key.
    '',
    'is no address of a store over TLS, without path and user, unless it is on this machine',
    'Write https://store.example:9000.',
  );
}

function bad(field: string, value: string, message: string, remedy: string): UserError {
  const shown = value === '' ? undefined : value.slice(0, 100);
  return new UserError({ code: 'bad-option', field, value: shown, message, remedy });
}

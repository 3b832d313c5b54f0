/**
 * One POST to a channel's service: over TLS, to no address of this machine or its network unless that is allowed, following no
 * redirect, within ten seconds and few bytes. The address is checked as it is resolved, so that a name cannot point elsewhere later.
 */
import { lookup } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Message } from './messages.ts';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024;

export type PostAnswer = {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
};
/** @throws Error with a reason that holds no part of the address. */
export type Post = (message: Message, options: { readonly allowsPrivate: boolean }) => Promise<PostAnswer>;

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6');

/** Of this machine, its network, or of no one. IPv4 within IPv6 counts as what it is. */
export function isPrivate(ip: string): boolean {
  const version = isIP(ip);
  return version === 0 || PRIVATE.check(ip, version === 4 ? 'ipv4' : 'ipv6');
}

const isOwnName = (name: string): boolean => isIP(name) !== 0 && isPrivate(name);

export const systemPost: Post = ({ url, headers, body }, { allowsPrivate }) => {
  const address = new URL(url);
  const isSecure = address.protocol === 'https:';
  const name = address.hostname.replace(/^\[|\]$/g, '');
  if (!isSecure && !allowsPrivate) return Promise.reject(new Error('the address has no TLS (https)'));
  // A number is not looked up.
  if (!allowsPrivate && isOwnName(name)) return Promise.reject(new Error(PRIVATE_REFUSED));
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const send = isSecure ? secureRequest : plainRequest;
    const sent = send(address, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': 'Parallax' },
      signal,
      agent: false,
      lookup: allowsPrivate ? undefined : publicLookup,
    });
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(new Error(signal.aborted ? `no answer within ${TIMEOUT_MS / 1_000} s` : reasonOf(error)));
    sent.on('error', fail);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > MAX_ANSWER_BYTES) response.destroy(new Error('the answer is too long'));
      });
      response.on('error', fail);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: text,
          retryAfter: response.headers['retry-after'],
        }),
      );
    });
    sent.end(body);
  });
};

const PRIVATE_REFUSED = 'the address is of this machine or its network, which this channel does not allow';

const publicLookup: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error !== null) return callback(error, '', 0);
    if (found.some(({ address }) => isPrivate(address))) return callback(new Error(PRIVATE_REFUSED), '', 0);
    const [first] = found;
    if (options.all === true) callback(null, found);
    else callback(null, first?.address ?? '', first?.family ?? 0);
  });
};

/** By its code where it has one: messages of the system may name the address. */
function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.message === PRIVATE_REFUSED || error.message === 'the answer is too long') return error.message;
  return error.code === undefined ? 'the connection failed' : `the connection failed (${error.code})`;
}

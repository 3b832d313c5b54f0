/** Where an engine on another machine is reached, as a person writes it. */
import { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import { serverUrl } from '../lib/server-address.ts';

export type EngineAddress = {
  /** `https://engine.example.org:8443`, as it is kept and shown. */
  readonly origin: string;
  /** `wss://engine.example.org:8443/ws` */
  readonly socketUrl: string;
  /** `engine.example.org:8443`: what the window shows. */
  readonly name: string;
  /** Of the full address that `serve` prints; undefined where there is none. */
  readonly token: string | undefined;
};

/** What a gateway takes as a token: see gateway/web-guards.ts. */
export const engineToken = z.string().regex(/^[\w-]{16,256}$/);

const SECURE: Readonly<Record<string, boolean>> = {
  'https:': true,
  'wss:': true,
  'http:': false,
  'ws:': false,
};
const MAX_LENGTH = 500;
const EXAMPLE = 'Write it as https://engine.example.org, or as http://127.0.0.1:4777 for a tunnel to it.';

/**
 * A token travels with every connection, so anything but this machine itself must be reached encrypted.
 * @throws UserError that names the field `address`; its value is shown without what may be a secret.
 */
export function parseEngineAddress(text: string): EngineAddress {
  const trimmed = text.trim();
  const url = trimmed.length > MAX_LENGTH ? undefined : serverUrl(trimmed, Object.keys(SECURE));
  const shown = (trimmed.split(/[#?]/)[0] ?? '').replace(/\/\/[^/@]*@/, '//…@').slice(0, 80);
  const refuse = (code: string, message: string, remedy: string): UserError =>
    new UserError({ code, field: 'address', value: shown, message, remedy });

  if (url === undefined) throw refuse('bad-address', 'is not an address of an engine', EXAMPLE);
  const isSecure = SECURE[url.protocol] === true;
  if (url.username !== '' || url.password !== '') {
    throw refuse(
      'bad-address',
      'contains a user name or a password',
      'Leave them out; the token has a field of its own.',
    );
  }
  if (url.pathname !== '/' || url.search !== '') {
    throw refuse('bad-address', 'has a path after its host', EXAMPLE);
  }
  if (!isSecure && !isLoopback(url.hostname)) {
    throw refuse(
      'address-not-encrypted',
      'would send the token over the network in the clear',
      'Put the engine behind https://, or open a tunnel (ssh -L 4777:127.0.0.1:4777 HOST) and use http://127.0.0.1:4777.',
    );
  }
  return {
    origin: `${isSecure ? 'https' : 'http'}://${url.host}`,
    socketUrl: `${isSecure ? 'wss' : 'ws'}://${url.host}/ws`,
    name: url.host,
    token: /^#token=([\w-]+)$/.exec(url.hash)?.[1],
  };
}

/** True for names of this machine: what is sent there does not leave it. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Who may speak to the web server: by the names it is called by, the page that calls, and the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, Role } from '../contract/operations.ts';
import type { KeyHolder } from './host.ts';

export type Tokens = { readonly operator: string; readonly viewer?: string | undefined };

/** The `Host` headers that are ours. Any other is a page that points its own name at this machine (DNS rebinding). */
export function ownHosts(port: number): ReadonlySet<string> {
  return new Set(['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`));
}

/** Browsers send `Origin` with WebSockets and with every POST; a program that is not a browser sends none. */
export function isOwnOrigin(origin: string | undefined, hosts: ReadonlySet<string>): boolean {
  return origin === undefined || (origin.startsWith('http://') && hosts.has(origin.slice('http://'.length)));
}

/**
 * Whether a request is of a program, of a person's own address line, or of a page of ours. Browsers send no `Origin` with a GET
 * that a page cannot read, but say where it comes from; another port of this machine is `same-site`.
 */
export function isOwnPage(headers: IncomingHttpHeaders, hosts: ReadonlySet<string>): boolean {
  const site = headers['sec-fetch-site'];
  return (
    isOwnOrigin(headers.origin, hosts) && (site === undefined || site === 'same-origin' || site === 'none')
  );
}

/** The role that a token gives, or undefined. Takes the same time whatever the token has in common with ours. */
export function roleOfToken(tokens: Tokens, presented: string | undefined): Role | undefined {
  if (presented === undefined || presented === '') return undefined;
  const isOperator = sameText(tokens.operator, presented);
  const isViewer = tokens.viewer !== undefined && sameText(tokens.viewer, presented);
  return isOperator ? 'operator' : isViewer ? 'viewer' : undefined;
}

function sameText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The token of `Authorization: Bearer <token>`. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([\w-]{1,256})$/.exec(authorization ?? '')?.[1];
}

/** The header in which programs of traders send a key; a token of the engine is taken in it as well. */
export const KEY_HEADER = 'x-trading-api-key';

/** What every key begins with, so that a person and a scanner of secrets recognise one. */
export const API_KEY_PREFIX = 'plx_';

/** The SHA-256 under which the engine knows a key. */
export function keyDigest(key: string): string {
  return sha256(key).toString('hex');
}

/** Who calls: by a token of the engine its role; by a key its scope, whose role is the least that it needs. */
export type Access = { readonly role: Role; readonly holder: KeyHolder | undefined };

/** Who presents that token or key, or undefined. */
export function accessOf(
  tokens: Tokens,
  findKey: (digest: string) => KeyHolder | undefined,
  presented: string | undefined,
): Access | undefined {
  const role = roleOfToken(tokens, presented);
  if (role !== undefined) return { role, holder: undefined };
  if (presented?.startsWith(API_KEY_PREFIX) !== true) return undefined;
  const holder = findKey(keyDigest(presented));
  return holder === undefined ? undefined : accessBy(holder);
}

export function accessBy(holder: KeyHolder): Access {
  return { role: holder.scope === 'read' ? 'viewer' : 'operator', holder };
}

/** The caller of one request; a program with a token says which it is, one with a key is that key. */
export function callerOf({ role, holder }: Access, client: string): Caller {
  return holder === undefined
    ? { role, via: client }
    : { role, via: `key:${holder.name}`, scope: holder.scope };
}

/** The token or key of a request: of `Authorization: Bearer`, else of the other header. */
export function presentedBy(headers: IncomingHttpHeaders): string | undefined {
  if (headers.authorization !== undefined) return bearerToken(headers.authorization);
  const key = headers[KEY_HEADER];
  return typeof key === 'string' && /^[\w-]{1,256}$/.test(key) ? key : undefined;
}

/** A JSON Web Token of `Authorization: Bearer`, as `TokenMint` gives them out. */
export function jwtOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer ([\w-]{1,500}\.[\w-]{1,1000}\.[\w-]{1,200})$/.exec(headers.authorization ?? '')?.[1];
}

/** Which program calls, for the audit trail: a claim of one who holds the token. */
export const CLIENT_HEADER = 'x-parallax-client';

/** The subprotocol that the server selects; the token travels beside it, since a browser cannot set headers. */
export const WS_PROTOCOL = 'parallax.v1';
const WS_TOKEN_PREFIX = 'token.';

/** The token among the offered subprotocols `parallax.v1, token.<token>`, if ours is offered at all. */
export function websocketToken(offered: string | undefined): string | undefined {
  const protocols = (offered ?? '').split(',').map((protocol) => protocol.trim());
  if (!protocols.includes(WS_PROTOCOL)) return undefined;
  return protocols.find((protocol) => protocol.startsWith(WS_TOKEN_PREFIX))?.slice(WS_TOKEN_PREFIX.length);
}

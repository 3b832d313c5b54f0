/** Who may speak to the web server: by the names it is called by, the page that calls, and the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Role } from '../contract/operations.ts';

export type Tokens = { readonly operator: string; readonly viewer?: string | undefined };

/** The `Host` headers that are ours. Any other is a page that points its own name at this machine (DNS rebinding). */
export function ownHosts(port: number): ReadonlySet<string> {
  return new Set(['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`));
}

/** Browsers send `Origin` with WebSockets and with every POST; a program that is not a browser sends none. */
export function isOwnOrigin(origin: string | undefined, hosts: ReadonlySet<string>): boolean {
  return origin === undefined || (origin.startsWith('http://') && hosts.has(origin.slice('http://'.length)));
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

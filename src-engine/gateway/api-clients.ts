/** Who asks over HTTP and how often each may: by a token of the engine, or by a key of the API. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../contract/operations.ts';
import type { Problem } from '../domain/errors.ts';
import { ClientPace, type PacedName, type RolePaces } from './client-pace.ts';
import { type Scope, SCOPES } from '../contract/scopes.ts';
import type { GatewayHost } from './host.ts';
import { type Minted, TOKEN_SECONDS, TokenMint } from './token-mint.ts';
import {
  type Access,
  accessBy,
  accessOf,
  API_KEY_PREFIX,
  callerOf,
  CLIENT_HEADER,
  jwtOf,
  keyDigest,
  presentedBy,
  type Tokens,
} from './web-guards.ts';

export const UNAUTHORIZED: Problem = {
  code: 'unauthorized',
  field: 'token',
  message: 'is missing or wrong',
  remedy:
    'Send the token that the engine printed at its start, the one in runtime.json, or a key made with: parallax api-key add.',
};

export type MintedToken = {
  readonly token: string;
  readonly type: 'Bearer';
  /** Seconds. */
  readonly expiresIn: number;
  readonly scope: Scope;
};

const NEEDS_KEY: Problem = {
  code: 'forbidden',
  field: 'key',
  message:
    'is needed: tokens are given for keys of the API, not for the engine’s own token or for another token',
  remedy: 'Send a key made with: parallax api-key add.',
};
const WRONG_SCOPE: Problem = {
  code: 'bad-input',
  field: 'scope',
  message: `is none of ${SCOPES.join(', ')}, or more than the key has`,
  remedy: 'Leave it out for the scope of the key.',
};
const TOO_MANY: Problem = {
  code: 'busy',
  field: 'token',
  message: 'is one of too many that are valid',
  remedy: 'Use a token until it ends.',
};

/** `{}` or `{"scope": "read"}`; undefined: anything else, or more than the key has. */
function scopeAsked(input: unknown, own: Scope): Scope | undefined {
  const { scope = own, ...others } = (
    typeof input === 'object' && input !== null ? input : { scope: own }
  ) as Record<string, unknown>;
  const known = SCOPES.find((one) => one === scope);
  const fits =
    known !== undefined && SCOPES.indexOf(known) <= SCOPES.indexOf(own) && Object.keys(others).length === 0;
  return fits ? known : undefined;
}

/** By the port, or by the socket in the data folder: a program that floods one does not block the other. */
function wayOf(request: FastifyRequest): string {
  return `by ${request.raw.socket.remoteAddress === undefined ? 'socket' : 'port'}`;
}

export class ApiClients {
  readonly #host: GatewayHost;
  readonly #tokens: Tokens;
  readonly #paces: RolePaces;
  readonly #access = new WeakMap<FastifyRequest, Access>();
  readonly #mint: TokenMint;
  /** What the token of a request stands for. */
  readonly #minted = new WeakMap<FastifyRequest, Minted>();
  /** The requests of a role are one client beside its windows; those of a key, and those by the data folder, are others. */
  readonly #clients = new Map<string, ClientPace>();

  constructor(host: GatewayHost, tokens: Tokens, paces: RolePaces) {
    this.#host = host;
    this.#tokens = tokens;
    this.#paces = paces;
    this.#mint = new TokenMint(host.clock);
  }

  /** Looks at what a new request presents; undefined: a stranger. */
  async meet(request: FastifyRequest): Promise<Access | undefined> {
    const token = jwtOf(request.headers);
    const minted = token === undefined ? undefined : await this.#mint.verify(token);
    if (minted !== undefined) this.#minted.set(request, minted);
    const access = this.#present(request);
    if (access !== undefined) this.#access.set(request, access);
    return access;
  }

  accessOf(request: FastifyRequest): Access | undefined {
    return this.#access.get(request);
  }

  /** Whether what the request presented is still valid: a key may have been revoked since. */
  isStillValid(request: FastifyRequest): boolean {
    return this.#present(request) !== undefined;
  }

  /** By a token of the engine or a key, or by a token of a key that is valid still. */
  #present(request: FastifyRequest): Access | undefined {
    const minted = this.#minted.get(request);
    const find = (digest: string) => this.#host.findApiKey(digest);
    if (minted === undefined) return accessOf(this.#tokens, find, presentedBy(request.headers));
    const holder = minted.untilUs > this.#host.clock.nowUs() ? find(minted.digest) : undefined;
    return holder === undefined ? undefined : accessBy({ name: holder.name, scope: minted.scope });
  }

  /** A token for the key that the request presents, with its scope or a lesser one. */
  async mint(request: FastifyRequest, input: unknown): Promise<MintedToken | Problem> {
    const key = presentedBy(request.headers);
    const holder = this.#access.get(request)?.holder;
    if (key?.startsWith(API_KEY_PREFIX) !== true || holder === undefined) return NEEDS_KEY;
    const asked = scopeAsked(input, holder.scope);
    if (asked === undefined) return WRONG_SCOPE;
    const token = await this.#mint.mint(holder.name, keyDigest(key), asked);
    return token === undefined ? TOO_MANY : { token, type: 'Bearer', expiresIn: TOKEN_SECONDS, scope: asked };
  }

  /** The caller of a request that presented something valid. */
  callerOf(request: FastifyRequest): Caller {
    const claimed = request.headers[CLIENT_HEADER];
    const client = typeof claimed === 'string' && /^[a-z-]{1,20}$/.test(claimed) ? claimed : 'api';
    return callerOf(this.#access.get(request) ?? { role: 'viewer', holder: undefined }, client);
  }

  /** What a limit of requests counts together. */
  groupOf(request: FastifyRequest): string {
    const access = this.#access.get(request);
    const who = access?.holder === undefined ? (access?.role ?? 'stranger') : `key:${access.holder.name}`;
    return `${who} ${wayOf(request)}`;
  }

  /** In how many milliseconds the request may come again; 0: now. Stopping trading waits for no rate. */
  retryMsOf(name: PacedName, request: FastifyRequest): number {
    const { role } = this.#access.get(request) ?? { role: 'viewer' };
    if (name === 'kill' && role === 'operator') return 0;
    const group = this.groupOf(request);
    const pace = this.#clients.get(group) ?? new ClientPace(role, this.#paces);
    this.#clients.set(group, pace);
    return pace.admit(name, 0, this.#host.clock.nowUs());
  }
}

/** Calls back once, when the response was handed to the system, or its connection has ended. */
export function whenOver(request: FastifyRequest, reply: FastifyReply, callback: () => void): void {
  const { socket } = request.raw;
  const over = (): void => {
    reply.raw.off('close', over);
    socket.off('close', over);
    callback();
  };
  reply.raw.once('close', over);
  socket.once('close', over);
  // The client has gone while its answer was made: neither says so again.
  if (socket.destroyed) setImmediate(over);
}

const STATUS: Readonly<Record<string, number>> = {
  'bad-input': 400,
  'bad-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  internal: 500,
  busy: 429,
};

/** A refusal by the engine itself is 422: well understood, and not done. */
export function httpStatus(error: Problem): number {
  return STATUS[error.code] ?? 422;
}

/** Who asks over HTTP and how often each may: by a token of the engine, or by a key of the API. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../contract/operations.ts';
import type { Problem } from '../domain/errors.ts';
import { ClientPace, type PacedName, type RolePaces } from './client-pace.ts';
import type { GatewayHost } from './host.ts';
import { type Access, accessOf, callerOf, CLIENT_HEADER, presentedBy, type Tokens } from './web-guards.ts';

export const UNAUTHORIZED: Problem = {
  code: 'unauthorized',
  field: 'token',
  message: 'is missing or wrong',
  remedy:
    'Send the token that the engine printed at its start, the one in runtime.json, or a key made with: parallax api-key add.',
};

/** By the port, or by the socket in the data folder: a program that floods one does not block the other. */
function wayOf(request: FastifyRequest): string {
  return `by ${request.raw.socket.remoteAddress === undefined ? 'socket' : 'port'}`;
}

export class ApiClients {
  readonly #host: GatewayHost;
  readonly #tokens: Tokens;
  readonly #paces: RolePaces;
  readonly #access = new WeakMap<FastifyRequest, Access>();
  /** The requests of a role are one client beside its windows; those of a key, and those by the data folder, are others. */
  readonly #clients = new Map<string, ClientPace>();

  constructor(host: GatewayHost, tokens: Tokens, paces: RolePaces) {
    this.#host = host;
    this.#tokens = tokens;
    this.#paces = paces;
  }

  /** Looks at what a new request presents; undefined: a stranger. */
  meet(request: FastifyRequest): Access | undefined {
    const presented = presentedBy(request.headers);
    const access = accessOf(this.#tokens, (digest) => this.#host.findApiKey(digest), presented);
    if (access !== undefined) this.#access.set(request, access);
    return access;
  }

  accessOf(request: FastifyRequest): Access | undefined {
    return this.#access.get(request);
  }

  /** Whether what the request presented is still valid: a key may have been revoked since. */
  isStillValid(request: FastifyRequest): boolean {
    return (
      accessOf(this.#tokens, (digest) => this.#host.findApiKey(digest), presentedBy(request.headers)) !==
      undefined
    );
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

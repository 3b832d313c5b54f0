/** Calls a running engine from another process of the same user: the command line's way in. */
import { request } from 'node:http';
import { z } from 'zod';
import {
  type OperationInput,
  type OperationName,
  type OperationOutput,
  operations,
} from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import { controlPath } from './control-socket.ts';
import { killByFile } from './kill-file.ts';
import { readRuntimeFile, type RuntimeInfo } from './runtime-file.ts';
import { CLIENT_HEADER } from './web-guards.ts';
import { invocation } from '../lib/invocation.ts';

/** How long a call waits for its answer. */
export const CALL_TIMEOUT_MS = 15_000;
/** A kill has another way: it does not wait that long for this one. */
const KILL_TIMEOUT_MS = 3_000;
/** Longest answer, in bytes. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

export type EngineClient = {
  readonly pid: number;
  /** `http://127.0.0.1:4777` */
  readonly url: string;
  /** @throws UserError with the engine's problem, or when it does not answer. */
  call<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>>;
};

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({
      code: z.string(),
      message: z.string(),
      field: z.string().optional(),
      value: z.string().optional(),
      remedy: z.string().optional(),
      retryMs: z.number().optional(),
    }),
  }),
]);

type Place = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/**
 * By the socket in the data folder first, then by the port, and a kill at last by a file.
 * @param via which program calls, for the audit trail: `command-line`.
 * @param timeoutMs how long a call waits for its answer; a kill has its own bound.
 * @throws UserError when no engine runs on this folder.
 */
export function connectEngine(dataDir: string, via: string, timeoutMs = CALL_TIMEOUT_MS): EngineClient {
  const info = readRuntimeFile(dataDir);
  if (info === undefined) throw notRunning(dataDir);
  const url = `http://${info.host.includes(':') ? `[${info.host}]` : info.host}:${info.port}`;
  const socketPath = controlPath(dataDir);
  const places: readonly Place[] = [
    ...(socketPath === undefined ? [] : [{ socketPath }]),
    { host: info.host, port: info.port },
  ];
  return {
    pid: info.pid,
    url,
    async call<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>> {
      const boundMs = name === 'kill' ? KILL_TIMEOUT_MS : timeoutMs;
      let lost: UserError | undefined;
      for (const place of places) {
        const outcome = await post(place, name, info, via, input, boundMs);
        if (outcome.kind === 'answer') return dataOf(outcome.text, url, boundMs) as OperationOutput<N>;
        lost = outcome.kind === 'silence' ? notAnswering(url, boundMs) : notRunning(dataDir);
        // What changes something is not asked for twice once it may have arrived; a kill does no harm twice.
        if (outcome.kind !== 'unreachable' && operations[name].changes && name !== 'kill') break;
      }
      if (name === 'kill') {
        const cancelsSent = await killByFile(dataDir);
        if (cancelsSent !== undefined) return { killed: true, cancelsSent } as OperationOutput<N>;
      }
      throw lost ?? notRunning(dataDir);
    },
  };
}

type Outcome =
  | { readonly kind: 'answer'; readonly text: string }
  /** The request has not arrived; it may have and the connection broke; nothing came in time. */
  | { readonly kind: 'unreachable' | 'broken' | 'silence' };

const NOT_ARRIVED: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTSOCK', 'EINVAL']);

function post(
  place: Place,
  name: OperationName,
  { token, host, port }: RuntimeInfo,
  via: string,
  input: unknown,
  timeoutMs: number,
): Promise<Outcome> {
  const body = JSON.stringify(input);
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${token}`,
      host: `${host.includes(':') ? `[${host}]` : host}:${port}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      [CLIENT_HEADER]: via,
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request({ ...place, path: `/api/${name}`, method: 'POST', headers, signal, agent: false });
    const fail = (error: NodeJS.ErrnoException): void => {
      const isArrived = !NOT_ARRIVED.has(error.code ?? '');
      resolve({ kind: signal.aborted ? 'silence' : isArrived ? 'broken' : 'unreachable' });
    };
    sent.on('error', fail);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) sent.destroy(new Error('the answer is too long'));
      });
      response.on('error', fail);
      response.on('end', () => resolve({ kind: 'answer', text: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.end(body);
  });
}

/** @throws UserError with the engine's problem. */
function dataOf(text: string, url: string, timeoutMs: number): unknown {
  const parsed = answer.safeParse(parseJson(text));
  if (!parsed.success) throw notAnswering(url, timeoutMs);
  if (!parsed.data.ok) throw new UserError(parsed.data.error);
  return parsed.data.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notRunning(dataDir: string): UserError {
  return new UserError({
    code: 'engine-not-running',
    field: 'data-dir',
    value: dataDir,
    message: 'has no running engine',
    remedy: `Start one with ${invocation()} serve or the desktop, or name the folder of the one that runs with --data-dir.`,
  });
}

function notAnswering(url: string, timeoutMs: number): UserError {
  return new UserError({
    code: 'engine-not-answering',
    field: 'address',
    value: url,
    message: `gave no answer within ${timeoutMs / 1_000} s`,
    remedy: 'If the engine hangs, end its process: its next start reads the open orders from the venue.',
  });
}

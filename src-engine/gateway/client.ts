/** Calls a running engine from another process of the same user: the command line's way in. */
import { z } from 'zod';
import type { OperationInput, OperationName, OperationOutput } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import { readRuntimeFile } from './runtime-file.ts';
import { CLIENT_HEADER } from './web-guards.ts';

const CALL_TIMEOUT_MS = 15_000;

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
    }),
  }),
]);

/**
 * @param via which program calls, for the audit trail: `command-line`.
 * @throws UserError when no engine runs on this folder.
 */
export function connectEngine(dataDir: string, via: string): EngineClient {
  const info = readRuntimeFile(dataDir);
  if (info === undefined) throw notRunning(dataDir);
  const url = `http://${info.host.includes(':') ? `[${info.host}]` : info.host}:${info.port}`;
  return {
    pid: info.pid,
    url,
    async call<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>> {
      const response = await post(`${url}/api/${name}`, info.token, via, input, dataDir);
      if (!response.ok) throw new UserError(response.error);
      return response.data as OperationOutput<N>;
    },
  };
}

async function post(url: string, token: string, via: string, input: unknown, dataDir: string) {
  let body: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', [CLIENT_HEADER]: via },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    body = await response.text();
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    throw isTimeout ? notAnswering(url) : notRunning(dataDir);
  }
  const parsed = answer.safeParse(parseJson(body));
  if (!parsed.success) throw notAnswering(url);
  return parsed.data;
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
    remedy: 'Start one with npm start, or name the folder of the one that runs with --data-dir.',
  });
}

function notAnswering(url: string): UserError {
  return new UserError({
    code: 'engine-not-answering',
    field: 'address',
    value: url,
    message: `gave no answer within ${CALL_TIMEOUT_MS / 1_000} s`,
    remedy: 'If the engine hangs, end its process: open orders are looked up at the venue at its next start.',
  });
}

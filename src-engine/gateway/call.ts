/** One call of one operation: name, role and input are checked before the handler runs; changes are audited. */
import type { z } from 'zod';
import { type Caller, isOperationName, type OperationName, operations } from '../contract/operations.ts';
import { type Scope, scopeAllows, scopeOf } from '../contract/scopes.ts';
import { excessOf } from '../contract/message-bounds.ts';
import { type Problem, UserError } from '../domain/errors.ts';
import type { AnswerBytes } from '../lib/answer-bytes.ts';
import { within } from '../lib/within.ts';
import { issueWords } from '../lib/zod-words.ts';
import type { GatewayHost } from './host.ts';

export type CallResult =
  | { readonly ok: true; readonly data: unknown }
  /** As the reader made it. Whoever has the result releases it. */
  | { readonly ok: true; readonly answer: AnswerBytes }
  | { readonly ok: false; readonly error: Problem };

const NOT_DURABLE = 'audit-not-durable';
/** Longest that the answer to a stop waits for its row of the audit trail: a database may hang. Clients wait 3 s for a kill. */
const STOP_ROW_US = 1_000_000;
/** Longest detail of one audit entry, in characters. */
const MAX_AUDIT_DETAIL = 500;
const MAX_SHOWN_VALUE = 80;

/** Never throws: what goes wrong is in the answer. Each changing call leaves one audit entry, refused or not. */
export async function callOperation(
  host: GatewayHost,
  caller: Caller,
  name: string,
  input: unknown,
): Promise<CallResult> {
  if (!isOperationName(name)) {
    return refuse({
      code: 'unknown-operation',
      field: 'op',
      value: clip(name),
      message: 'is not an operation',
    });
  }
  const excess = excessOf(input);
  if (excess !== undefined) return refuse({ code: 'bad-input', field: 'input', message: excess });
  const result = await checkAndRun(host, caller, name, input);
  if (operations[name].changes) {
    const row = host.audit({
      atUs: host.clock.nowUs(),
      actor: `${caller.role} via ${caller.via}`,
      action: name,
      outcome: result.ok ? 'ok' : result.error.code === 'internal' ? 'error' : 'denied',
      detail: result.ok ? doneDetail(input, result) : result.error.message.slice(0, MAX_AUDIT_DETAIL),
    });
    const isDurable = await (isStop(name) ? within(host.clock, STOP_ROW_US, row, false) : row);
    if (result.ok && !isDurable) return withoutRow(name, result);
  }
  return result;
}

/** What was asked, and the executions that it began: by their ids a trace leads from the call to its orders and fills. */
function doneDetail(input: unknown, result: CallResult): string {
  const began = 'data' in result ? executionsOf(result.data) : [];
  const suffix = began.length === 0 ? '' : ` → execution ${began.join(', ')}`.slice(0, MAX_AUDIT_DETAIL / 2);
  return `${(JSON.stringify(input) ?? '').slice(0, MAX_AUDIT_DETAIL - suffix.length)}${suffix}`;
}

/** Of the answer itself, and of the rows of its lists. */
function executionsOf(data: unknown): string[] {
  if (!isRecord(data)) return [];
  const rows = [data, ...Object.values(data).flatMap((value) => (Array.isArray(value) ? value : []))];
  return rows.flatMap((row) =>
    isRecord(row) && typeof row['executionId'] === 'string' && row['executionId'] !== ''
      ? [row['executionId']]
      : [],
  );
}

/** What takes risk away is done before anything is stored, and its answer waits for the database only so long. */
function isStop(name: OperationName): boolean {
  return name === 'kill' || name === 'pauseTrading' || name === 'disarm' || name === 'cancelOrders';
}

/** A kill is never reported as failed for want of a row about it: its answer is marked. */
function withoutRow(name: OperationName, result: CallResult & { readonly ok: true }): CallResult {
  if (name !== 'kill' || !('data' in result)) return refuse(notDurable(name));
  return { ok: true, data: { ...(result.data as object), audit: NOT_DURABLE } };
}

function notDurable(name: OperationName): Problem {
  return {
    code: NOT_DURABLE,
    field: 'op',
    value: name,
    message: 'was done, but its audit row is not stored',
    remedy: 'Check the state before you call again, and check the disk or the database server.',
  };
}

async function checkAndRun(
  host: GatewayHost,
  caller: Caller,
  name: OperationName,
  input: unknown,
): Promise<CallResult> {
  const spec = operations[name];
  if (spec.role === 'operator' && caller.role !== 'operator') {
    return refuse({
      code: 'forbidden',
      field: 'op',
      value: name,
      message: `needs the role operator, and this client is a ${caller.role}`,
      remedy: 'Use the operator token.',
    });
  }
  if (caller.scope !== undefined && !scopeAllows(caller.scope, name))
    return refuse(beyondScope(caller.scope, name));
  const parsed = spec.input.safeParse(input);
  if (!parsed.success) return refuse(inputProblem(parsed.error, input));
  const handler = host.handlers[name] as (input: unknown, caller: Caller) => unknown;
  try {
    const answer = host.readBytes(name, parsed.data, caller);
    if (answer !== undefined) return { ok: true, answer: await answer };
    return { ok: true, data: await handler(parsed.data, caller) };
  } catch (error) {
    return refuse(toProblem(error));
  }
}

function beyondScope(scope: Scope, name: OperationName): Problem {
  const needed = scopeOf(name);
  const isForTokens = needed === 'token';
  return {
    code: 'forbidden',
    field: 'op',
    value: name,
    message: `needs ${isForTokens ? 'the token of the engine' : `the scope ${needed}`}, and this key has the scope ${scope}`,
    remedy: isForTokens
      ? 'Use the command line on the engine’s machine.'
      : `Use a key with the scope ${needed}.`,
  };
}

function refuse(error: Problem): CallResult {
  return { ok: false, error };
}

/**
 * What a caller may know of a failure: a UserError is meant to be read; of anything else only its message,
 * never its stack.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof UserError) return error.problem;
  return { code: 'internal', message: error instanceof Error ? clip(error.message, 300) : 'unknown failure' };
}

/** The first fault, with its field and value. */
export function inputProblem(error: z.ZodError, input: unknown): Problem {
  const issue = error.issues[0];
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>((at, key) => (isRecord(at) ? at[String(key)] : undefined), input);
  return {
    code: 'bad-input',
    field: path.length === 0 ? 'input' : path.map(String).join('.'),
    value: value === undefined ? undefined : clip(typeof value === 'string' ? value : JSON.stringify(value)),
    message: `does not fit: ${clip(issueWords(issue), 200)}`,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function clip(text: string, length = MAX_SHOWN_VALUE): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

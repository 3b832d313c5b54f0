/** Reading requests and writing answers of WebSocket v2. */
import { Decimal } from '../../../../../domain/decimal.ts';
import { formatTimeUs, type TimeUs } from '../../../../../domain/time.ts';
import { INVALID_ARGUMENTS, VenueError } from '../venue-error.ts';

/** Numbers that are money: they are kept as the text that was sent, so that no digit is lost. */
const EXACT_FIELDS: ReadonlySet<string> = new Set(['limit_price', 'order_qty']);

/** Largest power of ten that a price or quantity may have. */
const MAX_EXPONENT = 20;

export type Params = Readonly<Record<string, unknown>>;

export type WsRequest = {
  readonly method: string;
  readonly params: Params;
  readonly reqId: number | undefined;
  /** When its bytes arrived. */
  readonly timeInUs: TimeUs;
};

/** Parses a client's frame. @throws VenueError when it is not a request. */
export function parseRequest(text: string, timeInUs: TimeUs): WsRequest {
  let value: unknown;
  try {
    value = JSON.parse(text, keepExact);
  } catch {
    throw new VenueError('Malformed request');
  }
  if (!isRecord(value) || typeof value['method'] !== 'string') throw new VenueError('Malformed request');
  const reqId = value['req_id'];
  return {
    method: value['method'],
    params: isRecord(value['params']) ? value['params'] : {},
    reqId: Number.isSafeInteger(reqId) ? (reqId as number) : undefined,
    timeInUs,
  };
}

/** JSON.parse hands over the source text of a number, exponent and all: it becomes plain digits here. */
function keepExact(
  this: unknown,
  key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value !== 'number' || !EXACT_FIELDS.has(key)) return value;
  const exact = new Decimal(context?.source ?? value);
  // 1e9999999999 is valid JSON; its digits would fill the memory.
  return Math.abs(exact.e) > MAX_EXPONENT ? 'out of range' : exact.toFixed();
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function optionalText(params: Params, field: string): string | undefined {
  const value = params[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new VenueError(`${INVALID_ARGUMENTS}:${field}`);
  return value;
}

export function requiredText(params: Params, field: string): string {
  const value = optionalText(params, field);
  if (value === undefined) throw new VenueError(`${INVALID_ARGUMENTS}:${field}`);
  return value;
}

export function optionalFlag(params: Params, field: string, fallback: boolean): boolean {
  const value = params[field];
  return typeof value === 'boolean' ? value : fallback;
}

export function optionalInteger(params: Params, field: string): number | undefined {
  const value = params[field];
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value)) throw new VenueError(`${INVALID_ARGUMENTS}:${field}`);
  return value as number;
}

/** A list of texts, of at most `max`; undefined where the field is absent. */
export function optionalTexts(params: Params, field: string, max: number): readonly string[] | undefined {
  const value = params[field];
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > max || !value.every((item) => typeof item === 'string')) {
    throw new VenueError(`${INVALID_ARGUMENTS}:${field}`);
  }
  return value;
}

function reqIdText(request: WsRequest): string {
  return request.reqId === undefined ? '' : `"req_id":${request.reqId},`;
}

function times(request: WsRequest, timeOutUs: TimeUs): string {
  return `"time_in":"${formatTimeUs(request.timeInUs)}","time_out":"${formatTimeUs(timeOutUs)}"`;
}

/** An acknowledgement. @param result JSON text of the result, or undefined where there is none (`pong`). */
export function successFrame(request: WsRequest, result: string | undefined, timeOutUs: TimeUs): string {
  const body = result === undefined ? '' : `"result":${result},`;
  return `{"method":"${request.method}",${reqIdText(request)}${body}"success":true,${times(request, timeOutUs)}}`;
}

/** A refusal. @param symbol the pair at fault, where there is one. */
export function errorFrame(request: WsRequest, error: string, timeOutUs: TimeUs, symbol?: string): string {
  const about = symbol === undefined ? '' : `"symbol":${JSON.stringify(symbol)},`;
  return (
    `{"error":${JSON.stringify(error)},"method":${JSON.stringify(request.method)},${reqIdText(request)}` +
    `"success":false,${about}${times(request, timeOutUs)}}`
  );
}

/** Requests of the WebSocket API (spot API, "Request format"). */
import { BinanceProblem } from '../binance-problem.ts';

export type RequestId = string | number | null;

export type ApiRequest = {
  readonly id: RequestId;
  readonly method: string;
  /** As text; of numbers with the digits that were sent. */
  readonly params: ReadonlyMap<string, string>;
};

/** A problem of a request whose id is known. */
export class RequestProblem extends BinanceProblem {
  readonly id: RequestId;

  constructor(id: RequestId, text: string) {
    super(-1100, text);
    this.id = id;
  }
}

/** @throws RequestProblem when it is not a request. */
export function parseApiRequest(text: string): ApiRequest {
  let value: unknown;
  try {
    value = JSON.parse(text, exactNumbers);
  } catch {
    throw new RequestProblem(null, 'Malformed JSON.');
  }
  if (!isRecord(value)) throw new RequestProblem(null, 'The request must be an object.');
  const id = idOf(value['id']);
  const { method } = value;
  if (typeof method !== 'string' || method === '')
    throw new RequestProblem(id, "The field 'method' is missing.");
  const params = value['params'] ?? {};
  if (!isRecord(params)) throw new RequestProblem(id, "The field 'params' must be an object.");
  const fields = Object.entries(params).map(([name, field]) => [name, textOf(field, id, name)] as const);
  return { id, method, params: new Map(fields) };
}

class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Numbers keep the digits that were sent: signatures are over these. */
function exactNumbers(
  this: unknown,
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  return typeof value === 'number' ? new Digits(context?.source ?? String(value)) : value;
}

function idOf(id: unknown): RequestId {
  if (id === undefined || id === null) return null;
  if (id instanceof Digits && /^-?\d{1,19}$/.test(id.text)) return Number(id.text);
  if (typeof id === 'string' && /^[\w-]{1,36}$/.test(id)) return id;
  throw new RequestProblem(
    null,
    "The field 'id' must be an integer, a string of at most 36 characters, or null.",
  );
}

function textOf(value: unknown, id: RequestId, name: string): string {
  if (value instanceof Digits) return value.text;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  throw new RequestProblem(id, `The parameter '${name}' has no value that can be read.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Digits);
}

/** Parameters of a call as text, whether they came in a query or in a JSON body, and how they are read. */
import { badParameter, BybitProblem, missing } from './bybit-problem.ts';

export type Params = ReadonlyMap<string, string>;

export function queryParams(query: string): Params {
  return new Map(new URLSearchParams(query));
}

/** @throws BybitProblem 10001 for a text that is no JSON object of plain values. */
export function bodyParams(body: string): Params {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  return objectParams(json);
}

/** @throws BybitProblem 10001 for what is no object of plain values. */
export function objectParams(json: unknown): Params {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw badParameter('Request parameter error.');
  }
  return new Map(
    Object.entries(json).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value)] as const]
        : [],
    ),
  );
}

/** Undefined for one that is absent or empty: Bybit takes both for the same. */
export function optional(params: Params, name: string): string | undefined {
  const value = params.get(name);
  return value === '' ? undefined : value;
}

/** @throws BybitProblem 170105. */
export function required(params: Params, name: string): string {
  const value = optional(params, name);
  if (value === undefined) throw missing(name);
  return value;
}

/** A whole number of the range; a larger one than `max` counts as `max`. @throws BybitProblem 10001. */
export function whole(params: Params, name: string, fallback: number, max: number): number {
  const value = optional(params, name);
  if (value === undefined) return fallback;
  if (!/^\d{1,15}$/.test(value)) throw badParameter(`params error: ${name} invalid`);
  return Math.min(Number(value), max);
}

/** A decimal as text. @throws BybitProblem 170130. */
export function decimalText(params: Params, name: string): string | undefined {
  const value = optional(params, name);
  if (value === undefined || /^\d{1,20}(\.\d{1,20})?$/.test(value)) return value;
  throw new BybitProblem(170_130, `Data sent for parameter '${name}' is not valid.`);
}

/** The one market that this exchange has. @throws BybitProblem 10001 for any other. */
export function requireSpot(params: Params): void {
  if (params.get('category') !== 'spot') throw badParameter('params error: category only support spot here');
}

/** Parameters of a call as text, whatever carried them, and how they are read. */
import { BinanceProblem, illegal, missing } from './binance-problem.ts';

export type Params = ReadonlyMap<string, string>;

const CLIENT_ID = '^[a-zA-Z0-9-_.:/]{1,36}$';
const DECIMAL = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const SYMBOL = '^[\\w\\-._&&[^a-z]]{1,50}$';

/** A form as parameters. @throws BinanceProblem -1101 for a name that stands twice. */
export function formParams(...texts: readonly string[]): Map<string, string> {
  const params = new Map<string, string>();
  for (const text of texts) {
    for (const [name, value] of new URLSearchParams(text)) {
      if (params.has(name)) throw new BinanceProblem(-1101, 'Duplicate values for a parameter detected.');
      params.set(name, value);
    }
  }
  return params;
}

export function optional(params: Params, name: string): string | undefined {
  const value = params.get(name);
  if (value === '') throw new BinanceProblem(-1105, `Parameter '${name}' was empty.`);
  return value;
}

export function required(params: Params, name: string): string {
  const value = params.get(name);
  if (value === undefined || value === '') throw missing(name);
  return value;
}

/** A symbol as Binance writes them: capitals and digits without a separator. */
export function symbolOf(params: Params): string {
  const symbol = required(params, 'symbol');
  if (/[a-z/\s]/.test(symbol)) throw illegal('symbol', SYMBOL);
  return symbol;
}

export function decimalText(params: Params, name: string): string | undefined {
  const value = optional(params, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,20}(\.\d{1,20})?$/.test(value)) throw illegal(name, DECIMAL);
  return value;
}

/** A whole number of the range; a larger one than `max` counts as `max`, as Binance has it for `limit`. */
export function whole(params: Params, name: string, fallback: number, max: number): number {
  const value = optional(params, name);
  if (value === undefined) return fallback;
  if (!/^\d{1,16}$/.test(value) || Number(value) < 1) throw illegal(name, '^[0-9]{1,20}$');
  return Math.min(Number(value), max);
}

export function optionalWhole(params: Params, name: string): number | undefined {
  const value = optional(params, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,16}$/.test(value)) throw illegal(name, '^[0-9]{1,20}$');
  return Number(value);
}

export function flag(params: Params, name: string): boolean {
  const value = optional(params, name);
  if (value === undefined) return false;
  if (!/^(true|false)$/i.test(value)) throw illegal(name, '^(true|false)$');
  return value.toLowerCase() === 'true';
}

export function clientId(params: Params, name: string): string | undefined {
  const value = params.get(name);
  if (value === undefined) return undefined;
  if (value === '') {
    throw name === 'newClientOrderId'
      ? new BinanceProblem(-1118, 'New client order ID was empty.')
      : new BinanceProblem(-1119, 'Original client order ID was empty.');
  }
  if (!/^[a-zA-Z0-9\-_.:/]{1,36}$/.test(value)) throw illegal(name, CLIENT_ID);
  return value;
}

export function oneOf<T extends string>(value: string, allowed: readonly T[], problem: BinanceProblem): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw problem;
  return found;
}

/** @throws BinanceProblem -1104 for a parameter that the call does not know. */
export function requireKnown(params: Params, known: readonly string[]): void {
  let read = 0;
  for (const name of params.keys()) if (known.includes(name)) read++;
  if (read < params.size) {
    throw new BinanceProblem(
      -1104,
      `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${params.size}'.`,
    );
  }
}

/** Kraken frames that come seldom: acknowledgements, system status, instruments. */
import type { InstrumentStatus } from '../../domain/instrument.ts';
import { describeProblem, UserError } from '../../domain/errors.ts';
import type { Frame } from './frame.ts';
import { type InstrumentRow, instrumentRow, Row } from './instrument-row.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json } from '../toolkit/json.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) ? value : 0);

/** Statuses of Kraken's pairs that we know; any other (`work_in_progress`) is not traded either. */
const STATUSES: ReadonlySet<string> = new Set([
  'online',
  'cancel_only',
  'post_only',
  'limit_only',
  'reduce_only',
  'maintenance',
  'delisted',
] satisfies InstrumentStatus[]);

/** Kraken's word for what may be done with a pair. A word that we do not know stops trading: `maintenance`. */
export function instrumentStatus(word: unknown): InstrumentStatus {
  return typeof word === 'string' && STATUSES.has(word) ? (word as InstrumentStatus) : 'maintenance';
}

/** Reads a frame that is neither a book nor a trade; says `market` when it turns out to be one after all. */
export function parseControlFrame(
  frame: string,
): Frame | { readonly kind: 'market'; readonly channel: 'book' | 'trade' } {
  const json = jsonFrame(frame);
  if ('method' in json || 'error' in json) return methodFrame(json);
  switch (json['channel']) {
    case 'book':
    case 'trade':
      return { kind: 'market', channel: json['channel'] };
    case 'heartbeat':
      return { kind: 'heartbeat' };
    case 'status': {
      const first: unknown = Array.isArray(json['data']) ? json['data'][0] : undefined;
      return { kind: 'status', system: isObject(first) ? text(first['system']) : '' };
    }
    case 'instrument':
      return instrumentFrame(json);
    default:
      return { kind: 'other' };
  }
}

function methodFrame(json: Json): Frame {
  if (json['method'] === 'pong') return { kind: 'pong' };
  const result = isObject(json['result']) ? json['result'] : {};
  return {
    kind: 'ack',
    method: text(json['method']),
    isSuccess: json['success'] === true,
    requestId: count(json['req_id']),
    channel: text(result['channel']),
    // A refusal carries no result; Kraken then names the symbol beside the error.
    symbol: text(result['symbol'] ?? json['symbol']),
    depth: count(result['depth']),
    error: text(json['error']),
  };
}

function rulesOf(row: Json): InstrumentRow | string {
  try {
    return instrumentRow(new Row(row, 'instrument'));
  } catch (error) {
    if (error instanceof UserError) return describeProblem({ ...error.problem, remedy: undefined });
    throw error;
  }
}

function instrumentFrame(json: Json): Frame {
  const data = isObject(json['data']) ? json['data'] : {};
  const rows: unknown[] = Array.isArray(data['pairs']) ? data['pairs'] : [];
  const pairs = rows.filter(isObject).map((row) => ({
    symbol: text(row['symbol']),
    status: instrumentStatus(row['status']),
    priceDecimals: count(row['price_precision']),
    qtyDecimals: count(row['qty_precision']),
    rules: rulesOf(row),
  }));
  return { kind: 'instruments', isSnapshot: json['type'] === 'snapshot', pairs };
}

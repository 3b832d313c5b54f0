/** Frames of Kraken's private WebSocket v2, in our words (docs.kraken.com, "executions", "balances"). */
import { type DecimalText, decimal, isDecimalText } from '../../../domain/decimal.ts';
import type { Asset } from '../../../domain/ids.ts';
import type { UnreadRow } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import type { ExecutionReport, ReportedFill } from '../../toolkit/execution-report.ts';
import { FrameError } from '../../toolkit/frame-error.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { parseTimestamp } from '../../toolkit/timestamp.ts';
import { orderIdOf } from './client-order-id.ts';
import { parseExactJson } from './exact-json.ts';

export type HeldBalance = { readonly asset: Asset; readonly total: DecimalText };

export type PrivateFrame =
  | {
      readonly kind: 'executions';
      readonly isSnapshot: boolean;
      readonly sequence: number;
      readonly reports: readonly ExecutionReport[];
    }
  | {
      readonly kind: 'balances';
      readonly isSnapshot: boolean;
      readonly sequence: number;
      readonly balances: readonly HeldBalance[];
      readonly unread: readonly UnreadRow[];
    }
  | {
      readonly kind: 'answer';
      readonly requestId: number;
      readonly isSuccess: boolean;
      readonly result: Json;
      readonly error: string;
      /** When the venue took the request in and answered it; 0 where it does not say. */
      readonly timeInUs: TimeUs;
      readonly timeOutUs: TimeUs;
    }
  | { readonly kind: 'status'; readonly system: string }
  /** Heartbeats, and whatever Kraken adds. */
  | { readonly kind: 'other' };

const KINDS: Readonly<Record<string, ExecutionReport['kind']>> = {
  pending_new: 'accepted',
  new: 'accepted',
  trade: 'fill',
  filled: 'filled',
  canceled: 'canceled',
  expired: 'canceled',
  amended: 'changed',
  restated: 'changed',
};

/**
 * A row that cannot be read spoils no other: the account's other orders come in forms that ours never have.
 * @throws FrameError when the frame itself is not laid out as documented: nothing after it can be trusted.
 */
export function parsePrivateFrame(bytes: string): PrivateFrame {
  let json: unknown;
  try {
    json = parseExactJson(bytes);
  } catch {
    throw new FrameError('bad-layout', 'a private frame is not JSON');
  }
  if (!isObject(json)) throw new FrameError('bad-layout', 'a private frame is not an object');
  if ('method' in json) return answerOf(json);
  const data = Array.isArray(json['data']) ? json['data'] : [];
  switch (json['channel']) {
    case 'executions':
      return { kind: 'executions', ...envelope(json), reports: data.map(reportOf) };
    case 'balances':
      return { kind: 'balances', ...envelope(json), ...balancesOf(data) };
    case 'status':
      return { kind: 'status', system: isObject(data[0]) ? text(data[0]['system']) : '' };
    default:
      return { kind: 'other' };
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const timeUs = (value: unknown): TimeUs => parseTimestamp(text(value));

function envelope(json: Json): { isSnapshot: boolean; sequence: number } {
  const sequence = json['sequence'];
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence)) {
    throw new FrameError('bad-layout', `a frame of ${text(json['channel'])} has no sequence number`);
  }
  return { isSnapshot: json['type'] === 'snapshot', sequence };
}

function answerOf(json: Json): PrivateFrame {
  const requestId = json['req_id'];
  return {
    kind: 'answer',
    requestId: typeof requestId === 'number' ? requestId : 0,
    isSuccess: json['success'] === true,
    result: isObject(json['result']) ? json['result'] : {},
    error: text(json['error']),
    timeInUs: timeUs(json['time_in']),
    timeOutUs: timeUs(json['time_out']),
  };
}

function reportOf(item: unknown): ExecutionReport {
  const row = isObject(item) ? item : {};
  const execType = row['exec_type'];
  const kind = typeof execType === 'string' && Object.hasOwn(KINDS, execType) ? KINDS[execType] : undefined;
  const report = {
    kind: kind ?? ('other' as const),
    orderId: orderIdOf(row['cl_ord_id']),
    venueOrderId: text(row['order_id']),
    symbol: text(row['symbol']),
    reason: text(row['reason']) || text(row['cancel_reason']) || text(execType),
    atUs: timeUs(row['timestamp']),
    fill: undefined,
  };
  try {
    if (!isObject(item)) throw new RowProblem('the row is not an object');
    if (report.venueOrderId === '') throw new RowProblem('order_id is missing');
    if (typeof execType !== 'string') throw new RowProblem('exec_type is missing');
    const filledQty = kind === 'canceled' && 'cum_qty' in item ? money(item, 'cum_qty') : undefined;
    return {
      ...report,
      ...(filledQty === undefined ? {} : { filledQty }),
      fill: kind === 'fill' ? fillOf(item) : undefined,
    };
  } catch (error) {
    if (!(error instanceof RowProblem)) throw error;
    return { ...report, problem: error.message };
  }
}

/** @throws RowProblem */
function fillOf(item: Json): ReportedFill {
  const fillId = text(item['exec_id']);
  if (fillId === '') throw new RowProblem('a fill has no exec_id');
  if (timeUs(item['timestamp']) <= 0) throw new RowProblem(`fill ${fillId} has no time`);
  const { fees: list = [] } = item;
  if (!Array.isArray(list) || !list.every(isObject))
    throw new RowProblem(`the fees of fill ${fillId} are not a list`);
  const fees: readonly Json[] = list;
  const quote = text(item['symbol']).split('/')[1] ?? '';
  // Without a fee there is no list; zero is counted in quote then.
  const feeAsset = fees.length === 0 ? quote : text(fees[0]?.['asset']);
  if (feeAsset === '') throw new RowProblem(`the fee of fill ${fillId} is in no asset`);
  if (fees.some((fee) => fee['asset'] !== feeAsset)) {
    throw new RowProblem(`fill ${fillId} has fees in several assets`);
  }
  const fee = fees.reduce((sum, entry) => sum.plus(decimal(money(entry, 'qty'))), decimal('0'));
  return {
    fillId,
    price: money(item, 'last_price'),
    qty: money(item, 'last_qty'),
    fee: fee.toFixed(),
    feeAsset,
  };
}

function balancesOf(data: readonly unknown[]): { balances: HeldBalance[]; unread: UnreadRow[] } {
  const balances: HeldBalance[] = [];
  const unread: UnreadRow[] = [];
  for (const item of data) {
    const row = isObject(item) ? item : {};
    const asset = text(row['asset']);
    const total = row['balance'];
    if (asset !== '' && typeof total === 'string' && isDecimalText(total)) balances.push({ asset, total });
    else unread.push({ source: 'balances', row: asset, problem: 'asset or balance cannot be read' });
  }
  return { balances, unread };
}

/** A row that is not as documented, and which field is at fault. */
class RowProblem extends Error {}

/** @throws RowProblem */
function money(item: Json, field: string): DecimalText {
  const value = item[field];
  if (typeof value === 'string' && isDecimalText(value)) return value;
  throw new RowProblem(`${field} is ${value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60)}`);
}

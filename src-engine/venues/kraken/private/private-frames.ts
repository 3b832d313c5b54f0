/** Frames of Kraken's private WebSocket v2, in our words (docs.kraken.com, "executions", "balances"). */
import { type DecimalText, decimal, isDecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId } from '../../../domain/ids.ts';
import type { TimeUs } from '../../../domain/time.ts';
import { FrameError } from '../../toolkit/frame-error.ts';
import { isObject, type Json } from '../rest-answer.ts';
import { parseTimestamp } from '../../toolkit/timestamp.ts';
import { orderIdOf } from './client-order-id.ts';
import { parseExactJson } from './exact-json.ts';

/** What happened to one order. Kraken adds kinds from time to time: those that we do not know say `other`. */
export type ExecutionReport = {
  readonly kind: 'accepted' | 'fill' | 'filled' | 'canceled' | 'changed' | 'other';
  /** Ours, or undefined for an order that was placed elsewhere. */
  readonly orderId: OrderId | undefined;
  readonly venueOrderId: string;
  /** Empty where the report names none. */
  readonly symbol: string;
  readonly reason: string;
  /** What was filled of it so far, where a report of its end says so. */
  readonly filledQty?: DecimalText | undefined;
  readonly atUs: TimeUs;
  readonly fill: ReportedFill | undefined;
};

export type ReportedFill = {
  readonly fillId: string;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: Asset;
};

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

/** @throws FrameError when it is not laid out as documented: nothing after it can be trusted. */
export function parsePrivateFrame(bytes: string): PrivateFrame {
  let json: unknown;
  try {
    json = parseExactJson(bytes);
  } catch {
    throw new FrameError('bad-layout', 'a private frame is not JSON');
  }
  if (!isObject(json)) throw new FrameError('bad-layout', 'a private frame is no object');
  if ('method' in json) return answerOf(json);
  const data = Array.isArray(json['data']) ? json['data'] : [];
  switch (json['channel']) {
    case 'executions':
      return { kind: 'executions', ...envelope(json), reports: data.map(reportOf) };
    case 'balances':
      return { kind: 'balances', ...envelope(json), balances: data.map(balanceOf) };
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
  if (!isObject(item) || typeof item['order_id'] !== 'string') {
    throw new FrameError('bad-layout', 'a report of executions has no order_id');
  }
  const kind = KINDS[text(item['exec_type'])] ?? 'other';
  return {
    kind,
    orderId: orderIdOf(item['cl_ord_id']),
    venueOrderId: item['order_id'],
    symbol: text(item['symbol']),
    reason: text(item['reason']) || text(item['cancel_reason']) || text(item['exec_type']),
    ...(kind === 'canceled' && 'cum_qty' in item ? { filledQty: money(item, 'cum_qty') } : {}),
    atUs: timeUs(item['timestamp']),
    fill: kind === 'fill' ? fillOf(item) : undefined,
  };
}

function fillOf(item: Json): ReportedFill {
  const fillId = text(item['exec_id']);
  if (fillId === '') throw new FrameError('bad-layout', 'a fill has no exec_id');
  const fees = Array.isArray(item['fees']) ? item['fees'].filter(isObject) : [];
  // Without a fee there is no list; zero is counted in quote then.
  const feeAsset = text(fees[0]?.['asset']) || text(item['symbol']).split('/')[1] || '';
  if (fees.some((fee) => fee['asset'] !== feeAsset)) {
    throw new FrameError('bad-layout', `fill ${fillId} has fees in several assets`);
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

function balanceOf(item: unknown): HeldBalance {
  if (!isObject(item)) throw new FrameError('bad-layout', 'a balance is no object');
  const asset = text(item['asset']);
  if (asset === '') throw new FrameError('bad-layout', 'a balance names no asset');
  return { asset, total: money(item, 'balance') };
}

function money(item: Json, field: string): DecimalText {
  const value = item[field];
  if (typeof value === 'string' && isDecimalText(value)) return value;
  throw new FrameError('bad-number', `${field} of a private frame is no decimal number`);
}

/** What a private connection says of one order, in our words. */
import type { DecimalText } from '../../domain/decimal.ts';
import type { Asset, OrderId } from '../../domain/ids.ts';
import type { TimeUs } from '../../domain/time.ts';

/** What happened to one order. Venues add kinds from time to time: those that we do not know say `other`. */
export type ExecutionReport = {
  readonly kind: 'accepted' | 'fill' | 'filled' | 'canceled' | 'changed' | 'other';
  /** Ours, or undefined where the report does not repeat it, or the order was placed elsewhere. */
  readonly orderId: OrderId | undefined;
  /** Empty where the report has none that can be read. */
  readonly venueOrderId: string;
  /** Empty where the report names none. */
  readonly symbol: string;
  readonly reason: string;
  /** What was filled of it so far, where a report of its end says so. */
  readonly filledQty?: DecimalText | undefined;
  readonly atUs: TimeUs;
  readonly fill: ReportedFill | undefined;
  /** Which field could not be read: nothing but the ids is to be believed. */
  readonly problem?: string | undefined;
};

export type ReportedFill = {
  readonly fillId: string;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: Asset;
  /** What the venue booked of the quote for it, where it says so. */
  readonly cost?: DecimalText | undefined;
};

/** From rows to the contract's records. */
import type { Selectable } from 'kysely';
import type { EquitySample, ExecutionRecord, FillRecord } from '../../domain/event.ts';
import type { Opportunity, Waterfall } from '../../domain/opportunity.ts';
import type { Schema } from '../schema.ts';

export const ORDER_COLUMNS = [
  'orderId',
  'intentId',
  'executionId',
  'venue',
  'symbol',
  'side',
  'price',
  'qty',
  'timeInForce',
  'state',
  'filledQty',
  'filledNotional',
  'fees',
  'reason',
  'createdUs',
  'updatedUs',
] as const;

export const FILL_COLUMNS = [
  'fillId',
  'orderId',
  'executionId',
  'venue',
  'symbol',
  'side',
  'price',
  'qty',
  'fee',
  'feeAsset',
  'cost',
  'atUs',
] as const;

export const EQUITY_COLUMNS = [
  'atUs',
  'homeAsset',
  'equity',
  'realizedPnl',
  'unrealizedPnl',
  'fees',
  'withoutPrice',
] as const;
export const AUDIT_COLUMNS = ['atUs', 'actor', 'action', 'outcome', 'detail'] as const;

type EquityRow = Pick<Selectable<Schema['equity']>, (typeof EQUITY_COLUMNS)[number]>;

export function equityOf({ withoutPrice, ...row }: EquityRow): EquitySample {
  return withoutPrice === null ? row : { ...row, withoutPrice };
}

type FillRow = Pick<Selectable<Schema['fills']>, (typeof FILL_COLUMNS)[number]>;

export function fillOf({ cost, ...row }: FillRow): FillRecord {
  return cost === null ? row : { ...row, cost };
}

export function executionOf(row: Selectable<Schema['executions']>): ExecutionRecord {
  const { profile: _, ...rest } = row;
  return {
    ...rest,
    path: JSON.parse(row.path) as string[],
    dust: JSON.parse(row.dust) as { asset: string; amount: string }[],
  };
}

export function opportunityOf(row: Selectable<Schema['opportunities']>): Opportunity {
  const { profile: _, closedUs, ...rest } = row;
  return {
    ...rest,
    path: JSON.parse(row.path) as string[],
    legs: JSON.parse(row.legs) as Opportunity['legs'],
    waterfall: JSON.parse(row.waterfall) as Waterfall,
    ...(closedUs === null ? {} : { closedUs }),
  };
}

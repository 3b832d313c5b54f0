/**
 * The account's fees out of an answer of TradeVolume (docs.kraken.com, "Get Trade Volume"): `fees` has the taker fee in
 * force of each pair, and since 2026-06-16 `schedules` the tiers of each, where `fee_schedule` asked for them. What cannot be
 * read is absent and never zero: its pair is then not traded.
 */
import type { Decimal } from '../../../domain/decimal.ts';
import { plainDecimal } from '../instrument-row.ts';
import type { KrakenNames } from '../names.ts';
import { noFees } from '../../toolkit/account-fees.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import type { AccountFees } from '../../venue-account.ts';

/** Under which names a schedule may keep its tiers of takers, and a tier its volume and fee. Kraken shows no example. */
const TIER_LISTS = ['fees', 'taker', 'tiers'] as const;
const VOLUMES = ['volume', 'tiervolume', 'tier_volume', 'min_volume'] as const;
const FEES = ['taker', 'taker_fee', 'fee'] as const;

/** By symbol, as fractions; of makers what `fees_maker` says is in force, and nothing of a schedule. @param result of TradeVolume. */
export function accountFees(result: Json, names: KrakenNames): AccountFees {
  const volumeUsd = plainDecimal(result['volume']);
  const { takers: found, makers } = noFees();
  for (const [name, schedule] of entries(result['schedules'])) {
    const fee = volumeUsd && fraction(tierAt(schedule, volumeUsd));
    if (fee !== undefined) found.set(names.symbol(name), fee);
  }
  // What is in force counts for more than what a tier says.
  for (const [name, row] of entries(result['fees'])) {
    const fee = fraction(isObject(row) ? row['fee'] : undefined);
    if (fee !== undefined) found.set(names.symbol(name), fee);
  }
  for (const [name, row] of entries(result['fees_maker'])) {
    const fee = fraction(isObject(row) ? row['fee'] : undefined);
    if (fee !== undefined) makers.set(names.symbol(name), fee);
  }
  return { takers: found, makers };
}

function entries(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

/** Kraken writes fees in percent. One of the whole value or more is a mistake. */
function fraction(percent: unknown): Decimal | undefined {
  const value = plainDecimal(percent);
  return value === undefined || value.gte(100) ? undefined : value.div(100);
}

/** Fee in percent of the tier that a volume is in; undefined when the tiers cannot be read. */
function tierAt(schedule: unknown, volumeUsd: Decimal): unknown {
  const list = isObject(schedule) ? firstOf(schedule, TIER_LISTS) : schedule;
  if (!Array.isArray(list)) return undefined;
  let percent: unknown;
  let highest: Decimal | undefined;
  for (const tier of list as unknown[]) {
    const [volume, fee]: unknown[] = Array.isArray(tier)
      ? tier
      : isObject(tier)
        ? [firstOf(tier, VOLUMES), firstOf(tier, FEES)]
        : [];
    const fromUsd = plainDecimal(volume);
    if (fromUsd === undefined) return undefined;
    if (fromUsd.gt(volumeUsd) || highest?.gt(fromUsd) === true) continue;
    highest = fromUsd;
    percent = fee;
  }
  return percent;
}

function firstOf(row: Json, keys: readonly string[]): unknown {
  return keys.map((key) => row[key]).find((value) => value !== undefined);
}

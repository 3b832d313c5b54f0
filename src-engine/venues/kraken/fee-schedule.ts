/**
 * Kraken's taker fees by the volume of the last 30 days. A recording has the fee of the first tier alone; what a trader of
 * another tier would pay follows from it, as each kind of pair has a schedule of its own.
 */
import { type Decimal, decimal } from '../../domain/decimal.ts';

/** From a volume in USD on, the fee in percent. */
type Tier = readonly [fromUsd: number, percent: string];

/** As AssetPairs told them on 2026-01-12 (`fees`), by the percent of their first tier. */
const SCHEDULES: ReadonlyMap<string, readonly Tier[]> = new Map<string, readonly Tier[]>([
  [
    '0.4',
    [
      [0, '0.4'],
      [10_000, '0.35'],
      [50_000, '0.24'],
      [100_000, '0.22'],
      [250_000, '0.2'],
      [500_000, '0.18'],
      [1_000_000, '0.16'],
      [2_500_000, '0.14'],
      [5_000_000, '0.12'],
      [10_000_000, '0.1'],
      [100_000_000, '0.08'],
      [500_000_000, '0.05'],
    ],
  ],
  [
    '0.2',
    [
      [0, '0.2'],
      [50_000, '0.16'],
      [100_000, '0.12'],
      [250_000, '0.08'],
      [500_000, '0.04'],
      [1_000_000, '0.02'],
      [10_000_000, '0.01'],
      [100_000_000, '0.001'],
    ],
  ],
  [
    '0.01',
    [
      [0, '0.01'],
      [100_000_000, '0.001'],
    ],
  ],
]);

/**
 * @param firstFee taker fee of the first tier as a fraction: 0.004. @param volumeUsd of the last 30 days, from 0 on.
 * @returns the fee of that volume's tier; undefined for a fee that begins no schedule we know.
 */
export function krakenTakerFee(firstFee: Decimal, volumeUsd: number): Decimal | undefined {
  const tiers = SCHEDULES.get(firstFee.times(100).toString());
  const tier = tiers?.findLast(([fromUsd]) => volumeUsd >= fromUsd);
  return tier === undefined ? undefined : decimal(tier[1]).div(100);
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { assumedKrakenMakerFee, krakenMakerFee, krakenTakerFee } from './fee-schedule.ts';

type Tiers = readonly (readonly [number, number])[];
type Pair = { readonly fees?: Tiers; readonly fees_maker?: Tiers };

describe('Kraken’s taker fees', () => {
  it.each([
    // Of AssetPairs on 2026-01-12: coins; stablecoins and currencies; pairs of USDG and EURR.
    ['0.4', 0, '0.4'],
    ['0.4', 9_999, '0.4'],
    ['0.4', 10_000, '0.35'],
    ['0.4', 250_000, '0.2'],
    ['0.4', 9_999_999, '0.12'],
    ['0.4', 500_000_000, '0.05'],
    ['0.2', 49_999, '0.2'],
    ['0.2', 50_000, '0.16'],
    ['0.2', 100_000_000, '0.001'],
    ['0.01', 99_999_999, '0.01'],
    ['0.01', 100_000_000, '0.001'],
  ])('of a pair that begins at %s%%, at %d USD: %s%%', (first, volumeUsd, percent) => {
    expect(krakenTakerFee(decimal(first).div(100), volumeUsd)?.times(100).toString()).toBe(percent);
  });

  it.runIf(HAS_SHARED_DATA)(
    'are those of the recorded AssetPairs, at every tier of nearly every pair',
    () => {
      const read = JSON.parse(readFileSync(sharedFile('kraken/AssetPairs-2026-01-12.json'), 'utf8')) as {
        readonly result?: Record<string, Pair>;
      };
      const pairs = Object.values(read.result ?? (read as Record<string, Pair>)).filter(
        ({ fees }) => fees !== undefined,
      );
      expect(pairs.length).toBeGreaterThan(1_400);
      let unknown = 0;
      for (const { fees = [] } of pairs) {
        const first = decimal(String(fees[0]?.[1] ?? 0)).div(100);
        if (krakenTakerFee(first, 0) === undefined) unknown++;
        else
          for (const [fromUsd, percent] of fees) {
            expect(krakenTakerFee(first, fromUsd)?.times(100).toNumber()).toBe(percent);
            if (fromUsd > 0)
              expect(
                krakenTakerFee(first, fromUsd - 1)
                  ?.times(100)
                  .toNumber(),
              ).not.toBe(percent);
          }
      }
      // One pair of the 1,434 has a promotion of its own.
      expect(unknown).toBeLessThanOrEqual(1);
    },
  );

  it('of an unknown schedule are not guessed', () => {
    expect(krakenTakerFee(decimal('0.0123'), 1_000)).toBeUndefined();
  });
});

describe('Kraken’s maker fees', () => {
  it('are assumed by the highest schedule; a rebate is none', () => {
    const percents = [0, 10_000, 9_999_999, 10_000_000].map((volume) =>
      assumedKrakenMakerFee(volume).times(100).toString(),
    );
    expect(percents).toEqual(['0.25', '0.2', '0.02', '0']);
    expect(krakenMakerFee(decimal('0.0023'), 500_000_000)?.toString()).toBe('0');
    expect(krakenMakerFee(decimal('0.0024'), 0)).toBeUndefined();
  });

  it.runIf(HAS_SHARED_DATA)('are those of the recorded AssetPairs at every tier of every pair', () => {
    const read = JSON.parse(readFileSync(sharedFile('kraken/AssetPairs-2026-01-12.json'), 'utf8')) as {
      readonly result?: Record<string, Pair>;
    };
    const found = Object.values(read.result ?? (read as Record<string, Pair>));
    const listed = found.flatMap(({ fees_maker: tiers }) => (tiers === undefined ? [] : [tiers]));
    expect(listed.length).toBeGreaterThan(1_400);
    for (const tiers of listed)
      for (const [volumeUsd, percent] of tiers) {
        const first = decimal(tiers[0]?.[1] ?? -1).div(100);
        expect(krakenMakerFee(first, volumeUsd)?.times(100).toNumber()).toBe(Math.max(0, percent));
      }
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import { krakenTakerFee } from './fee-schedule.ts';

const PAIRS = new URL('../../../../shared/data/kraken/AssetPairs-2026-01-12.json', import.meta.url);

type Pair = { readonly fees?: readonly (readonly [number, number])[] };

describe('Kraken’s taker fees', () => {
  it('are those that AssetPairs told, at every tier of nearly every pair', () => {
    const read = JSON.parse(readFileSync(PAIRS, 'utf8')) as { readonly result?: Record<string, Pair> };
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
  });

  it('of a schedule that nobody knows are not guessed', () => {
    expect(krakenTakerFee(decimal('0.0123'), 1_000)).toBeUndefined();
  });
});

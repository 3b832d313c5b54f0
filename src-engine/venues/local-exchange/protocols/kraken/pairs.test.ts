import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../../domain/decimal.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../../../testing/shared-data.ts';
import { feeOf } from '../../core/pair.ts';
import { ASSETS, assetInfo, PAIRS, selectPairs } from './pairs.ts';

type PairFact = {
  altname: string;
  wsname: string;
  base: string;
  quote: string;
  pair_decimals: number;
  lot_decimals: number;
  cost_decimals: number;
  tick_size: string;
  ordermin: string;
  costmin: string;
  fees: [number, number][];
  fees_maker: [number, number][];
};

/** The fields that are compared as a whole. */
const SHOWN: Readonly<Record<string, true>> = {
  altname: true,
  wsname: true,
  base: true,
  quote: true,
  pair_decimals: true,
  lot_decimals: true,
  cost_decimals: true,
  tick_size: true,
  ordermin: true,
  costmin: true,
};

function read(file: string): unknown {
  return JSON.parse(readFileSync(sharedFile(`kraken/${file}`), 'utf8'));
}

describe('the table of pairs', () => {
  it('has at least 30 pairs, each once, whose figures agree with each other', () => {
    expect(PAIRS.length).toBeGreaterThanOrEqual(30);
    for (const name of ['symbol', 'restName', 'altName', 'wsName'] as const)
      expect(new Set(PAIRS.map((pair) => pair[name])).size).toBe(PAIRS.length);
    for (const pair of PAIRS) {
      expect(pair.symbol).toBe(`${pair.base}/${pair.quote}`);
      expect([ASSETS.has(pair.base), ASSETS.has(pair.quote)], pair.symbol).toEqual([true, true]);
      expect(pair.tickSize, pair.symbol).toBe(Decimal.pow(10, -pair.priceDecimals).toFixed());
      // Kraken names most pairs by their two old codes, with or without the letters X and Z of the classes.
      const { restName: base } = assetInfo(pair.base);
      const { restName: quote } = assetInfo(pair.quote);
      expect([`${base}${quote}`, pair.altName, `${pair.altName.slice(0, -3)}${quote}`]).toContain(
        pair.restName,
      );
      expect(Number(pair.entryFee.takerPercent)).toBeGreaterThan(Number(pair.topFee.takerPercent));
      expect(Number(pair.entryFee.takerPercent)).toBeGreaterThanOrEqual(Number(pair.entryFee.makerPercent));
    }
  });

  it.runIf(HAS_SHARED_DATA)('has every figure as the recorded AssetPairs has it', () => {
    const facts = (read('AssetPairs-2026-01-12.json') as { result: Record<string, PairFact> }).result;
    for (const pair of PAIRS) {
      const fact = facts[pair.restName] as PairFact;
      expect({
        altname: pair.altName,
        wsname: pair.wsName,
        base: assetInfo(pair.base).restName,
        quote: assetInfo(pair.quote).restName,
        pair_decimals: pair.priceDecimals,
        lot_decimals: pair.qtyDecimals,
        cost_decimals: pair.costDecimals,
        tick_size: pair.tickSize,
        ordermin: pair.orderMin,
        costmin: pair.costMin,
      }).toEqual(Object.fromEntries(Object.entries(fact).filter(([key]) => key in SHOWN)));
      expect([Number(pair.entryFee.takerPercent), Number(pair.entryFee.makerPercent)]).toEqual([
        fact.fees[0]?.[1],
        fact.fees_maker[0]?.[1],
      ]);
      expect([Number(pair.topFee.takerPercent), Number(pair.topFee.makerPercent)]).toEqual([
        fact.fees.at(-1)?.[1],
        fact.fees_maker.at(-1)?.[1],
      ]);
    }
  });

  it.runIf(HAS_SHARED_DATA)(
    'has the precision of every asset as the recorded instrument channel has it',
    () => {
      type Fact = { id: string; precision: number; precision_display: number };
      const { data } = read('ws-v2-instrument-snapshot-2024-04.json') as { data: { assets: Fact[] } };
      for (const asset of ASSETS.values()) {
        const fact = data.assets.find((candidate) => candidate.id === asset.code);
        expect([asset.decimals, asset.displayDecimals], asset.code).toEqual([
          fact?.precision,
          fact?.precision_display,
        ]);
      }
    },
  );

  it('knows its fee schedules, as exact fractions', () => {
    const [pair] = selectPairs(['BTC/USD']);
    if (pair === undefined) throw new Error('BTC/USD is missing');
    expect(feeOf(pair, 'real').taker.toFixed()).toBe('0.004');
    expect(feeOf(pair, 'demo').taker.toFixed()).toBe('0.0005');
    expect(feeOf(pair, { takerPercent: '0.1', makerPercent: '0' }).taker.toFixed()).toBe('0.001');
  });
});

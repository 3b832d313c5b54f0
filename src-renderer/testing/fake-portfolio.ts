/** What the account of the fake engine holds, and what it is worth. */
import { equityParts } from '../../src-engine/domain/equity-parts.ts';
import type { Balance, EquityParts, EquitySample } from '../../src-engine/domain/event.ts';

/** @param profit of all executions, in USD. */
export function fakeEquity(sample: EquitySample | undefined, profit: number): EquityParts | null {
  return sample === undefined ? null : equityParts(sample, profit.toFixed(8), '0');
}

export function fakeBalances(profit: number): Balance[] {
  return [
    { asset: 'BTC', total: '0.01874412', reserved: '0', costHome: '0' },
    { asset: 'ETH', total: '0.36831000', reserved: '0.36830000', costHome: '1260.11' },
    { asset: 'USD', total: (21_500 + profit).toFixed(4), reserved: '1260.2187', costHome: '0' },
    { asset: 'EUR', total: '2100.0000', reserved: '0', costHome: '0' },
    { asset: 'SOL', total: '0.00031200', reserved: '0', costHome: '0' },
  ];
}

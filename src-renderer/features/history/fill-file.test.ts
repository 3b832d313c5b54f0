import { expect, test } from 'vitest';
import type { FillRecord } from '../../../src-engine/domain/event.ts';
import { toCsv } from '../../lib/csv.ts';
import { FILL_CSV } from './panels.tsx';

test('a file of fills names the asset of a fee by its code; the venue has a column of its own', () => {
  const fill: FillRecord = {
    fillId: 'T1',
    orderId: 'o1',
    executionId: 'x1',
    venue: 'binance',
    symbol: 'BTC/USDT',
    side: 'buy',
    price: '60000',
    qty: '0.1',
    fee: '0.0001',
    feeAsset: 'BTC@binance',
    atUs: 0,
  };
  const [titles = '', row = ''] = toCsv(FILL_CSV, [fill]).split('\r\n');
  const cells = new Map(titles.split(',').map((title, k) => [title, row.split(',')[k]]));
  expect([cells.get('venue'), cells.get('feeAsset')]).toEqual(['binance', 'BTC']);
});

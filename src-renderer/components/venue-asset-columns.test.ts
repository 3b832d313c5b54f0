import { expect, test } from 'vitest';
import { assetColumn, placeColumn } from './venue-asset-columns.tsx';
import { columnsCsv } from './table-column.ts';

test('a file has the code and the venue of an asset in two columns, and no joined name', () => {
  const rows = [{ asset: 'BTC@east' }, { asset: 'BTC@west' }, { asset: 'ETH' }];
  expect(
    columnsCsv([assetColumn('46px'), placeColumn('72px')], rows)
      .trim()
      .split('\r\n'),
  ).toEqual(['asset,venue', 'BTC,east', 'BTC,west', 'ETH,']);
});

import { describe, expect, it } from 'vitest';
import { EXECUTION_COLUMNS, FILL_COLUMNS, ORDER_COLUMNS } from '../features/activity/activity-columns.tsx';
import { OPPORTUNITY_COLUMNS } from '../features/opportunities/opportunity-columns.tsx';
import { fitColumns } from './fit-columns.ts';

const COLUMNS = [
  { id: 'name', track: 'minmax(100px, 1fr)' },
  { id: 'late', track: '50px', fromWidth: 300 },
  { id: 'venue', track: 'minmax(60px, 0.4fr)' },
  { id: 'early', track: '40px', fromWidth: 200 },
];
const at = (width: number, columns: readonly (typeof COLUMNS)[number][] = COLUMNS) =>
  fitColumns(columns, width).map(({ id }) => id);

describe('fitColumns', () => {
  it('keeps the order, and shows a column from its width on', () => {
    expect(at(300)).toEqual(['name', 'late', 'venue', 'early']);
    expect(at(299)).toEqual(['name', 'venue', 'early']);
    expect(at(199)).toEqual(['name', 'venue']);
    expect(at(0)).toEqual(['name', 'late', 'venue', 'early']);
  });

  it('leaves out the latest one where another column takes its room', () => {
    const wide = { id: 'wide', track: '80px' };
    // 16 + 100 + 60 + 80 + 40 and three gaps are 320; with the late one 378.
    expect(at(377, [...COLUMNS, wide])).toEqual(['name', 'venue', 'early', 'wide']);
    expect(at(378, [...COLUMNS, wide])).toEqual(['name', 'late', 'venue', 'early', 'wide']);
  });

  it('cuts text, the venue first, and no figure where even the columns that always stand do not fit', () => {
    const columns = [
      { id: 'name', track: 'minmax(76px, 1fr)' },
      { id: 'venue', track: 'minmax(56px, 0.6fr)', onlyMixed: true },
      { id: 'price', track: 'minmax(60px, 1fr)', align: 'right' as const },
      { id: 'age', track: '40px', align: 'right' as const },
    ];
    const tracks = (width: number) => fitColumns(columns, width).map(({ track }) => track);
    // 16 + 76 + 56 + 60 + 40 and three gaps are 272.
    expect(tracks(272)).toEqual(columns.map(({ track }) => track));
    expect(tracks(260)).toEqual(['minmax(76px, 1fr)', 'minmax(44px, 0.6fr)', 'minmax(60px, 1fr)', '40px']);
    expect(tracks(250)).toEqual(['minmax(70px, 1fr)', 'minmax(40px, 0.6fr)', 'minmax(60px, 1fr)', '40px']);
    expect(tracks(100)).toEqual(['minmax(56px, 1fr)', 'minmax(40px, 0.6fr)', 'minmax(60px, 1fr)', '40px']);
  });

  it('fits the tables of trading with their venues into the narrowest panels', () => {
    for (const columns of [OPPORTUNITY_COLUMNS, EXECUTION_COLUMNS, ORDER_COLUMNS, FILL_COLUMNS]) {
      const shown = fitColumns<{ readonly track: string; readonly fromWidth?: number }>(columns, 463);
      const least = shown.reduce((sum, { track }) => sum + Number(/(\d+)px/.exec(track)?.[1]) + 8, 8);
      expect(least).toBeLessThanOrEqual(463);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { changeSeries, equitySeries } from './equity-series.ts';
import { cellAt, heatmapFrame, signed } from './heatmap-painter.ts';
import { parallelAxes, trialAt } from './parallel-painter.ts';
import { cellBeside, trialGrid } from './trial-grid.ts';
import { parameterAxis, shortNumber, type TrialPoint, varied } from './trial-points.ts';

const trial = (trialId: string, params: Record<string, string>, train: number, test: number): TrialPoint => ({
  trialId,
  params,
  train,
  test,
  testTrades: 10,
});

const FOUR = [
  trial('a', { edge: '1', fee: '10', seed: '7' }, 0.4, -0.2),
  trial('b', { edge: '10', fee: '10', seed: '7' }, 0.2, 0.1),
  trial('c', { edge: '2', fee: '20', seed: '7' }, 0.1, 0.3),
  trial('d', { edge: '2', fee: '20', seed: '7' }, 0.3, 0.5),
];

describe('the heatmap of a sweep', () => {
  it('offers what varies and orders numbers as numbers', () => {
    expect(varied(FOUR)).toEqual(['edge', 'fee']);
    expect(parameterAxis(FOUR, 'edge').labels).toEqual(['1', '2', '10']);
  });

  it('shows the mean of a cell, its best in test, and leaves untried cells empty', () => {
    const grid = trialGrid(FOUR, 'edge', 'fee');
    const [low, untried, high, , both] = grid.cells;
    expect(low?.test).toBe(-0.2);
    expect(untried).toBeUndefined();
    expect(high?.train).toBe(0.2);
    expect(both).toMatchObject({ trials: 2, train: 0.2, test: 0.4, best: { trialId: 'd' } });
    expect(grid.reach).toBe(0.4);
  });

  it('cuts many values into bins that hold each of them once, the largest too', () => {
    const many = Array.from({ length: 100 }, (_, i) => trial(`t${i}`, { edge: String(i * 0.37 + 1) }, 0, 0));
    const axis = parameterAxis(many, 'edge');
    const counts = axis.labels.map(
      (_, step) => many.filter(({ params }) => axis.stepOf(params['edge'] ?? '') === step).length,
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(Math.min(...counts)).toBeGreaterThan(5);
    expect(axis.stepOf('99999')).toBe(-1);
  });

  it('bins of a wide range are of equal ratio', () => {
    const wide = Array.from({ length: 60 }, (_, i) => trial(`t${i}`, { qty: String(1.2 ** i) }, 0, 0));
    const axis = parameterAxis(wide, 'qty');
    const counts = axis.labels.map(
      (_, step) => wide.filter(({ params }) => axis.stepOf(params['qty'] ?? '') === step).length,
    );
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
  });

  it('a point of the canvas finds its cell, the first row at the foot; keys walk and stop at the edge', () => {
    const grid = trialGrid(FOUR, 'edge', 'fee');
    const frame = heatmapFrame(grid, 358, 236);
    expect(cellAt(grid, frame, frame.left + 1, frame.top + 1)).toBe(3);
    expect(cellAt(grid, frame, frame.left + 1, frame.top + frame.cellHeight + 1)).toBe(0);
    expect(cellAt(grid, frame, 2, 2)).toBe(-1);
    expect(cellBeside(grid, 0, 'ArrowUp')).toBe(3);
    expect(cellBeside(grid, 0, 'ArrowDown')).toBe(0);
    expect(cellBeside(grid, 5, 'ArrowRight')).toBe(5);
  });

  it('figures have a sign and no more digits than a cell has room for', () => {
    expect([0.123456, -12.34567, 0, 1234.5, 0.00001].map(signed)).toEqual([
      '+0.123',
      '−12.3',
      '0',
      '+1235',
      '+1.0e-5',
    ]);
    expect(shortNumber(-0.5)).toBe('-0.5');
  });
});

describe('parallel coordinates', () => {
  it('train and test share one scale', () => {
    const axes = parallelAxes(FOUR, ['edge', 'fee']);
    expect(axes.map(({ name }) => name)).toEqual(['edge', 'fee', 'train', 'test']);
    const [, , train, test] = axes;
    const [a] = FOUR;
    expect(
      a !== undefined && train !== undefined && test !== undefined && train.placeOf(a) > test.placeOf(a),
    ).toBe(true);
    expect([train?.low, train?.high]).toEqual([test?.low, test?.high]);
  });

  it('a click takes the line that passes nearest, and none far from all', () => {
    const axes = parallelAxes(FOUR, ['edge', 'fee']);
    // At the last axis the best in test stands at the head.
    expect(trialAt(FOUR, axes, 434, 240, 400, 22)?.trialId).toBe('d');
    expect(trialAt(FOUR, axes, 434, 240, 34, 130)).toBeNull();
  });
});

describe('curves of a run', () => {
  const at = (seconds: number, equity: string, pnl = '0') => ({
    atUs: seconds * 1_000_000,
    equity,
    realizedPnl: pnl,
    unrealizedPnl: '0',
  });

  it('drawdown is measured from the highest so far, and no sample of a second is left out', () => {
    const { equity, drawdown } = equitySeries([
      at(1, '100'),
      at(2, '110', '10'),
      at(3.2, '88', '-12'),
      at(3.9, '99', '-1'),
      at(3.9, '98', '-2'),
      at(4, '121', '21'),
    ]);
    expect(equity.map(({ value }) => value)).toEqual([100, 110, 88, 99, 98, 121]);
    expect(drawdown.map(({ value }) => Math.round(value ?? Number.NaN))).toEqual([0, 0, -20, -10, -11, 0]);
    const times = equity.map(({ time }) => time);
    expect(times.every((time, place) => place === 0 || time > (times[place - 1] ?? 0))).toBe(true);
  });

  it('capital that was paid in hides no drawdown', () => {
    const { drawdown } = equitySeries([at(1, '100'), at(2, '80', '-20'), at(3, '1080', '-20')]);
    expect(drawdown.map(({ value }) => Math.round(value ?? Number.NaN))).toEqual([0, -20, -20]);
  });

  it('two runs lie over each other by the time since their start, in bps', () => {
    expect(changeSeries([at(1_000, '200'), at(1_060, '201', '1')])).toEqual([
      { time: 0, value: 0 },
      { time: 60, value: expect.closeTo(50, 6) },
    ]);
    expect(changeSeries([])).toEqual([]);
  });
});

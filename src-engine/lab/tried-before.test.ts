/** What earlier sweeps tried counts whole, though a stored one keeps its best trials alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SweepReview } from '../contract/lab-records.ts';
import { keepSweep } from './stored-run.ts';
import { triedBefore } from './tried-before.ts';

it('counts trials of a sweep that are in no ranking any longer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-tried-'));
  const ranked = (value: number): SweepReview['ranking'][number] => ({
    trialId: `t${value}`,
    params: { 'detection.minNetBps': String(value) },
    train: 0,
    test: 0,
    testTrades: 0,
    netPnl: '0',
    sharpe: null,
    maxDrawdown: 0,
    trades: 0,
  });
  const review: SweepReview = {
    sweepId: 'sweep-0123456789abcdef',
    name: 'made',
    createdUs: 1,
    recordings: ['a'],
    parameters: ['detection.minNetBps'],
    planned: 10,
    trials: 10,
    flagged: true,
    failed: 0,
    failures: [],
    rankBy: 'sharpe',
    periodUs: 1,
    periods: 1,
    homeAsset: 'USD',
    base: {},
    seed: 1,
    dataHash: 'abc',
    ranking: [ranked(1), ranked(2), ranked(3)],
    overfit: { flagged: true, reasons: [], cautions: [] },
  };
  await keepSweep(folder, review);
  const plan = { sweepId: 'sweep-other', spec: { base: {} }, trials: [] } as never;
  const seen = { markets: [], fromUs: 0, toUs: 1 };
  expect(await triedBefore(folder, plan, ['abc'], seen)).toEqual({
    settings: 10,
    elsewhere: 0,
    unreadable: [],
    older: 0,
  });
  expect(await triedBefore(folder, plan, ['other'], seen)).toMatchObject({ settings: 0 });
  rmSync(folder, { recursive: true });
});

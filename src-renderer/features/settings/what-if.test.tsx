// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { RecordingRecord } from '../../../src-engine/contract/library-operations.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../../src-engine/domain/limits.ts';
import type { Session } from '../../engine/session.ts';
import { SessionContext } from '../../engine/use-session.ts';
import { lastRecording, WhatIf } from './what-if.tsx';

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

const recording = (name: string, toUs: number | null, modifiedUs: number, fault = '') =>
  ({
    name,
    venue: 'east+west',
    fromUs: toUs === null ? null : toUs - 1,
    toUs,
    modifiedUs,
    fault,
  }) as RecordingRecord;

it('takes the newest market: one just stopped too, not the one being written, nor one with a fault', () => {
  const old = recording('old.gz', 5, 100);
  const fresh = recording('fresh.gz', null, 50);
  const broken = recording('broken.gz', null, 200, 'cannot be read');
  const open = recording('open.gz.part', 300, 300);
  expect(lastRecording([old, fresh, broken, open], '/data/a.gz.part, /data/open.gz.part')).toBe(fresh);
  expect(lastRecording([old], null)).toBe(old);
  expect(lastRecording([broken, open], 'C:\\data\\open.gz.part')).toBeUndefined();
});

it('starts a backtest of the settings of now and one of the change, on a recording that was not read yet', async () => {
  let answer: (recordings: readonly RecordingRecord[]) => void = () => undefined;
  const started: unknown[] = [];
  const call = (op: string, input: unknown) => {
    if (op === 'listRecordings')
      return new Promise((resolve) => {
        answer = (recordings) => resolve({ recordings, isReading: true });
      });
    if (op === 'startBacktest') started.push(input);
    return Promise.resolve({ jobId: `job-${started.length}`, runs: [] });
  };
  const replica = {
    limits: DEFAULT_LIMITS,
    detection: DEFAULT_DETECTION,
    homeAsset: 'BTC',
    equity: { equity: '0.123456789' },
    status: { recording: null },
  };
  const store = createStore(() => ({ replica, connection: { phase: 'open' } }));
  const client = { call, subscribe: () => () => undefined };
  const session = { client, store } as unknown as Session;
  const root = createRoot(document.body);
  act(() =>
    root.render(
      <SessionContext value={session}>
        <WhatIf part="limits" values={{ maxPositionPct: 4 }} />
      </SessionContext>,
    ),
  );
  const press = () => act(async () => document.querySelector('button')?.click());
  const status = () => document.querySelector('[role=status]')?.textContent;

  await press();
  expect(status()).toBe('Looking for the last recording…');
  await act(async () => answer([]));
  expect(status()).toContain('There is no recording yet');

  await press();
  await act(async () => answer([recording('just-stopped.gz', null, 9)]));
  expect(started).toMatchObject([
    {
      recordings: ['just-stopped.gz'],
      settings: {
        limits: { maxPositionPct: DEFAULT_LIMITS.maxPositionPct },
        capital: { BTC: '0.06172839' },
      },
    },
    {
      recordings: ['just-stopped.gz'],
      settings: { limits: { maxPositionPct: 4 }, capital: { BTC: '0.06172839' } },
    },
  ]);
  expect(status()).toBe('Replaying just-stopped.gz under both settings…');
  act(() => root.unmount());
});

import { expect, test } from 'vitest';
import { progressNotes, readingNotes } from './progress-notes.ts';

test('work that takes long says what it does, how much of it is done, and the time that is left where it is known', () => {
  const said: string[] = [];
  let nowMs = 0;
  const report = progressNotes(
    (text) => said.push(text),
    () => nowMs,
  );
  const at = (ms: number, phase: string, done: number, total: number, unit: string): void => {
    nowMs = ms;
    report({ phase, done, total, unit });
  };
  at(0, 'reading the recording', 0, 400, 'bytes');
  at(1_999, 'reading the recording', 90, 400, 'bytes');
  expect(said).toEqual([]);
  at(2_000, 'reading the recording', 100, 400, 'bytes');
  at(3_000, 'reading the recording', 200, 400, 'bytes');
  // The time left is that of a phase: the one before has another pace.
  at(3_500, 'replaying', 0, 60, 'events');
  at(4_500, 'replaying', 20, 60, 'events');
  at(9_000, 'replaying', 60, 60, 'events');
  at(12_000, 'writing', 0, 0, '');
  expect(said).toEqual([
    'reading the recording: 25 %, about 6 s left',
    'replaying: 20 of 60 events, about 2 s left',
    'replaying: 60 of 60 events',
    'writing',
  ]);
});

test('a backtest that is over at once says nothing of its progress', () => {
  const said: string[] = [];
  readingNotes((text) => said.push(text))(1, 2, 'bytes');
  expect(said).toEqual([]);
});

import { expect, test } from 'vitest';
import { NEW_SCHEDULE, typedSchedule, withPlace } from './retrain-draft.ts';

const SET = { ...NEW_SCHEDULE, file: 'session.jsonl.gz' };

test('another folder is a change that waits to be saved, with a file that a person names', () => {
  const draft = withPlace(SET, {}, 'imports');
  const typed = typedSchedule(SET, draft);
  expect(typed.changes).toEqual([
    { label: 'Folder', from: 'recordings', to: 'imports' },
    { label: 'Learn from', from: 'session.jsonl.gz', to: '' },
  ]);
  expect(typed.fileError).toBe('names no file of the imports');
  expect(typedSchedule(SET, { ...draft, file: 'newest' }).fileError).toMatch(/name a file of the imports/);
  const named = typedSchedule(SET, { ...draft, file: ' eth.csv ' });
  expect([named.fileError, named.schedule]).toEqual(['', { ...SET, place: 'imports', file: 'eth.csv' }]);
  // Back in the folder that is set, the file is that which is set.
  expect(typedSchedule(SET, withPlace(SET, draft, 'recordings')).changes).toEqual([]);
  const imported = { ...SET, place: 'imports', file: 'eth.csv' } as const;
  expect(typedSchedule(imported, withPlace(imported, {}, 'recordings')).schedule.file).toBe('newest');
});

test('each change is shown with what was set, and a time that is none is not saved', () => {
  const typed = typedSchedule(SET, { weekday: 5, at: '21:45', market: 'BTC/USD@kraken' });
  expect(typed.changes).toEqual([
    { label: 'Day', from: 'Sunday', to: 'Friday' },
    { label: 'Time', from: '03:00', to: '21:45' },
    { label: 'Shadow on', from: '', to: 'BTC/USD@kraken' },
  ]);
  expect(typed.schedule).toMatchObject({ weekday: 5, hour: 21, minute: 45 });
  expect(typedSchedule(SET, { at: '25:00' })).toMatchObject({ atError: 'must be a time such as 03:00' });
  expect(typedSchedule(SET, { weekday: 0, at: '03:00' }).changes).toEqual([]);
});

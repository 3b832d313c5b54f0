import { afterAll, describe, expect, it } from 'vitest';
import { noteOperations } from '../../contract/note-operations.ts';
import type { OperationInput } from '../../contract/operations.ts';
import { DEFAULT_LIMITS } from '../../domain/limits.ts';
import { dayReport } from '../../reading/day-report.ts';
import { openDatabase } from '../../storage/database.ts';
import { Journal } from '../../storage/journal.ts';
import { listNotes } from '../../storage/queries/notes.ts';
import { testDatabases } from '../../testing/databases.ts';
import { sampleExecution, sampleOpportunity } from '../../testing/sample-events.ts';
import type { EngineControls } from '../controls.ts';
import { NoteDesk } from './notes.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const CALLER = { role: 'operator', via: 'test' } as const;
/** 2026-11-30 00:00 UTC. */
const DAY = Date.UTC(2026, 10, 30) * 1_000;
const HOUR = 3_600_000_000;
const NOW_US = DAY + 15 * HOUR;

function finished(executionId: string, finishedUs: number, profitHome: string) {
  const execution = sampleExecution({ executionId, finishedUs, profitHome, outcome: 'completed' });
  return { type: 'executionFinished', atUs: finishedUs, execution } as const;
}

function closed(opportunityId: string, closedUs: number, decision: 'taken' | 'no-balance') {
  const opportunity = sampleOpportunity({ opportunityId, decision, expectedProfit: '0.25' });
  return [
    { type: 'opportunityOpened', atUs: closedUs, opportunity },
    { type: 'opportunityClosed', atUs: closedUs, opportunity: { ...opportunity, closedUs } },
  ] as const;
}

describe.each(databases.table)('notes and the report of a day, on %s', (_name, { fresh, missing }) => {
  it.skipIf(missing !== undefined)(
    'are kept by what they are about, found by tag and words, and reported',
    async () => {
      const database = await openDatabase(await fresh());
      const journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
      await journal.append([
        ...closed('o1', DAY - 1, 'no-balance'),
        ...closed('o2', DAY + HOUR, 'no-balance'),
        ...closed('o3', DAY + HOUR, 'no-balance'),
        ...closed('o4', DAY + 2 * HOUR, 'taken'),
        ...closed('o5', DAY + 24 * HOUR, 'taken'),
        finished('e0', DAY - 1, '5'),
        finished('e1', DAY, '0.1'),
        finished('e2', DAY + HOUR, '0.2000000000000000001'),
        finished('e3', DAY + 24 * HOUR, '7'),
        {
          type: 'limitsChanged',
          atUs: DAY + HOUR,
          actor: { kind: 'operator', via: 'test' },
          version: 1,
          scope: 'limits',
          changes: [{ field: 'maxPositionPct', from: '5', to: '4' }],
          after: { ...DEFAULT_LIMITS, maxPositionPct: 4 },
        },
        { type: 'watchdogLost', atUs: DAY + HOUR, venue: 'kraken', reason: 'gone' },
      ]);
      let nowUs = DAY + 3 * HOUR;
      const engine = {
        database,
        clock: { nowUs: () => nowUs++ },
        profile: 'demo',
        session: undefined,
        lab: { hasRun: (id: string) => id === 'run-1f' },
      } as unknown as EngineControls;
      const desk = new NoteDesk(engine);
      const write = (input: OperationInput<'setNote'>) =>
        desk.set(noteOperations.setNote.input.parse(input), CALLER);
      const found = async (asked: OperationInput<'listNotes'> = {}) => {
        const { notes } = await listNotes(database, 'demo', noteOperations.listNotes.input.parse(asked));
        return notes.map(({ id }) => id);
      };

      await write({
        about: 'execution',
        id: 'e1',
        text: 'Thin <b>book</b>',
        tags: ['Late', 'thin-book', 'late'],
      });
      await write({ about: 'execution', id: 'e2', text: 'as planned' });
      await write({ about: 'run', id: 'run-1f', tags: ['late'] });
      expect(await found()).toEqual(['run-1f', 'e2', 'e1']);
      expect(await found({ tag: 'late', about: 'execution' })).toEqual(['e1']);
      expect(await found({ contains: 'THIN book' })).toEqual(['e1']);
      await write({ about: 'execution', id: 'e2' });
      expect(await found({ about: 'execution' })).toEqual(['e1']);
      // Two windows that began with the same note: the later one is refused, and may write upon what is there.
      const first = await write({ about: 'execution', id: 'e3', text: 'mine', basedOnUs: null });
      const mineUs = first.note?.changedUs ?? 0;
      nowUs = DAY;
      const { revision } = desk;
      const [second, late] = await Promise.allSettled([
        write({ about: 'execution', id: 'e3', text: 'theirs', basedOnUs: mineUs }),
        write({ about: 'execution', id: 'e3', text: 'late', basedOnUs: mineUs }),
      ]);
      expect(second).toMatchObject({ value: { note: { text: 'theirs', changedUs: mineUs + 1 } } });
      expect(late).toMatchObject({ reason: { problem: { code: 'note-changed', field: 'basedOnUs' } } });
      await expect(write({ about: 'execution', id: 'e3', basedOnUs: null })).rejects.toThrow('wrote another');
      expect(desk.revision).not.toBe(revision);
      await write({ about: 'execution', id: 'e3', basedOnUs: mineUs + 1 });
      await expect(write({ about: 'execution', id: 'e3', text: 'x', basedOnUs: mineUs + 1 })).rejects.toThrow(
        'removed meanwhile',
      );
      await expect(write({ about: 'execution', id: 'e9', text: 'x' })).rejects.toThrow('is no execution');
      await expect(write({ about: 'run', id: '../run-1f', text: 'x' })).rejects.toThrow('is no stored run');
      expect(() =>
        noteOperations.setNote.input.parse({ about: 'run', id: 'r', tags: ['two words'] }),
      ).toThrow();

      const { report, text } = await dayReport(
        { database, profile: 'demo', homeAsset: 'USD', nowUs: NOW_US },
        '2026-11-30',
      );
      expect(report).toMatchObject({ found: 3, taken: 1, executions: 2, notes: 2, isCut: false });
      expect(report.profitHome).toBe('0.3000000000000000001');
      expect(report.decisions).toMatchObject([
        { decision: 'no-balance', opportunities: 2, promised: [{ asset: 'USD', amount: 0.5 }] },
        { decision: 'taken', opportunities: 1 },
      ]);
      expect(text).toContain('No balance');
      expect(text).not.toContain('no-balance');
      expect(text).toContain('Thin &lt;b&gt;book&lt;/b&gt;');
      expect(text).not.toContain('<b>');
      expect(text).toContain('Max. position: 5 → 4 %');
      expect(text).not.toContain('maxPositionPct');
      expect(text).toContain('Watchdog lost');
      expect(text).not.toContain('watchdogLost');
      const empty = await dayReport(
        { database, profile: 'demo', homeAsset: 'USD', nowUs: NOW_US },
        '2026-12-24',
      );
      expect(empty.report).toMatchObject({ found: 0, executions: 0, profitHome: '0' });
      expect(empty.text).toContain('Nothing was traded.');
      await journal.close();
      await database.close();
    },
  );
});

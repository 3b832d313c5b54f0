/** What was written down about a row, as a column: sorted, filtered and saved like any other. */
import { useMemo } from 'react';
import { CutText } from '../../components/cut-text.tsx';
import type { Column } from '../../components/table-column.ts';
import type { ExecutionRecord } from '../../../src-engine/domain/event.ts';
import { noteKey, noteText, useNotes } from './use-notes.ts';

/** The columns of a table of executions with their notes at the end. */
export function useNotedColumns(
  columns: readonly Column<ExecutionRecord>[],
): readonly Column<ExecutionRecord>[] {
  const notes = useNotes();
  return useMemo(() => {
    const textOf = ({ executionId }: ExecutionRecord): string =>
      noteText(notes.get(noteKey('execution', executionId)));
    const column: Column<ExecutionRecord> = {
      id: 'note',
      title: 'Note',
      hint: 'Tags and note; written in the story of the execution',
      track: 'minmax(60px, 0.6fr)',
      fromWidth: 640,
      value: textOf,
      cell: (row) => <CutText text={textOf(row)} />,
    };
    return [...columns, column];
  }, [columns, notes]);
}

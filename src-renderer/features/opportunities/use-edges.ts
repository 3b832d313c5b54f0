/** What the engine counts of each cycle and route since midnight UTC, by its key. */
import { useMemo } from 'react';
import type { EdgeRow } from '../../../src-engine/contract/edge-operations.ts';
import { useSession } from '../../engine/use-session.ts';
import { useTicking } from '../../lib/ticker.ts';
import { cycleKey } from '../../workspace/followed.ts';
import { useAnswer } from '../lab/use-answer.ts';

/** It reads the database: six times a minute, and only while visible. */
const EVERY_US = 10_000_000;
const DAY_US = 86_400_000_000;

export type Edges = ReadonlyMap<string, EdgeRow>;
const NO_ROWS: readonly EdgeRow[] = [];

export function useEdges(): Edges {
  const session = useSession();
  const round = useTicking(() => Math.floor(session.nowUs() / EVERY_US));
  const day = useTicking(() => Math.floor(session.nowUs() / DAY_US));
  const rows = useAnswer('getEdges', { fromUs: day * DAY_US }, round).data?.rows ?? NO_ROWS;
  return useMemo(() => new Map(rows.map((row) => [cycleKey(row), row])), [rows]);
}

import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession, useSessionState } from '../../engine/use-session.ts';
import { problemOf, type Session } from '../../engine/session.ts';

/** Rows of one page, and most rows of a list. */
export const PAGE = 200;
export const MAX_ROWS = 20_000;
/** The newest page is asked for again this often while the panel is visible. */
const AGAIN_MS = 2_000;

/** How a list is read. The same object for as long as the list is the same. */
export type Pages<Row> = {
  readonly load: (client: Session['client'], page: { limit: number; beforeUs?: number }) => Promise<Row[]>;
  /** Of the order in which the list is sent. */
  readonly timeOf: (row: Row) => number;
  readonly keyOf: (row: Row) => string;
};

type Kept<Row> = {
  readonly rows: readonly Row[];
  readonly hasOlder: boolean;
  readonly loadedMs: number | null;
};

/** The newest page with what came since, and older pages as they are asked for. */
export function usePages<Row>(pages: Pages<Row>) {
  const session = useSession();
  const isOpen = useSessionState(({ connection }) => connection.phase === 'open');
  const [kept, setKept] = useState<Kept<Row>>({ rows: [], hasOlder: false, loadedMs: null });
  const [isLoading, setLoading] = useState(false);
  const latest = useRef(kept);
  useEffect(() => {
    latest.current = kept;
  }, [kept]);

  useEffect(() => {
    if (!isOpen) return;
    let over = false;
    const ask = () => {
      pages.load(session.client, { limit: PAGE }).then(
        (rows) => !over && setKept((before) => merged(before, rows, pages)),
        // The banner says that the engine does not answer; what is shown keeps its age.
        () => undefined,
      );
    };
    ask();
    const timer = setInterval(ask, AGAIN_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [session, pages, isOpen]);

  const loadOlder = useCallback(() => {
    const last = latest.current.rows.at(-1);
    if (last === undefined) return;
    setLoading(true);
    void pages
      .load(session.client, { limit: PAGE, beforeUs: pages.timeOf(last) })
      .then((older) =>
        setKept((before) => ({
          ...before,
          rows: [...before.rows, ...older].slice(0, MAX_ROWS),
          hasOlder: older.length >= PAGE && before.rows.length + older.length < MAX_ROWS,
        })),
      )
      .catch((error: unknown) => session.showProblem('Older rows could not be loaded', problemOf(error)))
      .finally(() => setLoading(false));
  }, [session, pages]);

  return { ...kept, isLoading, loadOlder };
}

/** The newest page over what was there: rows that changed are replaced, new ones come first. */
export function merged<Row>(before: Kept<Row>, newest: readonly Row[], pages: Pages<Row>): Kept<Row> {
  const loadedMs = performance.now();
  if (before.rows.length === 0) return { rows: newest, hasOlder: newest.length >= PAGE, loadedMs };
  const keys = new Set(newest.map((row) => pages.keyOf(row)));
  const oldestUs = newest.length === 0 ? 0 : pages.timeOf(newest.at(-1) as Row);
  const meets = before.rows.some((row) => keys.has(pages.keyOf(row)));
  // More has come than one page holds: what was there is no longer next to it.
  if (!meets) return { rows: newest, hasOlder: newest.length >= PAGE, loadedMs };
  const rest = before.rows.filter((row) => !keys.has(pages.keyOf(row)) && pages.timeOf(row) <= oldestUs);
  return { rows: [...newest, ...rest].slice(0, MAX_ROWS), hasOlder: before.hasOlder, loadedMs };
}

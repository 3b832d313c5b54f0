import { useCallback, useEffect, useMemo, useState } from 'react';
import { type LogLevel, type LogLine, MAX_LOG_LINES } from '../../../src-engine/contract/log-operations.ts';
import { problemOf } from '../../engine/session.ts';
import { useSession } from '../../engine/use-session.ts';

/** Lines that are followed, and lines of one page of older ones. */
const FOLLOWED = 200;
const PAGE = 500;

type Kept = { readonly lines: readonly LogLine[]; readonly kept: number; readonly hasOlder: boolean };
const NOTHING: Kept = { lines: [], kept: 0, hasOlder: false };

/** Lines that fit, newest first: followed as they come, or held still with older ones by page. */
export function useLogs(level: LogLevel, search: string, isFollowing: boolean) {
  const session = useSession();
  const params = useMemo(() => ({ level, search, limit: FOLLOWED }), [level, search]);
  const [held, setHeld] = useState<Kept>(NOTHING);
  const [isLoading, setLoading] = useState(false);
  useEffect(() => {
    if (!isFollowing) return;
    return session.client.subscribe('logs', params, ({ kept, lines }) =>
      setHeld({ lines, kept, hasOlder: lines.length >= FOLLOWED }),
    );
  }, [session, params, isFollowing]);

  const loadOlder = useCallback(() => {
    const last = held.lines.at(-1);
    if (last === undefined) return;
    setLoading(true);
    void session.client
      .call('listLogs', { level, search, limit: PAGE, beforeSeq: last.seq })
      .then(({ kept, lines }) =>
        setHeld((before) => ({
          kept,
          lines: [...before.lines, ...lines].slice(0, MAX_LOG_LINES),
          hasOlder: lines.length >= PAGE,
        })),
      )
      .catch((error: unknown) => session.showProblem('Older lines could not be loaded', problemOf(error)))
      .finally(() => setLoading(false));
  }, [session, held, level, search]);

  return { ...held, params, isLoading, loadOlder };
}

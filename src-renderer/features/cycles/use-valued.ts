import { useEffect, useMemo, useState } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { type Triangle, trianglesOf, type Valued, valueOf } from './triangles.ts';

/** All are valued again this often while the panel is shown: faster than figures can be read. */
const PERIOD_MS = 500;
const NONE: readonly InstrumentRecord[] = [];

/** Every triangle with what it pays now, best first; those that cannot be valued are counted. */
export function useValued(): {
  readonly triangles: readonly Triangle[];
  readonly valued: readonly Valued[];
} {
  const { quotes } = useSession();
  const instruments = useReplica((replica) => replica.instruments) ?? NONE;
  const triangles = useMemo(() => trianglesOf(instruments), [instruments]);
  const [valued, setValued] = useState<readonly Valued[]>([]);
  useEffect(() => {
    const look = () => {
      const nowMs = performance.now();
      const ageMsOf = (id: number): number | null => {
        const us = quotes.ageUs(id, nowMs);
        return us === null ? null : us / 1_000;
      };
      const values = triangles.flatMap(
        (triangle) => valueOf(triangle, (id) => quotes.get(id), ageMsOf) ?? [],
      );
      setValued(values.sort((a, b) => b.netBps - a.netBps));
    };
    const timer = setInterval(look, PERIOD_MS);
    const first = requestAnimationFrame(look);
    return () => {
      clearInterval(timer);
      cancelAnimationFrame(first);
    };
  }, [quotes, triangles]);
  return { triangles, valued };
}

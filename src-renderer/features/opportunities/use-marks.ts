/** What the engine marks each asset at, in the home currency. */
import { useMemo, useRef } from 'react';
import { useReplica } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import type { Marks } from './board-columns.tsx';

const NOTHING = {};

export function useMarks(): { readonly homeAsset: string; readonly marks: Marks } {
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? '';
  const positions = useView('positions', NOTHING)?.positions;
  const kept = useRef<{ readonly text: string; readonly marks: Marks }>({ text: '', marks: new Map() });
  return useMemo(() => {
    // To four figures: a mark that moves in its last digits makes no other board.
    const marks = (positions ?? []).flatMap(({ asset, mark }): [string, string][] =>
      mark === null ? [] : [[asset, String(Number(Number(mark).toPrecision(4)))]],
    );
    const text = JSON.stringify(marks);
    if (text !== kept.current.text) kept.current = { text, marks: new Map(marks) };
    return { homeAsset, marks: kept.current.marks };
  }, [homeAsset, positions]);
}

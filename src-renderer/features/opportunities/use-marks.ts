/** What the engine marks each asset at, in the home currency. */
import { useMemo } from 'react';
import { useReplica } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import type { Marks } from './board-columns.tsx';

const NOTHING = {};

export function useMarks(): { readonly homeAsset: string; readonly marks: Marks } {
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? '';
  const positions = useView('positions', NOTHING)?.positions;
  // To four figures, as one text: a mark that moves in its last digits makes no other board.
  const text = JSON.stringify(
    (positions ?? []).flatMap(({ asset, mark }) =>
      mark === null ? [] : [[asset, String(Number(Number(mark).toPrecision(4)))]],
    ),
  );
  return useMemo(
    () => ({ homeAsset, marks: new Map(JSON.parse(text) as [string, string][]) }),
    [homeAsset, text],
  );
}

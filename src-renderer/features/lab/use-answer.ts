/** What the engine answers to a question, asked again when the question or the connection changes. */
import { useCallback, useEffect, useState } from 'react';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
} from '../../../src-engine/contract/operations.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { problemOf } from '../../engine/session.ts';
import { useSession, useSessionState } from '../../engine/use-session.ts';

export type Answer<T> = {
  /** The last answer to this question; undefined before the first. */
  readonly data: T | undefined;
  readonly problem: Problem | null;
  readonly asking: boolean;
  readonly again: () => void;
};

type Kept<T> = { readonly key: string; readonly data: T | undefined; readonly problem: Problem | null };

/** Reading a long run takes its time, on a busy machine too. */
const TIMEOUT_MS = 60_000;

/** @param input null: nothing to ask yet. @param version asked again when it is another one. */
export function useAnswer<N extends OperationName>(
  op: N,
  input: OperationInput<N> | null,
  version: number | string = '',
): Answer<OperationOutput<N>> {
  const { client } = useSession();
  const isOpen = useSessionState(({ connection }) => connection.phase === 'open');
  const [count, setCount] = useState(0);
  const [kept, setKept] = useState<Kept<OperationOutput<N>>>({ key: '', data: undefined, problem: null });
  const round = `${count} ${version}`;
  const key = input === null ? '' : JSON.stringify(input);
  useEffect(() => {
    if (key === '' || !isOpen) return;
    let isCurrent = true;
    client.call(op, JSON.parse(key) as OperationInput<N>, TIMEOUT_MS).then(
      (data) => {
        if (isCurrent) setKept({ key: `${key}#${round}`, data, problem: null });
      },
      (error: unknown) => {
        if (isCurrent) setKept({ key: `${key}#${round}`, data: undefined, problem: problemOf(error) });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [client, op, key, isOpen, round]);
  const again = useCallback(() => setCount((before) => before + 1), []);
  // An answer to another question is not an answer; while it is asked again the last one stays.
  const fits = key !== '' && kept.key.startsWith(`${key}#`);
  return {
    data: fits ? kept.data : undefined,
    problem: fits ? kept.problem : null,
    asking: key !== '' && isOpen && kept.key !== `${key}#${round}`,
    again,
  };
}

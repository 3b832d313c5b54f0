import type { Clock } from './clock.ts';

/** What `work` resolves to, or `late` when that takes longer than `us` microseconds; the work goes on. @throws what `work` does in time. */
export async function within<T, L>(clock: Clock, us: number, work: Promise<T>, late: L): Promise<T | L> {
  let stopWaiting: () => void = () => undefined;
  const bound = new Promise<L>((resolve) => {
    stopWaiting = clock.schedule(clock.nowUs() + us, () => resolve(late));
  });
  try {
    return await Promise.race([work, bound]);
  } finally {
    stopWaiting();
    // What fails later is told by whoever does the work.
    work.catch(() => undefined);
  }
}

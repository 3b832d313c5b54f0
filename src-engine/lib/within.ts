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
    // A later failure is reported where the work is done.
    work.catch(() => undefined);
  }
}

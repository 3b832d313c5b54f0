/** Cancels all orders of an account over REST, and asks until the venue shows that none is open. */
import type { Clock } from '../lib/clock.ts';
import { type EmergencyCancel, PartlyCanceled } from '../venues/venue-account.ts';

/** What left the engine before it fell silent may arrive after the first cancel: the cancel is repeated after this. */
const SETTLE_US = 2_000_000;
const RETRY_US = { first: 500_000, most: 15_000_000 } as const;
/** Beyond it, a cancel could hit other orders. */
const GIVE_UP_US = 3_600_000_000;

export type Progress = {
  readonly canceled: number;
  readonly attempts: number;
  readonly verified: boolean;
  readonly problem: string;
};

export type CancelAccountOptions = {
  readonly venue: Pick<EmergencyCancel, 'cancelAll' | 'countOpen'>;
  readonly clock: Clock;
  /** Why it must not go on; empty: it may. Asked before every cancel. */
  readonly stopReason: () => string;
  /** Called after every try. */
  readonly onProgress: (progress: Progress) => void;
};

/** Resolves with how it ended. Never throws: what went wrong is in `problem`. */
export async function cancelAccount({ venue, clock, ...options }: CancelAccountOptions): Promise<Progress> {
  const startUs = clock.nowUs();
  const progress = { canceled: 0, attempts: 0, verified: false, problem: '' };
  let wasEmpty = false;
  let retryUs: number = RETRY_US.first;
  for (;;) {
    const stopped = clock.nowUs() - startUs > GIVE_UP_US ? 'given up after an hour' : options.stopReason();
    if (stopped !== '') return { ...progress, problem: stopped };
    progress.attempts++;
    let waitUs = SETTLE_US;
    try {
      progress.canceled += await venue.cancelAll();
      const open = await venue.countOpen();
      progress.verified = open === 0 && wasEmpty;
      progress.problem = open === 0 ? '' : `${open} orders are open`;
      wasEmpty = open === 0;
      retryUs = RETRY_US.first;
      if (open > 0) waitUs = retryUs;
    } catch (error) {
      wasEmpty = false;
      if (error instanceof PartlyCanceled) progress.canceled += error.canceled;
      progress.problem = error instanceof Error ? error.message : String(error);
      waitUs = retryUs;
      retryUs = Math.min(retryUs * 2, RETRY_US.most);
    }
    options.onProgress({ ...progress });
    if (progress.verified) return progress;
    await new Promise<void>((resolve) => clock.schedule(clock.nowUs() + waitUs, resolve));
  }
}

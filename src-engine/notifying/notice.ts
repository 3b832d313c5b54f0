/** One message to people outside the window, before any channel has put it into its own form. */
import type { AlertSeverity } from '../contract/alert-records.ts';

export type Notice = {
  /** The same one again has the same id: receivers may drop what they have. */
  readonly id: string;
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly detail: string;
  readonly venue: string;
  readonly symbol: string;
  readonly atUs: number;
  /** What trades: `demo`, `plan-3`; and whether its market is simulated. */
  readonly profile: string;
  readonly isSimulated: boolean;
};

/** What became of a try. */
export type Sent =
  | { readonly kind: 'delivered' }
  /** It may arrive later: after so many milliseconds where the other side says so. */
  | { readonly kind: 'again'; readonly reason: string; readonly afterMs?: number | undefined }
  /** It never will: wrong token, wrong address. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Never rejects, and ends within its own bound of time. */
export type Send = (notice: Notice) => Promise<Sent>;

/** What a kill did at each venue: those of the session, and those that were canceled over REST beside it. */
import type { KillVenue } from '../../contract/venue-records.ts';
import type { VenueName } from '../../domain/ids.ts';
import type { CancelProgress, KillWithoutSession } from './kill-without-session.ts';
import type { TradingSession } from '../trading-session.ts';

type Loose = Pick<KillWithoutSession, 'isOn' | 'progress' | 'problem' | 'verifiedOpenOrders'>;

export type KillStanding = {
  readonly killed: boolean;
  /** Undefined until every venue has answered. */
  readonly verifiedOpenOrders: number | undefined;
  /** Why it is not known that nothing is open; empty: nothing went wrong. */
  readonly problem: string;
  readonly venues: readonly KillVenue[];
};

/** Accounts and simulated venues to which the kernel of the session sends its cancels. */
export function heldVenues({ parts }: TradingSession): ReadonlySet<VenueName> {
  return new Set(parts.kernel.killSwitch.venues);
}

/** True where the plan has accounts that the session does not hold. */
export function lacksAccounts({ parts }: TradingSession): boolean {
  const isOfAccounts = parts.kernel.armings.isNeeded;
  const isMissing = parts.connections.some(({ missing }) => missing !== undefined);
  return isOfAccounts && (isMissing || parts.unreached.length > 0);
}

export function killStanding(session: TradingSession | undefined, loose: Loose): KillStanding {
  const beside = (loose.isOn ? (loose.progress ?? []) : []).map(besideOf);
  if (session === undefined) {
    const { isOn: killed, verifiedOpenOrders, problem } = loose;
    return { killed, verifiedOpenOrders, problem, venues: beside };
  }
  const { killSwitch } = session.parts.kernel;
  if (!killSwitch.isOn) return { killed: false, verifiedOpenOrders: undefined, problem: '', venues: [] };
  const held = heldVenues(session);
  const own = [...held].map(
    (venue): KillVenue => ({
      venue,
      title: session.connection(venue).market.title,
      openOrders: killSwitch.shownBy(venue) ?? null,
      problem: killSwitch.problemOf(venue),
    }),
  );
  const others = beside.filter(({ venue }) => !held.has(venue));
  const isWaited = lacksAccounts(session) && loose.isOn && loose.progress === undefined;
  const counts = [...own, ...others].map(({ openOrders }) => openOrders ?? undefined);
  const isKnown = !isWaited && counts.every((count) => count !== undefined);
  const problems = [killSwitch.problem, ...others.map(named)].filter((text) => text !== '');
  return {
    killed: true,
    verifiedOpenOrders: isKnown ? counts.reduce((sum, count) => sum + count, 0) : undefined,
    problem: problems.join('; '),
    venues: [...own, ...others],
  };
}

function besideOf({ venue, title, verified, problem }: CancelProgress): KillVenue {
  return { venue, title, openOrders: verified ? 0 : null, problem: verified ? '' : problem };
}

function named({ title, problem }: KillVenue): string {
  return problem === '' ? '' : `${title}: ${problem}`;
}

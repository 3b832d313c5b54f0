/** How each venue of a session stands: its market data, its books, its clock, its fees, and the account there. */
import type { EngineStatus } from '../../contract/records.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { VenueName } from '../../domain/ids.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { TradingSession } from '../trading-session.ts';
import type { VenueClock } from './venue-clock.ts';
import type { VenueConnection } from './venue-connection.ts';

/** Most pairs that are named in a status. */
const MAX_NAMED = 20;

type Standing = EngineStatus['feeds'][number];
type LeftOut = { readonly name: string; readonly reason: string };

export function venueStandings(
  { parts: { kernel, connections }, clocks, listings }: Pick<TradingSession, 'parts' | 'clocks' | 'listings'>,
  nowUs: number,
): Standing[] {
  return [...kernel.feeds].map(([venue, feed]) => {
    const connection = connections.find(({ market }) => market.venue === venue);
    const market = connection?.market;
    const counts = { live: 0, syncing: 0, stale: 0 };
    for (const instrument of kernel.config.instruments) {
      if (instrument.venue === venue) counts[kernel.store.sync(instrument.id).state]++;
    }
    const { lastFault } = feed;
    const joining = listings.joining(venue);
    return {
      venue,
      adapter: market?.adapter ?? venue,
      title: market?.title ?? venue,
      isSimulated: market?.isSimulated === true,
      weaker: market?.weaker ?? '',
      blocker: kernel.blockers.of(venue) ?? null,
      haltedFor: kernel.halts.ofVenues.get(venue) ?? '',
      watchedFor: connection?.missing?.reason ?? '',
      state: feed.state,
      isByRest: feed.isByRest,
      venueStatus: feed.venueStatus,
      reason: feed.reason,
      dataAgeUs: feed.lastDataUs === 0 ? null : nowUs - feed.lastDataUs,
      aliveAgeUs: feed.lastAliveUs === 0 ? null : nowUs - feed.lastAliveUs,
      booksLive: counts.live,
      booksSyncing: counts.syncing,
      booksStale: counts.stale,
      messages: feed.messages,
      checksumMismatches: feed.mismatches,
      notTraded: notTradedOf(kernel, venue, market?.leftOut ?? []),
      joining: { count: joining.length, named: joining.slice(0, MAX_NAMED) },
      lastFault: lastFault === undefined ? null : { reason: lastFault.reason, ageUs: nowUs - lastFault.atUs },
      clock: clockOf(clocks.get(venue), connection?.account, nowUs),
      takerFees: takerFeesOf(kernel, venue),
      account: accountOf(connection?.account),
    };
  });
}

/** Left out of the venue's list, stopped since, or without a known fee. */
function notTradedOf(kernel: Kernel, venue: VenueName, leftOut: readonly LeftOut[]): Standing['notTraded'] {
  const stopped = kernel.config.instruments.flatMap((instrument): LeftOut[] => {
    if (instrument.venue !== venue) return [];
    const { symbol: name, stoppedFor, takerFee } = instrument;
    if (stoppedFor !== '') return [{ name, reason: stoppedFor }];
    return takerFee === undefined ? [{ name, reason: 'its fee is unknown' }] : [];
  });
  const all = [...stopped, ...leftOut];
  return { count: all.length, named: all.slice(0, MAX_NAMED) };
}

/** An account hears the venue's clock with every answer: its measure is the better one. */
function clockOf(
  clock: VenueClock | undefined,
  account: VenueConnection['account'],
  nowUs: number,
): Standing['clock'] {
  const reading = clock?.reading;
  if (reading === undefined) return null;
  const { roundTripUs, atUs } = reading;
  const { skewUs, errorUs } = account?.clockSkew() ?? reading;
  return { roundTripUs, skewUs, errorUs, ageUs: nowUs - atUs };
}

function takerFeesOf(kernel: Kernel, venue: VenueName): Standing['takerFees'] {
  let least: Decimal | undefined;
  let most: Decimal | undefined;
  const bases = new Set<string>();
  for (const { venue: own, takerFee: fee, feeBasis } of kernel.config.instruments) {
    if (own !== venue || fee === undefined) continue;
    if (least === undefined || fee.lt(least)) least = fee;
    if (most === undefined || fee.gt(most)) most = fee;
    bases.add(feeBasis);
  }
  return least === undefined || most === undefined
    ? null
    : { least: least.toFixed(), most: most.toFixed(), bases: [...bases].toSorted() };
}

function accountOf(account: VenueConnection['account']): Standing['account'] {
  return account === undefined
    ? null
    : { permissions: [...account.permissions], limits: account.limitsUsed().map((limit) => ({ ...limit })) };
}

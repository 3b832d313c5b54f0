/** What a run plan may be, and what follows from it: its mode, the names of its venues, the adapters that it needs. */
import type { PlanVenue, RunPlan } from '../contract/plan-records.ts';
import type { PlanMode } from '../contract/records.ts';
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { ChosenProfile } from '../engine/controls.ts';
import { FACES } from '../venues/local-exchange/face-names.ts';
import { faceOf, localName, venueList } from '../venues/registry.ts';
import type { VenueAdapter } from '../venues/venue-adapter.ts';

/** A profile that is to run, with its plan as it stands. */
export type PlannedRun = ChosenProfile & {
  readonly plan: RunPlan;
  /** In the order of the plan. */
  readonly adapters: readonly VenueAdapter[];
};

type Kind = Pick<PlanVenue, 'market' | 'execution'>;

/** A plan is of one kind at all of its venues: its mode says which. */
export const KIND_OF: Readonly<Record<PlanMode, Kind>> = {
  demo: { market: 'local', execution: 'simulated' },
  paper: { market: 'live', execution: 'simulated' },
  rehearsal: { market: 'local', execution: 'account' },
  live: { market: 'live', execution: 'account' },
};

export const MODES: readonly PlanMode[] = ['demo', 'paper', 'rehearsal', 'live'];

/** Orders go to accounts. */
export const isOfAccounts = (mode: PlanMode): boolean => KIND_OF[mode].execution === 'account';

/** The market is made on this machine. */
export const isOfLocalMarkets = (mode: PlanMode): boolean => KIND_OF[mode].market === 'local';

/** The name that a venue appears under in a plan of this mode. */
export function nameInMode(mode: PlanMode, adapter: VenueAdapter): VenueName {
  return isOfLocalMarkets(mode) ? localName(adapter) : adapter.id;
}

/** The same kind at all of these venues. */
export function venuesOf(mode: PlanMode, ids: readonly VenueName[]): PlanVenue[] {
  return ids.map((venue) => ({ venue, ...KIND_OF[mode] }));
}

const KIND_WORDS: Readonly<Record<PlanVenue['market'], string>> = {
  live: 'its live market',
  local: 'a local exchange',
};

function words({ venue, market, execution }: PlanVenue): string {
  return `${venue} at ${KIND_WORDS[market]} with ${execution === 'account' ? 'an account' : 'simulated orders'}`;
}

/** The mode of a plan that was checked when it was stored. */
export function modeLike({ market, execution }: PlanVenue): PlanMode {
  const found = MODES.find(
    (mode) => KIND_OF[mode].market === market && KIND_OF[mode].execution === execution,
  );
  if (found === undefined) throw new Error(`no mode has ${market} markets and ${execution} orders`);
  return found;
}

/**
 * The mode of a plan of these venues. One plan is real as a whole or simulated as a whole: where both stood side by side, what is
 * simulated could be taken for real.
 * @throws UserError for a venue that is not known, named twice or cannot be traded so, and for venues of different kinds.
 */
export function modeOfVenues(venues: readonly PlanVenue[]): PlanMode {
  const adapters = venueList(
    venues.map(({ venue }) => venue),
    'venues',
  );
  const [first] = venues;
  const other = venues.find(
    ({ market, execution }) => market !== first?.market || execution !== first.execution,
  );
  if (first === undefined || other !== undefined) {
    throw new UserError({
      code: 'mixed-plan',
      field: 'venues',
      value: [first, other].flatMap((one) => (one === undefined ? [] : [words(one)])).join(', and '),
      message: 'are not of one kind',
      remedy:
        'Make a plan for each: a plan is live or local as a whole, and with accounts or simulated as a whole.',
    });
  }
  const mode = modeLike(first);
  for (const adapter of adapters) {
    const { title, account } = adapter;
    if (isOfAccounts(mode) && account === undefined)
      throw refusedVenue(title, 'can be watched, and not traded yet', 'Trade it with simulated orders.');
    const { rehearsedOnly } = account ?? {};
    if (mode === 'live' && rehearsedOnly !== undefined)
      throw refusedVenue(title, rehearsedOnly.message, rehearsedOnly.remedy);
    if (!isOfLocalMarkets(mode) || faceOf(adapter) !== undefined) continue;
    if (adapter.localChain === undefined)
      throw refusedVenue(title, 'has no local exchange', `Simulate ${FACES.join(' or ')}.`);
    if (mode !== 'rehearsal')
      throw refusedVenue(title, 'is rehearsed on a local chain, with an account', 'Trade it in a rehearsal.');
  }
  return mode;
}

function refusedVenue(value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-venues', field: 'venues', value, message, remedy });
}

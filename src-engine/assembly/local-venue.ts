/** The local exchange in place of a venue: one that runs already, or one of the session's own. */
import { type PlanMode, THREE_EXCHANGES } from '../contract/records.ts';
import { DEFAULT_CAPITAL } from '../domain/default-capital.ts';
import { UserError } from '../domain/errors.ts';
import { venueOfAsset, assetName } from '../domain/venue-asset.ts';
import { latestBalances, placeOfBare } from '../storage/queries/account.ts';
import type { FeeSchedule } from '../venues/local-exchange/core/pair.ts';
import {
  FACE_ACCOUNTS,
  FACE_CASH,
  FACES,
  type FaceName,
  seedOfExchange,
} from '../venues/local-exchange/face-names.ts';
import { DEFAULT_VENUE, faceOf, localName } from '../venues/registry.ts';
import type { WorkerOptions } from '../venues/local-exchange/worker.ts';
import type { VenueAdapter } from '../venues/venue-adapter.ts';
import { attachDemoExchange, type DemoExchange, startDemoExchange } from './demo-exchange.ts';
import { attachedExchange } from './attached-exchange.ts';
import type { PlannedRun } from './run-plan.ts';
import type { VenueOptions } from './venue-options.ts';

/** How much later each simulated venue sees what assets are worth than the one before, and how far its prices stray, in bps. */
const VENUE_LAG_MS = 120;
const VENUE_NOISE_BPS = 1;
/** Mean seconds from one outage of a venue to the next in the demo of three exchanges. */
const OUTAGE_SECONDS = 240;

const feesOfDemo = (face: FaceName): FeeSchedule => (face === faceOf(DEFAULT_VENUE) ? 'demo' : 'real');

/** @param like the venue whose protocol it speaks, where there are several. */
export function simulatedTitle(isDemo: boolean, like: string | undefined): string {
  if (like !== undefined) return `Simulated ${like}`;
  return isDemo ? 'Demo market (simulated)' : 'Local exchange (simulated)';
}

/** Of pools in a rehearsal. */
export function chainTitle(title: string): string {
  return `${title} on the local chain`;
}

/** One that runs already, or one of our own: a rehearsal's account begins with what its ledger holds. */
export async function localExchange(
  adapter: VenueAdapter,
  isOneOfMany: boolean,
  chosen: PlannedRun,
  options: VenueOptions,
): Promise<DemoExchange> {
  const { edgeSeconds, database } = options;
  const exchangeUrl = attachedExchange(options.exchangeUrl, adapter);
  const face = requiredFace(adapter);
  if (exchangeUrl !== undefined && edgeSeconds !== undefined) {
    throw new UserError({
      code: 'bad-option',
      field: '--edge-seconds',
      value: String(edgeSeconds),
      message: 'is given together with --exchange, whose market is made elsewhere',
      remedy: 'Give --edge-seconds to the exchange command instead.',
    });
  }
  if (exchangeUrl !== undefined) return attachDemoExchange(exchangeUrl);
  const own = ownExchange(face, isOneOfMany, chosen, options);
  if (chosen.plan.mode === 'demo') return startDemoExchange(own);
  const place = await placeOfBare(database, chosen.profile);
  const held = (await latestBalances(database, chosen.profile)).filter(
    ({ asset }) => (venueOfAsset(asset) ?? place ?? localName(adapter)) === localName(adapter),
  );
  const balances =
    held.length === 0
      ? (chosen.capital ?? { [FACE_CASH[face]]: DEFAULT_CAPITAL })
      : Object.fromEntries(held.map(({ asset, total }) => [assetName(asset), total]));
  const accounts = [{ ...FACE_ACCOUNTS[face], balances }];
  return startDemoExchange({ ...own, accounts });
}

/** What an exchange of the session's own begins with, but for its accounts. */
export function ownExchange(
  face: FaceName,
  isOneOfMany: boolean,
  chosen: Pick<PlannedRun, 'profile' | 'adapters'> & { readonly plan: { readonly mode: PlanMode } },
  { seed, edgeSeconds }: Pick<VenueOptions, 'seed' | 'edgeSeconds'>,
): WorkerOptions {
  const isDemo = chosen.plan.mode === 'demo';
  if (!isOneOfMany) return { face, seed, edgeSeconds, ...(isDemo && { fees: feesOfDemo(face) }) };
  // Where a list names no fee a newcomer's is assumed: the exchange charges that, and plants edges that pay after it.
  const feesOf = (one: FaceName): FeeSchedule => (isDemo ? feesOfDemo(one) : 'demo');
  const index = FACES.indexOf(face);
  return {
    face,
    // A crowd, noise and outages of its own: two exchanges with one seed would fail in the same moment.
    seed: seedOfExchange(seed, index),
    edgeSeconds,
    ...(isDemo && { fees: feesOf(face) }),
    ...(chosen.profile === THREE_EXCHANGES && { outageSeconds: OUTAGE_SECONDS }),
    // They share a market: prices of one coin move together, each later than the one before.
    market: {
      seed,
      lagMs: index * VENUE_LAG_MS,
      noiseBps: VENUE_NOISE_BPS,
      // One without a face is left out of the session by itself.
      venues: chosen.adapters.flatMap((one) => {
        const venue = faceOf(one);
        return venue === undefined ? [] : [{ venue, fees: feesOf(venue) }];
      }),
    },
  };
}

/** @throws UserError for a venue whose protocol the local exchange does not speak. */
function requiredFace(adapter: VenueAdapter): FaceName {
  const face = faceOf(adapter);
  if (face !== undefined) return face;
  throw new UserError({
    code: 'no-local-exchange',
    field: 'venues',
    value: adapter.title,
    message: 'has no local exchange',
    remedy: `Simulate ${FACES.join(' or ')}, or trade it on paper.`,
  });
}

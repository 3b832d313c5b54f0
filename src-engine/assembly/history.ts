/** What the database knows of a profile that a kernel of it must begin with. */
import type { ProfileName } from '../contract/records.ts';
import { Decimal, type DecimalText, decimal, ZERO } from '../domain/decimal.ts';
import { DEFAULT_CAPITAL } from '../domain/default-capital.ts';
import type { FillRecord } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Universe } from '../domain/universe.ts';
import { assetName, venueOfAsset } from '../domain/venue-asset.ts';
import { Residuals } from '../execution/residuals.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import type { OpeningAccount } from '../portfolio/portfolio.ts';
import type { Database } from '../storage/database-types.ts';
import { latestBalances, latestEquity, placeOfBare, renameBalances } from '../storage/queries/account.ts';
import {
  fillsSince,
  isKilled,
  type LeftByExecution,
  leftByExecutions,
  listRuns,
  unfinishedFills,
} from '../storage/queries/recovery.ts';
import { latestRisk } from '../storage/queries/risk.ts';
import type { PlannedRun } from './run-plan.ts';

export const DEFAULT_HOME: Asset = 'USD';

/** Under which name the history of a live profile's simulated twin is kept. */
export const ghostProfile = (profile: ProfileName): string => `${profile}-ghost`;

/** The asset that profits are counted in: as in the profile's last run, else as its plan says, else the first of its capital. */
export async function homeAssetOf(
  database: Database,
  { profile, plan, capital }: PlannedRun,
): Promise<Asset> {
  const [last] = await listRuns(database, profile, 1);
  return last?.homeAsset ?? plan.home ?? Object.keys(capital ?? {})[0] ?? DEFAULT_HOME;
}

/** What decides with which balances a run begins. */
type Beginning = Pick<PlannedRun, 'profile' | 'capital'> & {
  readonly plan: Pick<PlannedRun['plan'], 'home'>;
};

/** What each account holds, as its venue says before the run; a venue without an account is absent. */
export type Holdings = ReadonlyMap<VenueName, OpeningAccount['balances']>;

/**
 * The account as the last run left it, and what lies at venues that the profile has not traded before: the capital at a
 * simulated one, what the venue itself shows where an account is kept, and nothing where that could not be read.
 * @param holdings of a profile that trades accounts; undefined: its venues are simulated.
 * @returns with `freshAt`, the venues of a simulated plan of several whose cash is to be split into coins, and with `joined`, which of
 * the balances lie at venues that join a profile that has traded before.
 */
export async function openingAccount(
  database: Database,
  chosen: Beginning,
  instruments: readonly Instrument[],
  universe: Universe,
  holdings?: Holdings,
): Promise<
  OpeningAccount & { readonly freshAt: readonly VenueName[]; readonly joined: OpeningAccount['balances'] }
> {
  const { profile } = chosen;
  const [first = ''] = universe.venues;
  const stored = await latestBalances(database, profile);
  const place = await placeOfBare(database, profile);
  const names = new Map(stored.map(({ asset }) => [asset, nameInRun(asset, place, universe)]));
  await renameBalances(database, profile, names, universe.isApart ? (place ?? first) : first);
  const kept = stored.map((balance) => ({ ...balance, asset: names.get(balance.asset) ?? balance.asset }));
  const isNew = (venue: VenueName): boolean => !kept.some(({ asset }) => universe.isAt(asset, venue));
  const newAt = universe.venues.filter(isNew);
  const { transfers = [] } = (await latestRisk(database, profile))?.inventory ?? {};
  // What arrived while nothing ran is found by the first look: as capital it would be counted on its way as well.
  const isArriving = (asset: Asset, venue: VenueName): boolean =>
    transfers.some((one) => one.endedUs === null && one.to === venue && one.coin === assetName(asset));
  const fresh = newAt.flatMap((venue) =>
    holdings === undefined
      ? capitalAt(venue, chosen, instruments, universe)
      : (holdings.get(venue) ?? []).filter(({ asset }) => !isArriving(asset, venue)),
  );
  // What the trader named in several assets is as the trader wants it split.
  const isOneAsset = Object.keys(chosen.capital ?? {}).length < 2;
  const isSplit = universe.venues.length > 1 && holdings === undefined && isOneAsset;
  const equity = kept.length === 0 ? undefined : await latestEquity(database, profile);
  return {
    balances: [...kept, ...fresh],
    // Those traded before too, when others join them: where nothing but cash lies it is split as well.
    freshAt: isSplit && newAt.length > 0 ? universe.venues : [],
    joined: kept.length === 0 ? [] : fresh,
    realizedPnl: equity?.realizedPnl ?? '0',
    fees: equity?.fees ?? '0',
  };
}

/** Named by the trader, at each venue that trades it; one amount alone, or the default one, is the venue's own cash elsewhere. */
function capitalAt(
  venue: VenueName,
  { capital, plan }: Beginning,
  instruments: readonly Instrument[],
  universe: Universe,
): { asset: Asset; total: DecimalText }[] {
  const named = Object.entries(capital ?? { [plan.home ?? DEFAULT_HOME]: DEFAULT_CAPITAL }).map(
    ([asset, total]) => ({
      asset: universe.at(asset, venue),
      total,
    }),
  );
  if (!universe.isApart) return named;
  const traded = new Set(instruments.flatMap(({ base, quote }) => [base, quote]));
  const here = named.filter(({ asset }) => traded.has(asset));
  const [only, ...others] = named;
  if (here.length > 0 || others.length > 0 || only === undefined) return here;
  return [{ asset: universe.cashOf(venue), total: only.total }];
}

/**
 * What a run calls an asset that an earlier one stored, when the profile had fewer venues or more.
 * @param place where it lies when its name does not say; undefined: at the run's first venue.
 */
function nameInRun(asset: Asset, place: VenueName | undefined, universe: Universe): Asset {
  const venue = venueOfAsset(asset) ?? place ?? universe.venues[0] ?? '';
  return universe.at(assetName(asset), venue);
}

export type Recovered = Pick<
  KernelConfig,
  'residuals' | 'sweptBeyond' | 'unfinishedFills' | 'abandonedFills' | 'recentFills' | 'killed' | 'risk'
>;

const DAY_US = 86_400_000_000;

/** What the runs before left unfinished. @param killed the kill switch was thrown while nothing ran. */
export async function recovered(
  database: Database,
  profile: string,
  killed: boolean,
  universe: Universe,
  nowUs: number,
): Promise<Recovered> {
  const unfinished = await unfinishedFills(database, profile);
  const inRun = (fill: FillRecord): FillRecord => ({
    ...fill,
    feeAsset: nameInRun(fill.feeAsset, fill.venue, universe),
  });
  const risk = await latestRisk(database, profile);
  const place = await placeOfBare(database, profile);
  const named = (amounts: Readonly<Record<Asset, DecimalText>>): Record<Asset, DecimalText> =>
    Object.fromEntries(
      Object.entries(amounts).map(([asset, total]) => [nameInRun(asset, place, universe), total]),
    );
  return {
    ...leftIn(await leftByExecutions(database, profile), universe),
    unfinishedFills: unfinished.lastRun.map(inRun),
    abandonedFills: unfinished.earlier.map(inRun),
    recentFills: (await fillsSince(database, profile, nowUs - DAY_US)).map(inRun),
    killed: killed || (await isKilled(database, profile)),
    risk: risk && {
      ...risk,
      opened: named(risk.opened),
      ...(risk.unpriced && { unpriced: named(risk.unpriced) }),
    },
  };
}

/** What all finished executions left and lack together, and what sweeps took that none of their records has. */
export function leftIn(
  left: readonly LeftByExecution[],
  universe: Universe,
): Required<Pick<KernelConfig, 'residuals' | 'sweptBeyond'>> {
  const ledger = new Residuals();
  const beyond = new Map<Asset, Decimal>();
  for (const { venue, asset: stored, amount: text, isTraded, isBuyBack } of left) {
    const asset = nameInRun(stored, venue, universe);
    const amount = decimal(text);
    // What it bought back was sold too long ago to be looked at: the coin is held on purpose, and nothing that is left to be sold.
    if (isBuyBack === true && ledger.owedOf(asset).isZero()) continue;
    if (isTraded && !universe.isCash(asset)) ledger.book(asset, amount);
    else {
      const most = Decimal.max(amount, ledger.of(asset).negated());
      ledger.add(asset, most);
      const rest = amount.minus(most);
      if (!rest.isZero()) beyond.set(asset, (beyond.get(asset) ?? ZERO).plus(rest));
    }
  }
  const textOf = ([asset, amount]: readonly [Asset, Decimal]) => ({ asset, amount: amount.toString() });
  return {
    residuals: [
      ...ledger.assets().map((asset) => textOf([asset, ledger.of(asset)])),
      ...ledger.owed().map(({ asset, amount }) => textOf([asset, amount.negated()])),
    ],
    sweptBeyond: [...beyond].map(textOf),
  };
}

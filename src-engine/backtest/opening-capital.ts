/** What the accounts of a backtest start with: at one venue, or at each of several. */
import { startOrder } from '../detection/pair-graph.ts';
import { assetAmong } from '../domain/asset-alias.ts';
import type { DecimalText } from '../domain/decimal.ts';
import { DEFAULT_CAPITAL } from '../domain/default-capital.ts';
import { UserError } from '../domain/errors.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { assetAt, assetName } from '../domain/venue-asset.ts';
import { amountOf, type BacktestOptions } from './options.ts';

type Opening = { readonly asset: Asset; readonly total: DecimalText };

const SHOWN_ASSETS = 20;

/**
 * The start of every account; the first asset is home. Where there are several venues each has an account of its own:
 * `balances` name it, `capital` lies at every venue that trades the asset, and without both each venue starts with the
 * default capital of the asset that most of its instruments have.
 * @param instruments of the run, its assets named with their venues where there are several.
 * @throws UserError for a venue or asset that the logs do not have, or an amount that is not a plain decimal.
 */
export function openingCapital(
  { capital, balances }: Pick<BacktestOptions, 'capital' | 'balances'>,
  instruments: readonly Instrument[],
): readonly Opening[] {
  const venues = [...new Set(instruments.map(({ venue }) => venue))];
  const isOne = venues.length < 2;
  const named = Object.entries(balances ?? {}).flatMap(([venue, assets]) =>
    Object.entries(assets).map(([asset, amount]) => ({ venue, asset, amount })),
  );
  const traded = new Map(venues.map((venue) => [venue, assetsAt(instruments, venue)]));
  const opening = (asset: Asset, venue: VenueName, total: DecimalText): Opening => ({
    asset: isOne ? asset : assetAt(asset, venue),
    total,
  });
  if (named.length > 0) {
    return named.map(({ venue, asset: code, amount }) => {
      const own = traded.get(venue);
      const asset = assetAmong(code, (each) => own?.has(each) === true);
      const name = `balances.${venue}.${code}`;
      if (own === undefined) throw bad(name, venue, 'is not a venue of these logs', venues);
      if (!own.has(asset))
        throw bad(name, asset, `is not an asset of ${venue} in these logs`, [...own].sort());
      return opening(asset, venue, amountOf(name, amount).toString());
    });
  }
  const given = Object.entries(capital ?? {});
  if (given.length === 0) {
    return venues.map((venue) => {
      const own = instruments.filter((instrument) => instrument.venue === venue);
      return { asset: startOrder(own, [])[0] ?? '', total: DEFAULT_CAPITAL };
    });
  }
  return given.flatMap(([code, amount]) => {
    const asset = assetAmong(code, (each) => venues.some((venue) => traded.get(venue)?.has(each) === true));
    const where = venues.filter((venue) => traded.get(venue)?.has(asset) === true);
    if (where.length === 0) {
      const all = new Set([...traded.values()].flatMap((assets) => [...assets]));
      throw bad('capital', asset, 'is not an asset of these logs', [...all].sort());
    }
    const total = amountOf(`capital ${asset}`, amount).toString();
    return where.map((venue) => opening(asset, venue, total));
  });
}

function assetsAt(instruments: readonly Instrument[], venue: VenueName): ReadonlySet<Asset> {
  const own = instruments.filter((instrument) => instrument.venue === venue);
  return new Set(own.flatMap(({ base, quote }) => [assetName(base), assetName(quote)]));
}

function bad(field: string, value: string, message: string, choices: readonly string[]): UserError {
  const remedy = `Choose among ${choices.slice(0, SHOWN_ASSETS).join(', ')}.`;
  return new UserError({ code: 'bad-option', field, value, message, remedy });
}

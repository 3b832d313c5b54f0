/** Which pairs of a venue a plan watches, by the venue's list and its trades of the last 24 hours. */
import type { Asset, VenueName } from '../domain/ids.ts';
import { decimal } from '../domain/decimal.ts';
import type { Instrument, InstrumentSpec } from '../domain/instrument.ts';
import { cashAmong } from '../domain/universe.ts';
import { selectInstruments } from '../engine/market/instrument-selection.ts';
import { namedRow } from '../venues/toolkit/instrument-rows.ts';
import type { FeeSchedule, InstrumentListing, VenueAdapter, VenueContext } from '../venues/venue-adapter.ts';

/** Pairs to watch by default: the most active triangles around the home asset. */
const DEFAULT_INSTRUMENTS = 150;

/** In a code it would be taken for the venue of an asset, the next asset of a cycle, or another word. */
const IN_NO_CODE = /[@>\s\p{C}]/u;
/** In a symbol it would end the text of a request or a frame too early, or begin the next symbol. */
const IN_NO_SYMBOL = /[",\\\s\p{C}]/u;

export type SelectionPlan = {
  /** The name to appear under. */
  readonly venue: VenueName;
  readonly homeAsset: Asset;
  /** Most pairs to watch; 150 when left out. */
  readonly maxInstruments?: number | undefined;
  /**
   * Without an account's own fees: the trader's volume of the last 30 days in USD, whose tier of the published schedule is
   * taken. Undefined: an account says its fees, and what it does not say is not known.
   */
  readonly feeVolumeUsd?: number | undefined;
};

export type Selection = {
  readonly instruments: readonly Instrument[];
  readonly leftOut: InstrumentListing['leftOut'];
  /** Symbols of all pairs that can be traded, watched or not. */
  readonly online: readonly string[];
};

/** @throws UserError when no pair of the list can be read; rejects when the venue cannot be asked. */
export async function readSelection(
  adapter: VenueAdapter,
  context: VenueContext,
  { venue, homeAsset, feeVolumeUsd, maxInstruments = DEFAULT_INSTRUMENTS }: SelectionPlan,
): Promise<Selection> {
  const { instruments: all, leftOut: unread, activity } = await adapter.listActive(context);
  const odd = all.flatMap((spec) => {
    const fault = faultOf(spec);
    return fault === undefined ? [] : [namedRow(spec.symbol, fault)];
  });
  const listed = odd.length === 0 ? all : all.filter((spec) => faultOf(spec) === undefined);
  const { feeSchedule } = adapter;
  const specs =
    feeVolumeUsd === undefined ? listed : listed.map((spec) => withFee(spec, feeSchedule, feeVolumeUsd));
  const plan = { venue, homeAsset: cashAmong(specs, homeAsset), activity };
  const wanted = selectInstruments(specs, { ...plan, maxInstruments });
  const most = adapter.maxInstruments ?? wanted.length;
  const instruments =
    wanted.length <= most ? wanted : selectInstruments(specs, { ...plan, maxInstruments: most });
  const chosen = new Set(instruments.map(({ symbol }) => symbol));
  const reason = `one connection to ${adapter.title} carries ${most} pairs at most`;
  const beyond = wanted.flatMap(({ symbol: name }) => (chosen.has(name) ? [] : [{ name, reason }]));
  return {
    instruments,
    leftOut: [...unread.map(({ name, reason: why }) => namedRow(name, why)), ...odd, ...beyond],
    online: specs.flatMap(({ symbol, status }) => (status === 'online' ? [symbol] : [])),
  };
}

/** Why a run cannot call the pair by its names; undefined: it can. */
function faultOf({ symbol, base, quote }: InstrumentSpec): string | undefined {
  const [inCode] = IN_NO_CODE.exec(base + quote) ?? [];
  if (inCode !== undefined) return `its asset code contains ${JSON.stringify(inCode)}`;
  const [inSymbol] = IN_NO_SYMBOL.exec(symbol) ?? [];
  return inSymbol === undefined ? undefined : `its symbol contains ${JSON.stringify(inSymbol)}`;
}

/** The fee of a trader with this volume: by the venue's list where it has one, else by the published schedule. */
function withFee(
  spec: InstrumentSpec,
  { basis, assumed, atVolume, maker }: FeeSchedule,
  volumeUsd: number,
): InstrumentSpec {
  const { symbol, takerFee, makerFee } = spec;
  if (takerFee === undefined || takerFee === null) {
    const own = maker?.assumed(symbol, volumeUsd).toFixed();
    return { ...spec, takerFee: assumed(symbol, volumeUsd).toFixed(), makerFee: own, feeBasis: basis };
  }
  const ofTier = volumeUsd === 0 ? undefined : atVolume(decimal(takerFee), volumeUsd);
  if (ofTier === undefined) return spec;
  const listed = makerFee === undefined || makerFee === null ? undefined : decimal(makerFee);
  const own = listed && maker?.atVolume(listed, volumeUsd)?.toFixed();
  return { ...spec, takerFee: ofTier.toFixed(), makerFee: own, feeBasis: basis };
}

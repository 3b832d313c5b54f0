/** Which of a venue's instruments a session watches: those of the liveliest triangles around the home asset. */
import { enumerateCycles, startOrder } from '../../detection/pair-graph.ts';
import type { Asset, VenueName } from '../../domain/ids.ts';
import { createInstrument, type Instrument, type InstrumentSpec } from '../../domain/instrument.ts';

export type SelectionOptions = {
  readonly venue: VenueName;
  readonly homeAsset: Asset;
  /** Most instruments to watch; the venue's and the machine's bounds are far above. */
  readonly maxInstruments: number;
  /** Trades in 24 hours by symbol; what is not named counts as none. */
  readonly activity: ReadonlyMap<string, number>;
};

/**
 * Takes triangles that start at the home asset, those first whose quietest pair trades most, until the bound
 * is reached; all there are when the bound holds them. Online instruments only; ids follow the order of `specs`.
 */
export function selectInstruments(specs: readonly InstrumentSpec[], options: SelectionOptions): Instrument[] {
  const { venue, homeAsset, activity } = options;
  const online = specs.filter((spec) => spec.status === 'online');
  const all = online.map((spec, id) => createInstrument(spec, id, venue));
  if (all.length <= options.maxInstruments) return all;
  const cycles = enumerateCycles(all, venue, 3, startOrder(all, [homeAsset]));
  const activityOf = (id: number): number => activity.get(all[id]?.symbol ?? '') ?? 0;
  const ranked = cycles
    .filter((cycle) => cycle.path[0] === homeAsset)
    .map((cycle) => ({ cycle, quietest: Math.min(...cycle.legs.map((leg) => activityOf(leg.instrumentId))) }))
    .sort((a, b) => b.quietest - a.quietest || a.cycle.id - b.cycle.id);
  const chosen = new Set<number>();
  for (const { cycle } of ranked) {
    const ids = cycle.legs.map((leg) => leg.instrumentId).filter((id) => !chosen.has(id));
    if (chosen.size + ids.length > options.maxInstruments) continue;
    for (const id of ids) chosen.add(id);
  }
  return online.filter((_spec, id) => chosen.has(id)).map((spec, id) => createInstrument(spec, id, venue));
}

/** The instruments of a backtest: those of all its logs, each once, under the fees and minimums asked for. */
import { pairOfToday } from '../domain/asset-alias.ts';
import { type Decimal, ZERO } from '../domain/decimal.ts';
import { UserError } from '../domain/errors.ts';
import type { InstrumentId } from '../domain/ids.ts';
import { createInstrument, type Instrument, type InstrumentChange } from '../domain/instrument.ts';
import { assetAt } from '../domain/venue-asset.ts';
import type { MarketLogHeader } from '../storage/market-log-types.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import { ADAPTERS } from '../venues/registry.ts';

export type RunInstruments = {
  readonly instruments: readonly Instrument[];
  /** Per log: position in its header → id in the run. */
  readonly ids: readonly (readonly InstrumentId[])[];
};

export type InstrumentOverrides = {
  /** Taker fee of every instrument, as a fraction. */
  readonly takerFee?: Decimal | undefined;
  /** Volume of the last 30 days in USD: the fees of a venue with a published schedule are those of its tier. */
  readonly feeVolumeUsd?: number | undefined;
  /** Least order value of every instrument, in its quote asset; what asks for more keeps that. */
  readonly minNotional?: Decimal | undefined;
  /** Of several venues each has an account of its own: assets are named with their venues. */
  readonly keepsVenuesApart?: boolean | undefined;
};

/** What two logs must agree on. Not the status: it changes within the life of an instrument. */
const AGREED = [
  'base',
  'quote',
  'tickSize',
  'lotSize',
  'minQty',
  'minNotional',
  'priceDecimals',
  'qtyDecimals',
  'takerFee',
] as const satisfies readonly (keyof Instrument)[];

/**
 * Unites the instruments of several logs; one that is in more than one of them must be the same in all.
 * @throws UserError naming the log, the field and both values.
 */
export function uniteInstruments(
  logs: readonly { readonly path: string; readonly header: MarketLogHeader }[],
  overrides: InstrumentOverrides,
): RunInstruments {
  const united: { readonly instrument: Instrument; readonly path: string }[] = [];
  const known = new Map<string, number>();
  const ids = logs.map(({ path, header }) =>
    header.instruments.map((spec) => {
      // XBT/USD in one log and BTC/USD in another are one pair, and never two books.
      const key = `${header.venue} ${pairOfToday(spec.symbol)}`;
      const instrument = createInstrument(spec, known.get(key) ?? united.length, header.venue);
      const other = united[instrument.id];
      if (other === undefined) {
        known.set(key, united.length);
        united.push({ instrument, path });
      } else demandSame(instrument, path, other.instrument, other.path);
      return instrument.id;
    }),
  );
  const instruments = united.map(({ instrument }) => instrument);
  return { instruments: withOverrides(instruments, overrides), ids };
}

function demandSame(instrument: Instrument, path: string, other: Instrument, otherPath: string): void {
  for (const field of AGREED) {
    const [here, there] = [String(instrument[field]), String(other[field])];
    if (here === there) continue;
    throw new UserError({
      code: 'instruments-differ',
      field: `${path} ${instrument.symbol}.${field}`,
      value: here,
      message: `is ${there} in ${otherPath}`,
      remedy: 'Replay the two logs one by one.',
    });
  }
}

/** The instruments of a run under the fees and minimums asked for. @throws UserError */
export function withOverrides(
  instruments: readonly Instrument[],
  overrides: InstrumentOverrides,
): readonly Instrument[] {
  const isApart =
    overrides.keepsVenuesApart === true && new Set(instruments.map(({ venue }) => venue)).size > 1;
  const withOwnFees = instruments.map((instrument) => withFees(instrument, overrides));
  demandSomeFee(withOwnFees);
  return withOwnFees.map((own) => {
    const { base, quote, venue } = own;
    return isApart ? { ...own, base: assetAt(base, venue), quote: assetAt(quote, venue) } : own;
  });
}

/** What of a recorded change holds under the fees and minimums asked for; undefined: nothing. */
export function changeUnder(
  change: InstrumentChange,
  { takerFee, feeVolumeUsd, minNotional = ZERO }: InstrumentOverrides,
): InstrumentChange | undefined {
  const { takerFee: fee, feeBasis, ...rules } = change;
  const asksFee = takerFee !== undefined || feeVolumeUsd !== undefined;
  const least = rules.minNotional;
  const held = {
    ...rules,
    ...(asksFee ? {} : { takerFee: fee, feeBasis }),
    ...(least !== undefined && minNotional.gt(least) ? { minNotional: minNotional.toFixed() } : {}),
  };
  return Object.values(held).some((value) => value !== undefined) ? held : undefined;
}

/** The sink of a replay, which hears of recorded changes as far as they hold under these fees and minimums. */
export function sinkUnder(sink: MarketSink, overrides: InstrumentOverrides): MarketSink {
  return {
    ...sink,
    onInstrumentChange: (id, change, atUs) => {
      const held = changeUnder(change, overrides);
      if (held !== undefined) sink.onInstrumentChange?.(id, held, atUs);
    },
  };
}

/** A log that has no fees at all cannot be judged: none is never taken for zero. @throws UserError */
function demandSomeFee(instruments: readonly Instrument[]): void {
  const [first] = instruments;
  if (first === undefined || instruments.some(({ takerFee }) => takerFee !== undefined)) return;
  throw new UserError({
    code: 'no-fees',
    field: 'takerFee',
    value: `${first.venue} ${first.symbol}`,
    message:
      instruments.length === 1 ? 'is not known' : `is not known, as of all ${instruments.length} instruments`,
    remedy: 'Give the fee with --fee-bps, such as --fee-bps 40 (and --fee-bps 0 for a venue without fees).',
  });
}

function withFees(instrument: Instrument, overrides: InstrumentOverrides): Instrument {
  const { minNotional = ZERO } = overrides;
  const takerFee = overrides.takerFee ?? feeOfTier(instrument, overrides.feeVolumeUsd) ?? instrument.takerFee;
  const least = minNotional.gt(instrument.minNotional) ? minNotional : instrument.minNotional;
  return { ...instrument, takerFee, minNotional: least };
}

/** Undefined where no volume was asked for. @throws UserError when the fee of its tier is not known. */
function feeOfTier(
  { venue, symbol, takerFee }: Instrument,
  volumeUsd: number | undefined,
): Decimal | undefined {
  if (volumeUsd === undefined || takerFee?.isZero() === true) return undefined;
  const schedule = ADAPTERS.find(({ id }) => id === venue)?.feeSchedule;
  if (takerFee === undefined) return schedule?.assumed(symbol, volumeUsd);
  const fee = schedule?.atVolume(takerFee, volumeUsd);
  if (fee !== undefined) return fee;
  throw new UserError({
    code: 'unknown-fee-tier',
    field: 'fee-volume',
    value: `${venue} ${symbol}`,
    message: `has a fee of ${takerFee.times(100).toString()} %, which is not the first tier of a known fee schedule`,
    remedy: 'Give --fee-bps instead.',
  });
}

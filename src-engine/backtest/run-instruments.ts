/** The instruments of a backtest: those of all its logs, each once, under the fees and minimums asked for. */
import { pairOfToday } from '../domain/asset-alias.ts';
import { type Decimal, ZERO } from '../domain/decimal.ts';
import { UserError } from '../domain/errors.ts';
import type { InstrumentId } from '../domain/ids.ts';
import {
  createInstrument,
  type Instrument,
  type InstrumentChange,
  takeChange,
} from '../domain/instrument.ts';
import type { TimeUs } from '../domain/time.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { rulesBetween, rulesState } from '../storage/market-log-rules.ts';
import type { MarketLogHeader } from '../storage/market-log-types.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import { ADAPTERS, protocolOf } from '../venues/registry.ts';

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

/** What makes it another instrument, or its book count otherwise. What a venue may change is taken from where each log begins. */
const AGREED = [
  'base',
  'quote',
  'priceDecimals',
  'qtyDecimals',
] as const satisfies readonly (keyof Instrument)[];
const DECIMALS: readonly string[] = [
  'priceDecimals',
  'qtyDecimals',
] satisfies readonly (typeof AGREED)[number][];

export type HeadedLog = {
  readonly path: string;
  readonly header: MarketLogHeader;
  /** Of its first event; undefined when it has none. */
  readonly firstUs?: TimeUs | undefined;
};

/**
 * Unites the instruments of several logs. One that is in more than one of them has the rules (tick, lot, minimums, fee) of
 * the log that begins first; `HeaderRules` brings those of the others. Books of logs without frames of the venue count in the
 * finest decimals of any; where checksums were made of the digits they must be the same.
 * @throws UserError naming the log, the field and both values.
 */
export function uniteInstruments(logs: readonly HeadedLog[], overrides: InstrumentOverrides): RunInstruments {
  const united: { instrument: Instrument; path: string; firstUs: TimeUs }[] = [];
  const known = new Map<string, number>();
  const ids = logs.map(({ path, header, firstUs = Number.POSITIVE_INFINITY }) =>
    header.instruments.map((spec) => {
      // XBT/USD in one log and BTC/USD in another are one pair, and never two books.
      const key = `${header.venue} ${pairOfToday(spec.symbol)}`;
      const instrument = createInstrument(spec, known.get(key) ?? united.length, header.venue);
      const other = united[instrument.id];
      if (other === undefined) {
        known.set(key, united.length);
        united.push({ instrument, path, firstUs });
        return instrument.id;
      }
      demandSame(instrument, path, other.instrument, other.path);
      const finest = finestOf(instrument, other.instrument);
      if (firstUs < other.firstUs)
        Object.assign(other, { path, firstUs, instrument: { ...instrument, ...finest } });
      else other.instrument = { ...other.instrument, ...finest };
      return instrument.id;
    }),
  );
  const instruments = united.map(({ instrument }) => instrument);
  return { instruments: withOverrides(instruments, overrides), ids };
}

function finestOf(a: Instrument, b: Instrument): Pick<Instrument, 'priceDecimals' | 'qtyDecimals'> {
  return {
    priceDecimals: Math.max(a.priceDecimals, b.priceDecimals),
    qtyDecimals: Math.max(a.qtyDecimals, b.qtyDecimals),
  };
}

function demandSame(instrument: Instrument, path: string, other: Instrument, otherPath: string): void {
  const hasFrames = protocolOf(instrument.venue) !== undefined;
  for (const field of AGREED) {
    const [here, there] = [String(instrument[field]), String(other[field])];
    const isDecimals = DECIMALS.includes(field);
    if (here === there || (isDecimals && !hasFrames)) continue;
    throw new UserError({
      code: 'instruments-differ',
      field: `${path} ${instrument.symbol}.${field}`,
      value: here,
      message: `is ${there} in ${otherPath}`,
      remedy: isDecimals
        ? `Replay the logs one by one: the venue's checksums are made of as many digits.`
        : 'Replay the logs one by one: they mean different pairs by one name.',
    });
  }
}

/** The rules of each log's header, which hold from its first event on: a venue may have changed them between two recordings. */
export class HeaderRules {
  readonly #headers: readonly (readonly Instrument[])[];
  readonly #ids: readonly (readonly InstrumentId[])[];
  /** By id: as the logs have it so far, whatever a run asks for instead. */
  readonly #now = new Map<InstrumentId, Instrument>();
  readonly #begun = new Set<number>();

  constructor(logs: readonly HeadedLog[], ids: RunInstruments['ids']) {
    this.#ids = ids;
    this.#headers = logs.map(({ header }) =>
      header.instruments.map((spec) => createInstrument(spec, 0, header.venue)),
    );
  }

  /** What a log's header changes, at its first event. Called for each event; later calls return nothing. */
  begin(logIndex: number): readonly (readonly [id: InstrumentId, change: InstrumentChange])[] {
    if (this.#begun.has(logIndex)) return NOTHING;
    this.#begun.add(logIndex);
    return (this.#headers[logIndex] ?? []).flatMap((instrument, at) => {
      const id = this.#ids[logIndex]?.[at] ?? -1;
      const before = this.#now.get(id);
      if (before === undefined) {
        this.#now.set(id, { ...instrument });
        return [];
      }
      const change = rulesBetween(rulesState(before), rulesState(instrument))?.change;
      return change === undefined ? [] : [[id, change] as const];
    });
  }

  /** The rules of an instrument changed, by a header or in the middle of a log. */
  take(id: InstrumentId, change: InstrumentChange): void {
    const instrument = this.#now.get(id);
    if (instrument !== undefined) takeChange(instrument, change);
  }
}

const NOTHING: readonly (readonly [InstrumentId, InstrumentChange])[] = [];

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
  const { takerFee: fee, makerFee, feeBasis, ...rules } = change;
  const asksFee = takerFee !== undefined || feeVolumeUsd !== undefined;
  const least = rules.minNotional;
  const held = {
    ...rules,
    ...(asksFee ? {} : { takerFee: fee, makerFee, feeBasis }),
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
  return { ...instrument, takerFee, makerFee: makerFeeUnder(instrument, overrides), minNotional: least };
}

/** Under a fee that is asked for, makers pay it too; at a volume what the schedule has for them. */
function makerFeeUnder(
  { venue, symbol, takerFee, makerFee }: Instrument,
  { takerFee: asked, feeVolumeUsd }: InstrumentOverrides,
): Decimal | undefined {
  if (asked !== undefined) return undefined;
  if (feeVolumeUsd === undefined || takerFee?.isZero() === true) return makerFee;
  const schedule = ADAPTERS.find(({ id }) => id === venue)?.feeSchedule.maker;
  if (takerFee === undefined) return schedule?.assumed(symbol, feeVolumeUsd);
  return makerFee && schedule?.atVolume(makerFee, feeVolumeUsd);
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

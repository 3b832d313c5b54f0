/**
 * What a carry would have brought over recordings of a spot market and of a perpetual: decisions at closed bars, fills from the spot ladder and by the best
 * prices of the perpetual, or its mark where none are recorded, each payment as it was recorded. It is the machine that runs on paper in a session (`strategies/carry/carry-run.ts`).
 */
import { BookStore } from '../../books/book-store.ts';
import { UserError } from '../../domain/errors.ts';
import { type Instrument, takeChange, takeStatus, takeStop } from '../../domain/instrument.ts';
import { pairOf } from '../../domain/perpetual.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import type { Decimal } from '../../domain/decimal.ts';
import { type CarryFigures, CarryRun } from '../../strategies/carry/carry-run.ts';
import type { CarryParameters } from '../../strategies/carry/carry-strategy.ts';
import { spotBook } from '../../strategies/carry/spot-book.ts';
import type { MarketSink } from '../../venues/market-feed.ts';
import { verifierOf } from '../../venues/registry.ts';
import type { ReplaySource } from '../replay-source.ts';

export type CarryBacktestOptions = {
  /** Of both markets, such as `BTC/USDT`. */
  readonly symbol: string;
  /** Which spot market and which perpetual, where the recordings have several. */
  readonly spotVenue: string | undefined;
  readonly perpetualVenue: string | undefined;
  readonly stake: Decimal;
  readonly barUs: DurationUs;
  readonly perpetualFee: Decimal;
  readonly perpetualSlip: Decimal;
  readonly parameters: CarryParameters;
};

export type CarryBacktest = CarryFigures & {
  /** SHA-256 over the decisions: the same recordings give the same. */
  readonly digest: string;
  readonly spotVenue: string;
  /** Empty: the recordings have none of this symbol. */
  readonly perpetualVenue: string;
  readonly readings: number;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  readonly bars: number;
};

/** A book that was not heard of for longer is no price. */
const STALE_BARS = 1;

/** @throws UserError for a market that the recordings do not have, or have several times, and for one without a fee. */
export async function backtestCarry(
  source: ReplaySource,
  options: CarryBacktestOptions,
): Promise<CarryBacktest> {
  const { symbol, stake, barUs, parameters, perpetualFee, perpetualSlip } = options;
  const instruments = source.instruments.map((one) => ({ ...one }));
  const instrument = spotMarket(instruments, options);
  if (instrument.takerFee === undefined) throw noFee(instrument);
  const store = new BookStore(instruments, { depth: source.bookDepth, verifierOf });
  const costs = { perpetualFee, perpetualSlip };
  const run = new CarryRun({ instrument, parameters, costs, stake, stepUs: barUs });
  const found = new Set<string>();
  const counts = { readings: 0, bars: 0, fromUs: source.firstUs, toUs: source.firstUs };
  let endUs = 0;
  const isOurs = (venue: string, of: string): boolean => {
    if (of !== symbol || (options.perpetualVenue !== undefined && venue !== options.perpetualVenue))
      return false;
    found.add(venue);
    if (found.size > 1) throw several([...found], symbol);
    return true;
  };
  const step = (atUs: TimeUs): void => {
    counts.bars++;
    const { state, lastAliveUs, book } = store.sync(instrument.id);
    const isLive = state === 'live' && lastAliveUs > atUs - STALE_BARS * barUs;
    run.step(atUs, isLive ? spotBook(book, instrument) : undefined);
  };
  // Whatever comes at the end of a bar itself still belongs to it.
  const advanceTo = (atUs: TimeUs): void => {
    if (endUs === 0) endUs = Math.ceil(atUs / barUs) * barUs;
    for (; endUs < atUs; endUs += barUs) step(endUs);
    counts.toUs = atUs;
  };
  const sink: MarketSink = {
    onBook: (update) => void store.apply(update),
    onTrade: () => undefined,
    onAlive: (venue, atUs) => store.confirmAlive(venue, atUs),
    onFeed: ({ venue, state, reason }) => {
      if (state !== 'open') store.desyncVenue(venue, reason);
    },
    onBookLost: (id, reason) => store.sync(id).desync(reason),
    onInstrumentStatus: (id, status) => takeStatus(instruments[id] as Instrument, status),
    onInstrumentChange: (id, change) => takeChange(instruments[id] as Instrument, change),
    onInstrumentStopped: (id, reason) => takeStop(instruments[id] as Instrument, reason),
    onRaw: () => undefined,
    onPerpetual: (venue, reading, receivedUs) => {
      if (!isOurs(venue, reading.symbol)) return;
      counts.readings++;
      run.read(reading, receivedUs);
    },
    onFunding: (venue, payment) => {
      if (isOurs(venue, payment.symbol)) run.pay(payment);
    },
  };
  await source.play(sink, advanceTo);
  if (counts.toUs === endUs) step(endUs);
  if (counts.readings === 0) throw noPerpetual(options);
  return {
    ...run.figures,
    digest: run.digest(),
    ...counts,
    spotVenue: instrument.venue,
    perpetualVenue: [...found][0] ?? '',
  };
}

function spotMarket(
  instruments: readonly Instrument[],
  { symbol, spotVenue }: CarryBacktestOptions,
): Instrument {
  const found = instruments.filter(
    (one) => pairOf(one) === symbol && (spotVenue === undefined || one.venue === spotVenue),
  );
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const names = (found.length === 0 ? instruments : found).map((one) => `${pairOf(one)}@${one.venue}`);
  throw new UserError({
    code: 'unknown-market',
    field: only === undefined ? '--symbol' : '--spot-at',
    value: spotVenue === undefined ? symbol : `${symbol}@${spotVenue}`,
    message:
      only === undefined
        ? 'is no spot market of these recordings'
        : 'does not decide which spot market is meant',
    remedy: `Choose one of ${names.slice(0, 12).join(', ')}.`,
  });
}

function several(venues: readonly string[], symbol: string): UserError {
  return new UserError({
    code: 'unknown-market',
    field: '--perp-at',
    message: `is needed: ${venues.join(' and ')} have a perpetual of ${symbol}`,
    remedy: `Write --perp-at ${venues[0] ?? ''}.`,
  });
}

function noPerpetual({ symbol, perpetualVenue }: CarryBacktestOptions): UserError {
  return new UserError({
    code: 'no-perpetual',
    field: '--symbol',
    value: perpetualVenue === undefined ? symbol : `${symbol}@${perpetualVenue}`,
    message: 'is no perpetual of these recordings',
    remedy: 'Watch one with "parallax funding --watch", record the session, and give all of its files.',
  });
}

function noFee({ symbol, venue }: Instrument): UserError {
  return new UserError({
    code: 'fee-unknown',
    field: '--fee-bps',
    value: `${symbol}@${venue}`,
    message: 'has no known taker fee',
    remedy: 'Give it with --fee-bps.',
  });
}

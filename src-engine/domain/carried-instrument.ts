/**
 * Pairs that a run does not trade, and in which an earlier run has sent orders: the venue lists them no longer, has them
 * in maintenance, or they were not selected this time. They are carried along so that those orders can be booked and
 * canceled; they have no book, belong to no cycle, and nothing new is ever sent there.
 */
import { Decimal, ZERO } from './decimal.ts';
import type { InstrumentId, VenueName } from './ids.ts';
import { feeToReckon, type Instrument } from './instrument.ts';

export type Traded = { readonly venue: VenueName; readonly symbol: string };

/** Digits that its amounts may have: nothing is rounded to them. */
const DECIMALS = 12;

/**
 * Those of `traded` that are not among `instruments`, each once, with the ids that follow theirs.
 * @param coins codes that are known: they show where a symbol without a slash has its quote.
 */
export function carriedInstruments(
  instruments: readonly Instrument[],
  traded: Iterable<Traded>,
  coins: ReadonlySet<string>,
): Instrument[] {
  const known = new Set(instruments.map(nameOf));
  const takerFee = Decimal.max(ZERO, ...instruments.map(feeToReckon));
  const carried: Instrument[] = [];
  for (const { venue, symbol } of traded) {
    if (known.has(nameOf({ venue, symbol }))) continue;
    known.add(nameOf({ venue, symbol }));
    carried.push(carriedInstrument(instruments.length + carried.length, { venue, symbol }, coins, takerFee));
  }
  return carried;
}

function nameOf({ venue, symbol }: Traded): string {
  return `${venue} ${symbol}`;
}

/** @param takerFee the highest known fee: what an order may still cost is reserved with it. */
function carriedInstrument(
  id: InstrumentId,
  { venue, symbol }: Traded,
  coins: ReadonlySet<string>,
  takerFee: Decimal,
): Instrument {
  const [base, quote] = assetsOf(symbol, coins);
  const step = Decimal.pow(10, -DECIMALS);
  return {
    id,
    venue,
    symbol,
    base,
    quote,
    tickSize: step,
    lotSize: step,
    minQty: ZERO,
    minNotional: ZERO,
    priceDecimals: DECIMALS,
    qtyDecimals: DECIMALS,
    takerFee,
    feeBasis: 'the highest of the run',
    status: 'delisted',
    stoppedFor: '',
  };
}

/** Base and quote of a symbol. One without a slash is cut where both parts are known codes, if there is one such place. */
function assetsOf(symbol: string, coins: ReadonlySet<string>): readonly [base: string, quote: string] {
  const [left = symbol, right] = symbol.split('/');
  if (right !== undefined) return [left, right];
  const cuts = Array.from(
    { length: symbol.length },
    (_, at) => [symbol.slice(0, at), symbol.slice(at)] as const,
  );
  const fitting = cuts.filter(([base, quote]) => coins.has(base) && coins.has(quote));
  return (fitting.length === 1 ? fitting[0] : undefined) ?? [symbol, 'unknown'];
}

/**
 * Perpetuals to look at, which cannot be traded: made from the prices of a simulated spot market, so that a demo shows funding and basis. A seed decides how far a
 * mark lies above its index and what is paid; intervals differ, as they do between real contracts.
 */
import { Decimal, type DecimalText } from '../../domain/decimal.ts';
import type { PerpetualContract, PerpetualReading } from '../../domain/perpetual.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { SeededRandom } from '../../lib/random.ts';
import type {
  FundingPayments,
  PerpetualListing,
  PerpetualReadings,
  PerpetualSource,
} from '../perpetual-source.ts';

const HOUR_US: DurationUs = 3_600 * US_PER_SECOND;
/** As most venues have it, and two that differ. */
const INTERVALS: readonly DurationUs[] = [8 * HOUR_US, 4 * HOUR_US, HOUR_US];
/** A rate swings around one basis point a payment, over some hours. */
const [MEAN_RATE, SWING, PERIOD_US] = [0.000_1, 0.000_25, 5 * HOUR_US];
const RATE_PLACES = 8;
/** Of a premium, which follows the rate. */
const PREMIUM_SHARE = 3;
const INTEREST_PLACES = 3;
/** Of one answer, as venues give them. */
const MAX_PAYMENTS = 100;
/** Best prices lie so far from the mark, on either side, and have this share of the open interest. */
const [HALF_SPREAD, TOP_SHARE] = ['0.00005', '0.001'];

export type SimulatedPerpetualParts = {
  readonly clock: Clock;
  readonly seed: number;
  readonly contracts: readonly PerpetualContract[];
  /** What the coin of a contract is worth now, in its quote; undefined: not known. */
  readonly priceOf: (contract: PerpetualContract) => Decimal | undefined;
};

type Character = { readonly everyUs: DurationUs; readonly phase: number; readonly interest: DecimalText };

export class SimulatedPerpetuals implements PerpetualSource {
  readonly #parts: SimulatedPerpetualParts;
  readonly #characters: ReadonlyMap<string, Character>;

  constructor(parts: SimulatedPerpetualParts) {
    this.#parts = parts;
    this.#characters = new Map(
      parts.contracts.map(({ symbol }, at) => {
        const random = new SeededRandom(parts.seed, 1_000 + at);
        const everyUs = INTERVALS[at % INTERVALS.length] as DurationUs;
        const interest = new Decimal((1_000 + random.next() * 9_000).toFixed(INTEREST_PLACES)).toFixed();
        return [symbol, { everyUs, phase: random.next(), interest }];
      }),
    );
  }

  listContracts(): Promise<PerpetualListing> {
    return Promise.resolve({ contracts: this.#parts.contracts, unread: [] });
  }

  read(contracts: readonly PerpetualContract[]): Promise<PerpetualReadings> {
    const nowUs = this.#parts.clock.nowUs();
    const readings = contracts.flatMap((contract) => this.#readingOf(contract, nowUs) ?? []);
    return Promise.resolve({ readings, unread: [] });
  }

  /** Paid is what was announced for that time. */
  readPayments({ symbol }: PerpetualContract, sinceUs: TimeUs): Promise<FundingPayments> {
    const character = this.#characters.get(symbol);
    if (character === undefined) return Promise.resolve({ payments: [], unread: [] });
    const { everyUs } = character;
    const [first, last] = [Math.ceil(sinceUs / everyUs), Math.floor(this.#parts.clock.nowUs() / everyUs)];
    const count = Math.min(MAX_PAYMENTS, Math.max(0, last - first + 1));
    const payments = Array.from({ length: count }, (_, nth) => {
      const paidUs = (last - nth) * everyUs;
      return { symbol, paidUs, rate: rateAt(character, paidUs), mark: undefined };
    });
    return Promise.resolve({ payments, unread: [] });
  }

  #readingOf(contract: PerpetualContract, nowUs: TimeUs): PerpetualReading | undefined {
    const character = this.#characters.get(contract.symbol);
    const index = this.#parts.priceOf(contract);
    if (character === undefined || index === undefined) return undefined;
    const rate = rateAt(character, nowUs);
    const places = index.decimalPlaces() + 1;
    const premium = new Decimal(rate).times(PREMIUM_SHARE).plus(1);
    const mark = index.times(premium).toDecimalPlaces(places);
    const half = mark.times(HALF_SPREAD).toDecimalPlaces(places, Decimal.ROUND_UP);
    const qty = new Decimal(character.interest).times(TOP_SHARE).toFixed();
    return {
      symbol: contract.symbol,
      venueUs: nowUs,
      mark: mark.toFixed(),
      index: index.toFixed(),
      rate,
      everyUs: character.everyUs,
      nextUs: (Math.floor(nowUs / character.everyUs) + 1) * character.everyUs,
      openInterest: character.interest,
      top: { bid: mark.minus(half).toFixed(), ask: mark.plus(half).toFixed(), bidQty: qty, askQty: qty },
    };
  }
}

function rateAt({ phase }: Character, atUs: TimeUs): DecimalText {
  const rate = MEAN_RATE + SWING * Math.sin(2 * Math.PI * (atUs / PERIOD_US + phase));
  return new Decimal(rate.toFixed(RATE_PLACES)).toFixed();
}

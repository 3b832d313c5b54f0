/**
 * KuCoin's linear perpetuals (KuCoin, "Futures Trading": "Get All Symbols", "Get All Tickers", "Get Public Funding History"). They have a
 * host and a limit of their own, 2,000 in 30 s of an address, of which a reading costs 8 and a history 5. All but the best prices is in the
 * list of contracts, whose numbers are JSON numbers (`7.6E-5`): they are read as text.
 */
import { Decimal } from '../../domain/decimal.ts';
import type { PerpetualContract } from '../../domain/perpetual.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type {
  FundingPayments,
  PerpetualListing,
  PerpetualReadings,
  PerpetualSource,
} from '../perpetual-source.ts';
import type { Json } from '../toolkit/json.ts';
import { PerpetualRest } from '../toolkit/perpetual-rest.ts';
import {
  contractOf,
  interestOf,
  intervalOf,
  optionalPrice,
  optionalTime,
  priceOf,
  rateOf,
  readRows,
  readWanted,
  signedOf,
  timeOf,
  topOf,
} from '../toolkit/perpetual-rows.ts';
import type { RestOptions } from '../toolkit/public-rest.ts';
import { resultOf, throttlingOf } from './rest.ts';

export const KUCOIN_FUTURES_URL = 'https://api-futures.kucoin.com';

const MINUTE_US: DurationUs = 60 * US_PER_SECOND;
/** Of one question about payments: a hundred of eight hours. */
const MAX_SPAN_MS = 33 * 86_400_000;
const TOP = { bid: 'bestBidPrice', bidQty: 'bestBidSize', ask: 'bestAskPrice', askQty: 'bestAskSize' };

export class KucoinPerpetuals implements PerpetualSource {
  readonly #rest: PerpetualRest;
  readonly #clock: Clock;

  constructor({ baseUrl = KUCOIN_FUTURES_URL, ...options }: RestOptions) {
    this.#clock = options.clock;
    this.#rest = new PerpetualRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  async listContracts(): Promise<PerpetualListing> {
    const { rows } = await this.#contracts();
    const { found, unread } = readRows(rows, 'symbol', (row) => {
      // Contracts that are delivered on a date pay no funding.
      const pays = row['nextFundingRateTime'] !== undefined && row['nextFundingRateTime'] !== null;
      if (row['isInverse'] !== false || row['status'] !== 'Open' || !pays) return undefined;
      const contract = contractOf(row, { contract: 'symbol', base: 'baseCurrency', quote: 'quoteCurrency' });
      return row['settleCurrency'] === row['quoteCurrency'] ? contract : undefined;
    });
    return { contracts: found, unread };
  }

  async read(contracts: readonly PerpetualContract[]): Promise<PerpetualReadings> {
    const { rows, dateUs } = await this.#contracts();
    const tops = await this.#rest.extraRows('best prices', '/api/v1/allTickers', 'symbol', 'data');
    const { found, unread } = readWanted(rows, 'symbol', contracts, (row, { symbol, contract }) => {
      // In contracts of `multiplier` base.
      const size = signedOf(row, 'multiplier').toFixed();
      return {
        symbol,
        // The rows have no time of their own.
        venueUs: dateUs,
        mark: priceOf(row, 'markPrice'),
        index: optionalPrice(row, 'indexPrice'),
        rate: rateOf(row, 'fundingFeeRate'),
        nextUs: nextOf(row, dateUs),
        everyUs:
          intervalOf(row, 'currentFundingRateGranularity', US_PER_MS) ??
          intervalOf(row, 'fundingRateGranularity', US_PER_MS),
        openInterest: interestOf(row, 'openInterest', size),
        top: topOf(tops.byName.get(contract), TOP, size),
      };
    });
    return { readings: found, unread: [...unread, ...tops.unread] };
  }

  async readPayments({ symbol, contract }: PerpetualContract, sinceUs: TimeUs): Promise<FundingPayments> {
    const to = Math.ceil(this.#clock.nowUs() / US_PER_MS);
    const from = Math.max(Math.floor(sinceUs / US_PER_MS), to - MAX_SPAN_MS);
    const path = `/api/v1/contract/funding-rates?symbol=${encodeURIComponent(contract)}&from=${from}&to=${to}`;
    const { rows } = await this.#rest.rows(`funding history of ${contract}`, path, 'data');
    const { found, unread } = readRows(rows, 'symbol', (row) => ({
      symbol,
      paidUs: timeOf(row, 'timepoint'),
      rate: rateOf(row, 'fundingRate'),
      mark: undefined,
    }));
    return { payments: found, unread };
  }

  #contracts() {
    return this.#rest.rows('active contracts', '/api/v1/contracts/active', 'data');
  }
}

/** The time itself, where the row has it, else from the milliseconds that are left: payments are made on whole minutes. */
function nextOf(row: Json, dateUs: TimeUs | undefined): TimeUs | undefined {
  const nextUs = optionalTime(row, 'nextFundingRateDateTime');
  if (nextUs !== undefined || dateUs === undefined) return nextUs;
  const leftUs = signedOf(row, 'nextFundingRateTime').times(US_PER_MS);
  if (leftUs.lt(0)) throw new RangeError('nextFundingRateTime is below 0');
  return leftUs
    .plus(dateUs)
    .div(MINUTE_US)
    .toDecimalPlaces(0, Decimal.ROUND_HALF_UP)
    .times(MINUTE_US)
    .toNumber();
}

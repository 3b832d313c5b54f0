/**
 * Gate's perpetuals settled in USDT (Gate API v4, "Futures"): the list of contracts has all of a reading but the best prices, which are in
 * `tickers`; `funding_rate` has the payments, `candlesticks` the marks by which they are valued. 200 calls of one kind in 10 s are allowed.
 */
import type { DecimalText } from '../../domain/decimal.ts';
import type { PerpetualContract } from '../../domain/perpetual.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type {
  FundingPayments,
  PerpetualListing,
  PerpetualReadings,
  PerpetualSource,
} from '../perpetual-source.ts';
import { nameOf } from '../toolkit/instrument-rows.ts';
import { PerpetualRest } from '../toolkit/perpetual-rest.ts';
import {
  contractOf,
  interestOf,
  intervalOf,
  opensOf,
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
import { GATE_REST_URL, resultOf, throttlingOf } from './rest.ts';

const CONTRACTS = '/api/v4/futures/usdt/contracts';
const PAYMENTS = 100;
/** Marks at whole hours of one answer: of four days. */
const MARKS = 100;
const TOP = { bid: 'highest_bid', bidQty: 'highest_size', ask: 'lowest_ask', askQty: 'lowest_size' };

export class GatePerpetuals implements PerpetualSource {
  readonly #rest: PerpetualRest;

  constructor({ baseUrl = GATE_REST_URL, ...options }: RestOptions) {
    this.#rest = new PerpetualRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  async listContracts(): Promise<PerpetualListing> {
    const { rows } = await this.#rest.rows('futures contracts', CONTRACTS);
    const { found, unread } = readRows(rows, 'name', (row) => {
      if (row['type'] !== 'direct' || row['in_delisting'] === true) return undefined;
      const [base, quote, more] = nameOf(row, 'name').split('_');
      // Other contracts have a date behind both coins.
      if (more !== undefined) return undefined;
      return contractOf(
        { name: row['name'], base, quote },
        { contract: 'name', base: 'base', quote: 'quote' },
      );
    });
    return { contracts: found, unread };
  }

  async read(contracts: readonly PerpetualContract[]): Promise<PerpetualReadings> {
    const { rows, dateUs } = await this.#rest.rows('futures contracts', CONTRACTS);
    const tops = await this.#rest.extraRows('best prices', '/api/v4/futures/usdt/tickers', 'contract');
    const { found, unread } = readWanted(rows, 'name', contracts, (row, { symbol, contract }) => {
      // In contracts of `quanto_multiplier` base.
      const size = signedOf(row, 'quanto_multiplier').toFixed();
      return {
        symbol,
        // The rows have no time of their own.
        venueUs: dateUs,
        mark: priceOf(row, 'mark_price'),
        index: optionalPrice(row, 'index_price'),
        rate: rateOf(row, 'funding_rate'),
        nextUs: optionalTime(row, 'funding_next_apply', US_PER_SECOND),
        everyUs: intervalOf(row, 'funding_interval', US_PER_SECOND),
        // Long positions.
        openInterest: interestOf(row, 'position_size', size),
        top: topOf(tops.byName.get(contract), TOP, size),
      };
    });
    return { readings: found, unread: [...unread, ...tops.unread] };
  }

  async readPayments({ symbol, contract }: PerpetualContract): Promise<FundingPayments> {
    const path = `/api/v4/futures/usdt/funding_rate?contract=${encodeURIComponent(contract)}&limit=${PAYMENTS}`;
    const { rows } = await this.#rest.rows(`funding history of ${contract}`, path);
    const { found, unread } = readRows(rows, 't', (row) => ({
      symbol,
      paidUs: timeOf(row, 't', US_PER_SECOND),
      rate: rateOf(row, 'r'),
      mark: undefined,
    }));
    return { payments: found, unread };
  }

  async readMarks({ contract }: PerpetualContract): Promise<ReadonlyMap<TimeUs, DecimalText>> {
    // The mark price of a contract has its name behind a prefix.
    const path = `/api/v4/futures/usdt/candlesticks?contract=mark_${encodeURIComponent(contract)}&interval=1h&limit=${MARKS}`;
    const { rows } = await this.#rest.rows(`mark prices of ${contract}`, path);
    return opensOf(rows, { at: 't', open: 'o' }, US_PER_SECOND);
  }
}

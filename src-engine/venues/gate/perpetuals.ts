/**
 * Gate's perpetuals settled in USDT (Gate API v4, "Futures"): all that a reading needs is in the list of contracts, `funding_rate` has
 * the payments. 200 calls of one kind in 10 s are allowed.
 */
import type { PerpetualContract } from '../../domain/perpetual.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
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
  optionalPrice,
  optionalTime,
  priceOf,
  rateOf,
  readRows,
  readWanted,
  signedOf,
  timeOf,
} from '../toolkit/perpetual-rows.ts';
import type { RestOptions } from '../toolkit/public-rest.ts';
import { GATE_REST_URL, resultOf, throttlingOf } from './rest.ts';

const CONTRACTS = '/api/v4/futures/usdt/contracts';
const PAYMENTS = 10;

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
    const { found, unread } = readWanted(rows, 'name', contracts, (row, { symbol }) => ({
      symbol,
      // The rows have no time of their own.
      venueUs: dateUs,
      mark: priceOf(row, 'mark_price'),
      index: optionalPrice(row, 'index_price'),
      rate: rateOf(row, 'funding_rate'),
      nextUs: optionalTime(row, 'funding_next_apply', US_PER_SECOND),
      everyUs: intervalOf(row, 'funding_interval', US_PER_SECOND),
      // Long positions, in contracts of `quanto_multiplier` base.
      openInterest: interestOf(row, 'position_size', signedOf(row, 'quanto_multiplier').toFixed()),
    }));
    return { readings: found, unread };
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
}

/**
 * OKX's linear perpetual swaps (OKX API v5, "Public data", "Market data"): `instruments`, `funding-rate` of ANY, `mark-price`,
 * `index-tickers`, `open-interest`, `funding-rate-history`. Each call may be made ten times in 2 s and more; a reading makes one of each.
 */
import { isFundingInterval, type PerpetualContract } from '../../domain/perpetual.ts';
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
  optionalPrice,
  optionalTime,
  priceOf,
  rateOf,
  readRows,
  readWanted,
  rowsBy,
  timeOf,
} from '../toolkit/perpetual-rows.ts';
import type { RestOptions } from '../toolkit/public-rest.ts';
import { OKX_REST_URL, resultOf, throttlingOf } from './rest.ts';

const PAYMENTS = 10;

export class OkxPerpetuals implements PerpetualSource {
  readonly #rest: PerpetualRest;

  constructor({ baseUrl = OKX_REST_URL, ...options }: RestOptions) {
    this.#rest = new PerpetualRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  async listContracts(): Promise<PerpetualListing> {
    const { rows } = await this.#rest.rows(
      'swap instruments',
      '/api/v5/public/instruments?instType=SWAP',
      'data',
    );
    const { found, unread } = readRows(rows, 'instId', (row) => {
      if (row['ctType'] !== 'linear' || row['state'] !== 'live') return undefined;
      // A linear contract is written on its base and settled in its quote.
      return contractOf(row, { contract: 'instId', base: 'ctValCcy', quote: 'settleCcy' });
    });
    return { contracts: found, unread };
  }

  async read(contracts: readonly PerpetualContract[]): Promise<PerpetualReadings> {
    const funding = await this.#rest.rows('funding rates', '/api/v5/public/funding-rate?instId=ANY', 'data');
    const marks = await this.#byName('mark prices', '/api/v5/public/mark-price?instType=SWAP');
    const interests = await this.#byName('open interest', '/api/v5/public/open-interest?instType=SWAP');
    const quotes = [...new Set(contracts.map(({ quote }) => quote))];
    const indices = new Map<string, Json>();
    for (const quote of quotes) {
      const rows = await this.#byName('index prices', `/api/v5/market/index-tickers?quoteCcy=${quote}`);
      for (const [name, row] of rows) indices.set(name, row);
    }
    const { found, unread } = readWanted(funding.rows, 'instId', contracts, (row, { symbol, contract }) => {
      const mark = marks.get(contract);
      if (mark === undefined) throw new RangeError('has no mark price in the answer');
      const nextUs = optionalTime(row, 'fundingTime');
      const afterUs = optionalTime(row, 'nextFundingTime');
      const everyUs = nextUs === undefined || afterUs === undefined ? 0 : afterUs - nextUs;
      return {
        symbol,
        venueUs: timeOf(mark, 'ts'),
        mark: priceOf(mark, 'markPx'),
        index: optionalPrice(indices.get(symbol.replace('/', '-')), 'idxPx'),
        rate: rateOf(row, 'fundingRate'),
        nextUs,
        everyUs: isFundingInterval(everyUs) ? everyUs : undefined,
        openInterest: interestOf(interests.get(contract), 'oiCcy'),
      };
    });
    return { readings: found, unread };
  }

  async readPayments({ symbol, contract }: PerpetualContract): Promise<FundingPayments> {
    const path = `/api/v5/public/funding-rate-history?instId=${encodeURIComponent(contract)}&limit=${PAYMENTS}`;
    const { rows } = await this.#rest.rows(`funding history of ${contract}`, path, 'data');
    const { found, unread } = readRows(rows, 'instId', (row) => ({
      symbol,
      paidUs: timeOf(row, 'fundingTime'),
      // What was charged; `fundingRate` is what was predicted.
      rate: rateOf(row, 'realizedRate'),
      mark: undefined,
    }));
    return { payments: found, unread };
  }

  async #byName(call: string, path: string): Promise<ReadonlyMap<string, Json>> {
    return rowsBy((await this.#rest.rows(call, path, 'data')).rows, 'instId');
  }
}

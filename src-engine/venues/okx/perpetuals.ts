/**
 * OKX's linear perpetual swaps (OKX API v5, "Public data", "Market data"): `instruments`, `funding-rate` of ANY, `mark-price`,
 * `index-tickers`, `open-interest`, `tickers`, `funding-rate-history`, `mark-price-candles`. Each call may be made ten times in 2 s and more; a reading makes one of each.
 */
import { decimal, type DecimalText } from '../../domain/decimal.ts';
import { isFundingInterval, type PerpetualContract } from '../../domain/perpetual.ts';
import type { TimeUs } from '../../domain/time.ts';
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
  opensOf,
  optionalPrice,
  optionalTime,
  priceOf,
  rateOf,
  readRows,
  readWanted,
  rowsBy,
  timeOf,
  topOf,
} from '../toolkit/perpetual-rows.ts';
import type { RestOptions } from '../toolkit/public-rest.ts';
import { OKX_REST_URL, resultOf, throttlingOf } from './rest.ts';

const PAYMENTS = 100;
/** Marks at whole hours of one answer: of four days. */
const MARKS = 100;
const TOP = { bid: 'bidPx', bidQty: 'bidSz', ask: 'askPx', askQty: 'askSz' };

export class OkxPerpetuals implements PerpetualSource {
  readonly #rest: PerpetualRest;
  #rules: ReadonlyMap<string, Json> = new Map();

  constructor({ baseUrl = OKX_REST_URL, ...options }: RestOptions) {
    this.#rest = new PerpetualRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  async listContracts(): Promise<PerpetualListing> {
    const { rows } = await this.#rest.rows(
      'swap instruments',
      '/api/v5/public/instruments?instType=SWAP',
      'data',
    );
    this.#rules = rowsBy(rows, 'instId');
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
    const tops = await this.#rest.extraRows(
      'best prices',
      '/api/v5/market/tickers?instType=SWAP',
      'instId',
      'data',
    );
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
        top: topOf(tops.byName.get(contract), TOP, this.#sizeOf(contract)),
      };
    });
    return { readings: found, unread: [...unread, ...tops.unread] };
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

  async readMarks({ contract }: PerpetualContract): Promise<ReadonlyMap<TimeUs, DecimalText>> {
    const path = `/api/v5/market/mark-price-candles?instId=${encodeURIComponent(contract)}&bar=1H&limit=${MARKS}`;
    const { rows } = await this.#rest.rows(`mark prices of ${contract}`, path, 'data');
    return opensOf(rows, { at: '0', open: '1' });
  }

  /** Base a contract: its value times its multiplier; 0: not known. */
  #sizeOf(contract: string): DecimalText {
    const rules = this.#rules.get(contract);
    const [value, times] = [optionalPrice(rules, 'ctVal'), optionalPrice(rules, 'ctMult')];
    return value === undefined || times === undefined ? '0' : decimal(value).times(times).toFixed();
  }

  async #byName(call: string, path: string): Promise<ReadonlyMap<string, Json>> {
    return rowsBy((await this.#rest.rows(call, path, 'data')).rows, 'instId');
  }
}

/**
 * Bybit's linear perpetuals (Bybit v5, "Market"): `instruments-info`, `tickers`, `funding/history`, `mark-price-kline`, all of category
 * `linear`. 600 calls in 5 s of one address are allowed for everything together; a reading is one.
 */
import type { DecimalText } from '../../domain/decimal.ts';
import type { PerpetualContract } from '../../domain/perpetual.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type {
  FundingPayments,
  PerpetualListing,
  PerpetualReadings,
  PerpetualSource,
} from '../perpetual-source.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { objectOf, PerpetualRest } from '../toolkit/perpetual-rest.ts';
import {
  contractOf,
  interestOf,
  intervalOf,
  MAX_ROWS,
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
import { BYBIT_REST_URL, resultOf, throttlingOf } from './rest.ts';

const MINUTE_US: DurationUs = 60 * US_PER_SECOND;
const PAGE = 1_000;
const PAYMENTS = 100;
/** Marks at whole hours of one answer: of four days. */
const MARKS = 100;
/** Sizes of linear contracts are in base. */
const TOP = { bid: 'bid1Price', bidQty: 'bid1Size', ask: 'ask1Price', askQty: 'ask1Size' };

export class BybitPerpetuals implements PerpetualSource {
  readonly #rest: PerpetualRest;
  #rules: ReadonlyMap<string, Json> = new Map();

  constructor({ baseUrl = BYBIT_REST_URL, ...options }: RestOptions) {
    this.#rest = new PerpetualRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  async listContracts(): Promise<PerpetualListing> {
    const rows: unknown[] = [];
    let cursor = '';
    do {
      const after = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const path = `/v5/market/instruments-info?category=linear&limit=${PAGE}${after}`;
      const page = await this.#rest.rows('linear instruments-info', path, 'result', 'list');
      rows.push(...page.rows);
      const { result } = objectOf(page);
      const next = isObject(result) ? result['nextPageCursor'] : undefined;
      // A page that leads to itself would be asked for without end.
      cursor = typeof next === 'string' && next !== cursor && page.rows.length > 0 ? next : '';
    } while (cursor !== '' && rows.length < MAX_ROWS);
    this.#rules = rowsBy(rows, 'symbol');
    const { found, unread } = readRows(rows, 'symbol', (row) => {
      if (row['contractType'] !== 'LinearPerpetual' || row['status'] !== 'Trading') return undefined;
      const contract = contractOf(row, { contract: 'symbol', base: 'baseCoin', quote: 'quoteCoin' });
      return row['settleCoin'] === row['quoteCoin'] ? contract : undefined;
    });
    return { contracts: found, unread };
  }

  async read(contracts: readonly PerpetualContract[]): Promise<PerpetualReadings> {
    const answer = await this.#rest.rows(
      'linear tickers',
      '/v5/market/tickers?category=linear',
      'result',
      'list',
    );
    const venueUs = optionalTime(objectOf(answer), 'time');
    const { found, unread } = readWanted(answer.rows, 'symbol', contracts, (row, { symbol, contract }) => ({
      symbol,
      venueUs,
      mark: priceOf(row, 'markPrice'),
      index: optionalPrice(row, 'indexPrice'),
      rate: rateOf(row, 'fundingRate'),
      nextUs: optionalTime(row, 'nextFundingTime'),
      everyUs: intervalOf(this.#rules.get(contract), 'fundingInterval', MINUTE_US),
      // Of linear contracts in base.
      openInterest: interestOf(row, 'openInterest'),
      top: topOf(row, TOP),
    }));
    return { readings: found, unread };
  }

  async readPayments({ symbol, contract }: PerpetualContract): Promise<FundingPayments> {
    const path = `/v5/market/funding/history?category=linear&symbol=${encodeURIComponent(contract)}&limit=${PAYMENTS}`;
    const { rows } = await this.#rest.rows(`funding history of ${contract}`, path, 'result', 'list');
    const { found, unread } = readRows(rows, 'symbol', (row) => ({
      symbol,
      paidUs: timeOf(row, 'fundingRateTimestamp'),
      rate: rateOf(row, 'fundingRate'),
      mark: undefined,
    }));
    return { payments: found, unread };
  }

  async readMarks({ contract }: PerpetualContract): Promise<ReadonlyMap<TimeUs, DecimalText>> {
    const path = `/v5/market/mark-price-kline?category=linear&symbol=${encodeURIComponent(contract)}&interval=60&limit=${MARKS}`;
    const { rows } = await this.#rest.rows(`mark prices of ${contract}`, path, 'result', 'list');
    return opensOf(rows, { at: '0', open: '1' });
  }
}

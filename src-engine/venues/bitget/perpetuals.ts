/**
 * Bitget's perpetuals settled in USDT (Bitget v2, "Futures, Market"): `contracts`, `tickers`, `current-fund-rate` of all symbols,
 * `history-fund-rate`, `history-mark-candles`. Each call may be made 20 times a second by an address; a reading makes two.
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
  rowsBy,
  timeOf,
  topOf,
} from '../toolkit/perpetual-rows.ts';
import type { RestOptions } from '../toolkit/public-rest.ts';
import { BITGET_REST_URL, resultOf, throttlingOf } from './rest.ts';

const HOUR_US: DurationUs = 3_600 * US_PER_SECOND;
const PRODUCT = 'productType=USDT-FUTURES';
const PAYMENTS = 100;
/** Marks at whole hours of one answer: of four days. */
const MARKS = 100;
const TOP = { bid: 'bidPr', bidQty: 'bidSz', ask: 'askPr', askQty: 'askSz' };

export class BitgetPerpetuals implements PerpetualSource {
  readonly #rest: PerpetualRest;

  constructor({ baseUrl = BITGET_REST_URL, ...options }: RestOptions) {
    this.#rest = new PerpetualRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  async listContracts(): Promise<PerpetualListing> {
    const { rows } = await this.#rest.rows(
      'futures contracts',
      `/api/v2/mix/market/contracts?${PRODUCT}`,
      'data',
    );
    const { found, unread } = readRows(rows, 'symbol', (row) =>
      row['symbolType'] === 'perpetual' && row['symbolStatus'] === 'normal'
        ? contractOf(row, { contract: 'symbol', base: 'baseCoin', quote: 'quoteCoin' })
        : undefined,
    );
    return { contracts: found, unread };
  }

  async read(contracts: readonly PerpetualContract[]): Promise<PerpetualReadings> {
    const tickers = await this.#rest.rows('futures tickers', `/api/v2/mix/market/tickers?${PRODUCT}`, 'data');
    const rates = await this.#rest.rows(
      'funding rates',
      `/api/v2/mix/market/current-fund-rate?${PRODUCT}`,
      'data',
    );
    const rateRows = rowsBy(rates.rows, 'symbol');
    const { found, unread } = readWanted(tickers.rows, 'symbol', contracts, (row, { symbol, contract }) => {
      const rate = rateRows.get(contract);
      return {
        symbol,
        venueUs: timeOf(row, 'ts'),
        mark: priceOf(row, 'markPrice'),
        index: optionalPrice(row, 'indexPrice'),
        rate: rateOf(rate ?? row, 'fundingRate'),
        nextUs: optionalTime(rate, 'nextUpdate'),
        everyUs: intervalOf(rate, 'fundingRateInterval', HOUR_US),
        openInterest: interestOf(row, 'holdingAmount'),
        top: topOf(row, TOP),
      };
    });
    return { readings: found, unread };
  }

  async readPayments({ symbol, contract }: PerpetualContract): Promise<FundingPayments> {
    const path = `/api/v2/mix/market/history-fund-rate?symbol=${encodeURIComponent(contract)}&${PRODUCT}&pageSize=${PAYMENTS}`;
    const { rows } = await this.#rest.rows(`funding history of ${contract}`, path, 'data');
    const { found, unread } = readRows(rows, 'symbol', (row) => ({
      symbol,
      paidUs: timeOf(row, 'fundingTime'),
      rate: rateOf(row, 'fundingRate'),
      mark: undefined,
    }));
    return { payments: found, unread };
  }

  async readMarks({ contract }: PerpetualContract): Promise<ReadonlyMap<TimeUs, DecimalText>> {
    const path = `/api/v2/mix/market/history-mark-candles?symbol=${encodeURIComponent(contract)}&${PRODUCT}&granularity=1H&limit=${MARKS}`;
    const { rows } = await this.#rest.rows(`mark prices of ${contract}`, path, 'data');
    return opensOf(rows, { at: '0', open: '1' });
  }
}

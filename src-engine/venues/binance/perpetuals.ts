/**
 * Binance's USDⓈ-M perpetuals (derivatives docs, "USDⓈ-M Futures", "Market Data"): `exchangeInfo`, `fundingInfo`, `premiumIndex`,
 * `ticker/bookTicker`, `openInterest`, `fundingRate`. An address may use a weight of 2,400 a minute there, apart from the spot market's: a
 * reading has 15 and one for each of the few contracts whose open interest is asked for with it.
 */
import type { DecimalText } from '../../domain/decimal.ts';
import type { PerpetualContract, PerpetualReading } from '../../domain/perpetual.ts';
import { type DurationUs, US_PER_SECOND } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import type {
  FundingPayments,
  PerpetualListing,
  PerpetualReadings,
  PerpetualSource,
} from '../perpetual-source.ts';
import { isObject, type Json, wordOf } from '../toolkit/json.ts';
import { objectOf, PerpetualRest } from '../toolkit/perpetual-rest.ts';
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
  rowsBy,
  timeOf,
  topOf,
} from '../toolkit/perpetual-rows.ts';
import { type RestOptions, VenueRefused, VenueUnreachable } from '../toolkit/public-rest.ts';
import { throttlingOf } from './rest-errors.ts';

export const BINANCE_FUTURES_URL = 'https://fapi.binance.com';

const HOUR_US: DurationUs = 3_600 * US_PER_SECOND;
/** `fundingInfo` lists the contracts whose interval was changed; all others pay every eight hours. */
const USUAL_INTERVAL_US = 8 * HOUR_US;
/** Contracts whose open interest is asked for with a reading, in turn: there is no call for all. */
const INTERESTS_A_READING = 5;
const PAYMENTS = 100;
const TOP = { bid: 'bidPrice', bidQty: 'bidQty', ask: 'askPrice', askQty: 'askQty' };

export class BinancePerpetuals implements PerpetualSource {
  readonly #rest: PerpetualRest;
  #intervals: ReadonlyMap<string, Json> = new Map();
  readonly #interests = new Map<string, DecimalText | undefined>();
  #nextInterest = 0;

  constructor({ baseUrl = BINANCE_FUTURES_URL, ...options }: RestOptions) {
    this.#rest = new PerpetualRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  async listContracts(): Promise<PerpetualListing> {
    const { rows } = await this.#rest.rows('futures exchangeInfo', '/fapi/v1/exchangeInfo', 'symbols');
    const changed = await this.#rest.rows('fundingInfo', '/fapi/v1/fundingInfo');
    this.#intervals = rowsBy(changed.rows, 'symbol');
    const { found, unread } = readRows(rows, 'symbol', (row) => {
      if (row['contractType'] !== 'PERPETUAL' || row['status'] !== 'TRADING') return undefined;
      const contract = contractOf(row, { contract: 'symbol', base: 'baseAsset', quote: 'quoteAsset' });
      return row['marginAsset'] === row['quoteAsset'] ? contract : undefined;
    });
    return { contracts: found, unread };
  }

  async read(contracts: readonly PerpetualContract[]): Promise<PerpetualReadings> {
    const { rows } = await this.#rest.rows('premiumIndex', '/fapi/v1/premiumIndex');
    const tops = await this.#rest.extraRows('best prices', '/fapi/v1/ticker/bookTicker', 'symbol');
    await this.#readInterests(contracts);
    const { found, unread } = readWanted(rows, 'symbol', contracts, (row, contract) =>
      this.#readingOf(row, contract, tops.byName.get(contract.contract)),
    );
    return { readings: found, unread: [...unread, ...tops.unread] };
  }

  async readPayments({ symbol, contract }: PerpetualContract): Promise<FundingPayments> {
    const path = `/fapi/v1/fundingRate?symbol=${encodeURIComponent(contract)}&limit=${PAYMENTS}`;
    const { rows } = await this.#rest.rows(`fundingRate of ${contract}`, path);
    const { found, unread } = readRows(rows, 'symbol', (row) => ({
      symbol,
      paidUs: timeOf(row, 'fundingTime'),
      rate: rateOf(row, 'fundingRate'),
      mark: optionalPrice(row, 'markPrice'),
    }));
    return { payments: found, unread };
  }

  #readingOf(row: Json, { symbol, contract }: PerpetualContract, top: Json | undefined): PerpetualReading {
    return {
      symbol,
      venueUs: timeOf(row, 'time'),
      mark: priceOf(row, 'markPrice'),
      index: optionalPrice(row, 'indexPrice'),
      rate: rateOf(row, 'lastFundingRate'),
      nextUs: optionalTime(row, 'nextFundingTime'),
      everyUs:
        intervalOf(this.#intervals.get(contract), 'fundingIntervalHours', HOUR_US) ?? USUAL_INTERVAL_US,
      openInterest: this.#interests.get(contract),
      top: topOf(top, TOP),
    };
  }

  /** What one contract's open interest is like stops no reading. */
  async #readInterests(contracts: readonly PerpetualContract[]): Promise<void> {
    const count = Math.min(INTERESTS_A_READING, contracts.length);
    for (let nth = 0; nth < count; nth++) {
      const { contract } = contracts[this.#nextInterest++ % contracts.length] as PerpetualContract;
      const path = `/fapi/v1/openInterest?symbol=${encodeURIComponent(contract)}`;
      try {
        const answer = await this.#rest.answer(`open interest of ${contract}`, path);
        this.#interests.set(contract, interestOf(objectOf(answer), 'openInterest'));
      } catch (error) {
        if (!(error instanceof VenueRefused || error instanceof RangeError)) throw error;
        this.#interests.delete(contract);
      }
    }
  }
}

function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  if (status >= 200 && status <= 299) return json;
  const { code, msg }: Json = isObject(json) ? json : {};
  if (typeof code !== 'number') throw new VenueUnreachable(call, `status ${status} without a code`);
  throw new VenueRefused(call, wordOf(code), wordOf(msg));
}

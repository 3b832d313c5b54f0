/** Gemini's public REST calls: symbols, last prices, and the time of an answer. */
import type { TimeUs } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import type { MarketCalls } from '../toolkit/market-calls.ts';
import { PublicRest, type RestOptions, throttled, VenueRefused } from '../toolkit/public-rest.ts';
import type { Throttled } from '../toolkit/throttled.ts';
import type { DayTicker } from '../toolkit/turnover.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { instrumentsFromDetails } from './instruments.ts';

const GEMINI_REST_URL = 'https://api.gemini.com';
export const DETAILS = '/v1/symbols/details/all';

/** 120 calls a minute are allowed. */
const PAUSE_MS = 60_000;

export class GeminiRest implements MarketCalls {
  readonly #rest: PublicRest;

  constructor({ baseUrl = GEMINI_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All spot symbols. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromDetails(await this.#rest.result('symbol details', DETAILS));
  }

  /** The venue lists what was traded of one symbol a call, and its calls are few: nothing is known of any. */
  dayTickers(): Promise<Map<string, DayTicker>> {
    return Promise.resolve(new Map());
  }

  /** The venue has no call for its time: it is that of the answer, in whole seconds. @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    return await this.#rest.date('time', '/v1/symbols');
  }
}

function throttlingOf(call: string, { status, retryAfterMs }: HttpAnswer): Throttled | undefined {
  return status === 429 ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

/** Errors have a reason and a message. */
function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  const { result, reason, message }: Json = isObject(json) ? json : {};
  if (status >= 200 && status <= 299 && result !== 'error') return json;
  throw new VenueRefused(
    call,
    typeof reason === 'string' ? reason : String(status),
    typeof message === 'string' ? message : '',
  );
}

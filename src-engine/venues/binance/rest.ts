/** Binance's public REST calls: instruments, time, and the snapshots behind books. */
import type { TimeUs } from '../../domain/time.ts';
import { US_PER_MS } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpAnswer, Network } from '../network.ts';
import { isObject } from '../toolkit/json.ts';
import { RequestPause } from '../toolkit/request-pause.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { instrumentsFromExchangeInfo } from './instruments.ts';
import {
  BinanceRefused,
  BinanceThrottled,
  BinanceUnreachable,
  bodyOf,
  notePause,
  throttlingOf,
} from './rest-errors.ts';

export type BinanceRestOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** What the venue asks of this address; one of its own when left out. */
  readonly pause?: RequestPause | undefined;
  readonly baseUrl: string;
  readonly timeoutMs?: number | undefined;
};

/** "Invalid symbol." */
const BAD_SYMBOL = -1121;
/** The list of all symbols has some 8 MB, a snapshot of 5,000 levels 0.4 MB. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export type ExchangeInfo = InstrumentListing & {
  /** Request weight that an address may use in a minute; undefined where the venue does not say. */
  readonly weightPerMinute: number | undefined;
};

export class BinanceRest {
  readonly #options: BinanceRestOptions;
  readonly #pause: RequestPause;

  constructor(options: BinanceRestOptions) {
    this.#options = options;
    this.#pause = options.pause ?? new RequestPause();
  }

  /**
   * @param symbols only these; all when left out. One that the venue does not list any longer refuses the whole question: then
   *   all are asked for.
   * @throws UserError when the list cannot be read, else as every call here.
   */
  async exchangeInfo(symbols?: readonly string[]): Promise<ExchangeInfo> {
    const query = symbols === undefined ? '' : `?symbols=${encodeURIComponent(JSON.stringify(symbols))}`;
    let json: unknown;
    try {
      json = await this.#json('exchangeInfo', `/api/v3/exchangeInfo${query}`);
    } catch (error) {
      const isUnlisted = error instanceof BinanceRefused && error.code === BAD_SYMBOL;
      if (!isUnlisted || symbols === undefined) throw error;
      json = await this.#json('exchangeInfo', '/api/v3/exchangeInfo');
    }
    return { ...instrumentsFromExchangeInfo(json), weightPerMinute: weightLimit(json) };
  }

  /** The venue's time. @throws BinanceThrottled, BinanceRefused, BinanceUnreachable. */
  async time(): Promise<TimeUs> {
    const json = await this.#json('time', '/api/v3/time');
    const serverTime: unknown = isObject(json) ? json['serverTime'] : undefined;
    if (typeof serverTime === 'number' && Number.isSafeInteger(serverTime)) return serverTime * US_PER_MS;
    throw new BinanceUnreachable('time', 'the answer has no serverTime');
  }

  /** Trades of the last 24 hours by symbol; a row without its count is left out. @throws as `time`. */
  async tradesOfDay(): Promise<Map<string, number>> {
    const rows = await this.#json('ticker/24hr', '/api/v3/ticker/24hr?type=MINI');
    if (!Array.isArray(rows)) throw new BinanceUnreachable('ticker/24hr', 'the answer is not a list');
    const counts = new Map<string, number>();
    for (const row of rows as readonly unknown[]) {
      if (!isObject(row)) continue;
      const { symbol, count } = row;
      if (typeof symbol === 'string' && typeof count === 'number' && count >= 0) counts.set(symbol, count);
    }
    return counts;
  }

  /** The body of a depth snapshot, word for word: it is recorded as it came. @throws as `time`. */
  async depthBody(symbol: string, limit: number): Promise<string> {
    const query = `symbol=${encodeURIComponent(symbol)}&limit=${limit}`;
    const answer = await this.#get(`depth of ${symbol}`, `/api/v3/depth?${query}`);
    const json = bodyOf(`depth of ${symbol}`, answer);
    if (!isObject(json) || !('lastUpdateId' in json)) {
      throw new BinanceUnreachable(`depth of ${symbol}`, 'the answer has no lastUpdateId');
    }
    return answer.body;
  }

  async #json(call: string, path: string): Promise<unknown> {
    return bodyOf(call, await this.#get(call, path));
  }

  /** @throws BinanceThrottled without sending anything while the venue has asked for a pause, whichever client it asked. */
  async #get(call: string, path: string): Promise<HttpAnswer> {
    const { clock, network, baseUrl, timeoutMs = 10_000 } = this.#options;
    const nowUs = clock.nowUs();
    const waitUs = this.#pause.waitUs(nowUs);
    if (waitUs > 0) throw new BinanceThrottled(call, this.#pause.isBanned(nowUs), waitUs / US_PER_MS);
    let answer: HttpAnswer;
    try {
      answer = await network.request({
        method: 'GET',
        url: baseUrl + path,
        headers: { 'user-agent': 'parallax' },
        timeoutMs,
        maxBytes: MAX_BODY_BYTES,
      });
    } catch (error) {
      throw new BinanceUnreachable(call, error instanceof Error ? error.message : String(error));
    }
    notePause(this.#pause, throttlingOf(call, answer), clock.nowUs(), false);
    return answer;
  }
}

/** `rateLimits` of type REQUEST_WEIGHT in a minute; the lowest where several stand. */
function weightLimit(json: unknown): number | undefined {
  const rows: unknown = isObject(json) ? json['rateLimits'] : undefined;
  const limits = (Array.isArray(rows) ? (rows as unknown[]) : []).flatMap((row) => {
    if (!isObject(row) || row['rateLimitType'] !== 'REQUEST_WEIGHT' || row['interval'] !== 'MINUTE')
      return [];
    const { limit, intervalNum } = row;
    const isCount =
      typeof limit === 'number' && typeof intervalNum === 'number' && limit > 0 && intervalNum > 0;
    return isCount ? [limit / intervalNum] : [];
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
}

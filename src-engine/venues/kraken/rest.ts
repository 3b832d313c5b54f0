/** Kraken's public REST calls: what is asked once at start, and by `doctor`. */
import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpAnswer, Network } from '../network.ts';
import { backoffUs } from '../toolkit/backoff.ts';
import { instrumentsFromAssetPairs, normalizeSymbol, type OnLeftOut } from './instruments.ts';
import { KrakenNames } from './names.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { RequestPause } from '../toolkit/request-pause.ts';
import { notePause, resultOf } from './rest-answer.ts';
import { VenueRefused, VenueUnreachable } from './rest-errors.ts';

export const KRAKEN_REST_URL = 'https://api.kraken.com';

export type KrakenRestOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** What the venue asks of this address; one of its own when left out. */
  readonly pause?: RequestPause | undefined;
  /** Uniform in [0, 1): the jitter between attempts. */
  readonly random: () => number;
  readonly baseUrl?: string | undefined;
  /** Bound of one attempt, its answer included. */
  readonly timeoutMs?: number | undefined;
  /** Attempts in all, the first included. */
  readonly attempts?: number | undefined;
};

/** Best prices of a pair and its last trade, as the venue's decimal text. */
export type Ticker = {
  readonly bid: string;
  readonly ask: string;
  readonly last: string;
  /** Trades in the last 24 hours; 0 where the row has none. */
  readonly trades24h: number;
};

const BACKOFF_BASE_US = 500_000;
const BACKOFF_CAP_US = 8_000_000;
/** AssetPairs has about 3 MB. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export class KrakenRest {
  readonly #options: KrakenRestOptions;
  readonly #pause: RequestPause;
  /** Kraken's REST name of a pair → symbol. */
  #names = new Map<string, string>();

  constructor(options: KrakenRestOptions) {
    this.#options = options;
    this.#pause = options.pause ?? new RequestPause();
  }

  /** All pairs with their rules and, where the venue lists it, the fee of the lowest tier. */
  async assetPairs(onLeftOut?: OnLeftOut): Promise<InstrumentSpec[]> {
    const result = await this.#get('AssetPairs');
    this.#names = new Map(
      Object.entries(result).map(([name, row]) => {
        const wsname: unknown = isObject(row) ? row['wsname'] : undefined;
        return [name, typeof wsname === 'string' ? normalizeSymbol(wsname) : name];
      }),
    );
    return instrumentsFromAssetPairs(result, 'AssetPairs', onLeftOut);
  }

  /** What the REST API calls pairs and assets. */
  async names(): Promise<KrakenNames> {
    return new KrakenNames(await this.#get('AssetPairs'), await this.#get('Assets'));
  }

  /** `online`, `maintenance`, `cancel_only` or `post_only`. */
  async systemStatus(): Promise<string> {
    const result = await this.#get('SystemStatus');
    if (typeof result['status'] === 'string') return result['status'];
    throw new VenueUnreachable('SystemStatus', 'the answer has no status');
  }

  /** The venue's clock, in whole seconds since 1970. */
  async time(): Promise<number> {
    const result = await this.#get('Time');
    if (typeof result['unixtime'] === 'number') return result['unixtime'];
    throw new VenueUnreachable('Time', 'the answer has no unixtime');
  }

  /** Tickers by symbol, of these pairs or of all; one without prices (a pair that never traded) is left out. @throws VenueRefused for a symbol that Kraken does not list. */
  async ticker(symbols: readonly string[] = []): Promise<Map<string, Ticker>> {
    // REST has names of its own (`XXBTZUSD`), which only AssetPairs ties to symbols.
    if (this.#names.size === 0) await this.assetPairs();
    const result = await this.#get('Ticker', this.#pairQuery(symbols));
    const tickers = new Map<string, Ticker>();
    for (const [name, row] of Object.entries(result)) {
      if (!isObject(row)) continue;
      const [ask, bid, last] = ['a', 'b', 'c'].map((key) => firstText(row[key]));
      if (ask === undefined || bid === undefined || last === undefined) continue;
      tickers.set(this.#names.get(name) ?? name, { bid, ask, last, trades24h: lastCount(row['t']) });
    }
    return tickers;
  }

  #pairQuery(symbols: readonly string[]): string {
    if (symbols.length === 0) return '';
    const names = new Map([...this.#names].map(([name, symbol]) => [symbol, name]));
    return `?pair=${symbols.map((symbol) => encodeURIComponent(names.get(symbol) ?? symbol)).join(',')}`;
  }

  /** One public call, tried again while the venue cannot be reached or is too busy: it changes nothing. */
  async #get(method: string, query = ''): Promise<Json> {
    const { attempts = 3, random, clock } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(method, query);
      } catch (error) {
        const isWorthwhile =
          error instanceof VenueUnreachable || (error instanceof VenueRefused && error.isTemporary);
        if (!isWorthwhile || attempt >= attempts) throw error;
        const waitUs = backoffUs(attempt - 1, BACKOFF_BASE_US, BACKOFF_CAP_US, random);
        await new Promise<void>((resolve) => clock.schedule(clock.nowUs() + waitUs, resolve));
      }
    }
  }

  async #attempt(method: string, query: string): Promise<Json> {
    const { baseUrl = KRAKEN_REST_URL, timeoutMs = 10_000, network, clock } = this.#options;
    const refusal = this.#pause.refusal(clock.nowUs());
    if (refusal !== undefined) throw new VenueUnreachable(method, `it was not sent: ${refusal}`);
    let answer: HttpAnswer;
    try {
      answer = await network.request({
        method: 'GET',
        url: `${baseUrl}/0/public/${method}${query}`,
        headers: {},
        timeoutMs,
        maxBytes: MAX_BODY_BYTES,
      });
    } catch (error) {
      throw new VenueUnreachable(method, error instanceof Error ? error.message : String(error));
    }
    notePause(this.#pause, answer, clock.nowUs(), false);
    return resultOf(method, answer);
  }
}

function firstText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

/** Kraken gives counts as [today, last 24 hours]. */
function lastCount(value: unknown): number {
  const count: unknown = Array.isArray(value) ? value[1] : undefined;
  return typeof count === 'number' && Number.isFinite(count) ? count : 0;
}

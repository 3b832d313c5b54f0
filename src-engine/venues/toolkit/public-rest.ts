/** Public REST calls of a venue: one request, its pause, its answer as a result or as one of three errors. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpAnswer, HttpRequest, Network } from '../network.ts';
import type { VenueContext } from '../venue-adapter.ts';
import { RequestPause } from './request-pause.ts';
import { Throttled } from './throttled.ts';

/** The venue answered, and refused. */
export class VenueRefused extends Error {
  /** The venue's own code, else the HTTP status. */
  readonly code: string;

  constructor(call: string, code: string, text: string) {
    super(`${call} was refused: ${code} ${text}`.trim());
    this.name = 'VenueRefused';
    this.code = code;
  }
}

/** No answer, or none that can be understood. */
export class VenueUnreachable extends Error {
  constructor(call: string, detail: string) {
    super(`${call} got no answer: ${detail}`);
    this.name = 'VenueUnreachable';
  }
}

/** What the calls of a venue are opened with. */
export type RestOptions = {
  readonly clock: Clock;
  readonly network: Network;
  readonly pause?: RequestPause | undefined;
  readonly baseUrl?: string | undefined;
};

/** The same, of all that an adapter is given. */
export function restOptions({ clock, network, pause, urls }: VenueContext): RestOptions {
  return { clock, network, pause, baseUrl: urls?.rest };
}

export type PublicRestOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** What the venue asks of this address; one of its own when left out. */
  readonly pause?: RequestPause | undefined;
  readonly baseUrl: string;
  /** What an answer asks the address to wait; undefined: nothing. */
  readonly throttlingOf: (call: string, answer: HttpAnswer) => Throttled | undefined;
  /** The result inside of an answer with a status of 2xx or 4xx. @throws VenueRefused, VenueUnreachable. */
  readonly resultOf: (call: string, json: unknown, answer: HttpAnswer) => unknown;
};

const TIMEOUT_MS = 10_000;
/** The longest answer of a venue here, the list of its instruments, has some MB. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Longest pause that is believed. */
const MAX_PAUSE_MS = 3 * 24 * 3_600_000;

/** A pause of at most three days; `fallbackMs` where the answer names none. */
export function throttled(
  call: string,
  isBan: boolean,
  waitMs: number | undefined,
  fallbackMs: number,
): Throttled {
  const isTime = waitMs !== undefined && Number.isFinite(waitMs) && waitMs >= 0;
  return new Throttled(call, isBan, Math.min(isTime ? waitMs : fallbackMs, MAX_PAUSE_MS));
}

export class PublicRest {
  readonly #options: PublicRestOptions;
  readonly #pause: RequestPause;

  constructor(options: PublicRestOptions) {
    this.#options = options;
    this.#pause = options.pause ?? new RequestPause();
  }

  /**
   * @param call its name, for messages. @param path with its query.
   * @throws Throttled, without sending anything while the venue has asked for a pause, whichever client it asked; VenueRefused;
   *   VenueUnreachable.
   */
  async result(call: string, path: string): Promise<unknown> {
    return (await this.answer(call, path)).result;
  }

  /** When an answer was sent, in whole seconds, for venues that have no call for their time. @throws as `result`. */
  async date(call: string, path: string): Promise<TimeUs> {
    const { headers } = await this.answer(call, path);
    const timeUs = Date.parse(headers?.['date'] ?? '') * US_PER_MS;
    if (timeUs > 0) return timeUs;
    throw new VenueUnreachable(call, 'the answer has no date');
  }

  /** As `result`, with the body word for word, and the headers. */
  async answer(
    call: string,
    path: string,
    method: HttpRequest['method'] = 'GET',
  ): Promise<{ readonly result: unknown; readonly body: string; readonly headers: HttpAnswer['headers'] }> {
    const { clock, network, baseUrl, throttlingOf, resultOf } = this.#options;
    const nowUs = clock.nowUs();
    const waitUs = this.#pause.waitUs(nowUs);
    if (waitUs > 0) throw new Throttled(call, this.#pause.isBanned(nowUs), waitUs / US_PER_MS);
    const headers = { 'user-agent': 'parallax' };
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BODY_BYTES };
    let answer: HttpAnswer;
    try {
      answer = await network.request({ method, url: baseUrl + path, headers, ...limits });
    } catch (error) {
      throw new VenueUnreachable(call, error instanceof Error ? error.message : String(error));
    }
    const throttling = throttlingOf(call, answer);
    if (throttling !== undefined) {
      const { isBan, retryAfterMs } = throttling;
      const atUs = clock.nowUs();
      this.#pause.begin(atUs + retryAfterMs * US_PER_MS, atUs, { isBan });
      throw throttling;
    }
    if (answer.status >= 500) throw new VenueUnreachable(call, `status ${answer.status}`);
    let json: unknown;
    try {
      json = JSON.parse(answer.body);
    } catch {
      throw new VenueUnreachable(call, `status ${answer.status}, and the answer is not JSON`);
    }
    return { result: resultOf(call, json, answer), body: answer.body, headers: answer.headers };
  }
}

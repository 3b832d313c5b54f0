/** Order entry over a connection (Bybit v5, "WebSocket Trade Guideline"): a request ends with the venue's answer, or with the doubt that there is none. */
import type { Clock } from '../../../lib/clock.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { PendingRequests, type Silent } from '../../toolkit/pending-requests.ts';
import { venueMs } from '../../toolkit/signed-calls.ts';
import { type Outcome, outcomeOf } from './error-codes.ts';
import type { UsedLimits } from './limits.ts';
import { SignedConnection, type SignedConnectionOptions } from './signed-connection.ts';

export type Answer =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'refused'; readonly outcome: Outcome; readonly code: number; readonly error: string }
  | Silent;

export class TradeSocket {
  readonly #options: SignedConnectionOptions;
  readonly #limits: UsedLimits;
  readonly #connection: SignedConnection;
  readonly #pending: PendingRequests<Exclude<Answer, Silent>>;
  /** Before the number of each request: ids must be unique, those of earlier connections included. */
  readonly #prefix: string;
  #isReady = false;

  constructor(options: SignedConnectionOptions, limits: UsedLimits) {
    const clock: Clock = options.clock;
    this.#options = options;
    this.#limits = limits;
    this.#pending = new PendingRequests(clock);
    this.#prefix = `${clock.nowUs().toString(36)}-`;
    this.#connection = new SignedConnection(options, {
      onReady: () => {
        this.#isReady = true;
        this.#connection.done();
      },
      onDown: (reason) => {
        this.#isReady = false;
        this.#pending.endAll(reason);
      },
      onFrame: (json) => this.#onAnswer(json),
    });
  }

  start(): void {
    this.#connection.start();
  }

  /**
   * Sends an order; `onAnswer` follows exactly once, never within the call.
   * @param recvWindowMs how long the venue may take it from now on.
   * @returns false when it is not connected: nothing was sent, and nothing follows.
   */
  place(
    order: object,
    { timeoutMs, recvWindowMs }: { readonly timeoutMs: number; readonly recvWindowMs: number },
    onAnswer: (answer: Answer) => void,
  ): boolean {
    if (!this.#isReady) return false;
    const { clock, skew } = this.#options;
    const header = {
      'X-BAPI-TIMESTAMP': String(venueMs(clock.nowUs(), skew)),
      'X-BAPI-RECV-WINDOW': String(recvWindowMs),
    };
    const send = (id: number): boolean =>
      this.#connection.send(
        JSON.stringify({ reqId: `${this.#prefix}${id}`, header, op: 'order.create', args: [order] }),
      );
    return this.#pending.open('order.create', timeoutMs, send, onAnswer);
  }

  async stop(): Promise<void> {
    await this.#connection.stop();
    this.#isReady = false;
    this.#pending.endAll('the connection was closed');
  }

  #onAnswer({ reqId, retCode, retMsg, data, header }: Json): void {
    if (isObject(header)) {
      const names = new Map(Object.entries(header).map(([name, value]) => [name.toLowerCase(), value]));
      this.#limits.take((name) => names.get(name));
    }
    if (typeof reqId !== 'string' || !reqId.startsWith(this.#prefix)) return;
    const pending = this.#pending.take(Number(reqId.slice(this.#prefix.length)));
    if (pending === undefined) return;
    const code = typeof retCode === 'number' ? retCode : -1;
    if (code === 0) pending.end({ kind: 'done', result: data });
    else {
      const error = `${code} ${typeof retMsg === 'string' ? retMsg : ''}`.trim();
      pending.end({ kind: 'refused', outcome: outcomeOf(code), code, error });
    }
  }
}

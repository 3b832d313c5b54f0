/** The way to the process that holds an account: started when it is needed, started again when it ends, asked one line at a time. */
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import { US_PER_MS } from '../../../domain/time.ts';
import { isObject, type Json, objectFrom } from '../../toolkit/json.ts';
import { PendingRequests, type Silent } from '../../toolkit/pending-requests.ts';
import { VenueRefused, VenueUnreachable } from '../../toolkit/public-rest.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import { type SocketTiming, VenueSocket } from '../../toolkit/venue-socket.ts';
import type { AccountAsk } from '../process/account-calls.ts';
import type { CcxtCredentials } from './credentials.ts';

export type AccountLinkOptions = {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: () => number;
  readonly credentials: CcxtCredentials;
  /** `ccxt://ID/ORIGIN/account`. */
  readonly url: string;
  readonly rights: 'trade' | 'cancel';
  readonly onUp?: (() => void) | undefined;
  readonly onDown?: ((reason: string) => void) | undefined;
  readonly socket?: SocketTiming | undefined;
};

type Reply = { readonly kind: 'reply'; readonly line: Json };

/** A process takes a second to start, and longer on a machine that is busy. */
const START_MS = 45_000;
/**
 * The process itself ends each call of a question after a few seconds, and its silence shows by its pings: what takes longer waits for
 * ccxt's throttle, which lets a question through every 3 to 6 s at the slowest venue, one after the other.
 */
const ANSWER_MS = 90_000;
const TIMING: SocketTiming & { readonly silenceMs: number } = {
  silenceMs: 20_000,
  ping: '{"do":"ping"}',
  connectTimeoutMs: START_MS,
};

export class AccountLink {
  readonly #options: AccountLinkOptions;
  readonly #socket: VenueSocket;
  readonly #pending: PendingRequests<Reply>;
  /** Questions that wait until the account is open. */
  #waiting: (() => void)[] = [];
  #isOpen = false;
  #isStarted = false;
  #isStopped = false;
  #usage: { readonly used: number; readonly limit: number } | undefined;
  #problem = '';

  constructor(options: AccountLinkOptions) {
    const { clock, network, random, url, socket } = options;
    this.#options = options;
    this.#pending = new PendingRequests(clock);
    this.#socket = new VenueSocket(
      { url, clock, network, random, ...TIMING, ...socket },
      {
        onConnecting: () => undefined,
        onOpen: () => void this.#socket.send(options.credentials.opening(options.rights)),
        onFrame: (bytes) => this.#take(objectFrom(bytes.toString('utf8')) ?? {}),
        onClosed: (reason) => this.#onClosed(reason),
      },
    );
  }

  start(): void {
    if (this.#isStarted || this.#isStopped) return;
    this.#isStarted = true;
    this.#socket.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isOpen = false;
    this.#pending.endAll('it was closed');
    this.#wake();
    if (this.#isStarted) await this.#socket.stop();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Of ccxt's own throttle, in its units over ten seconds; undefined before the first answer. */
  get usage(): { readonly used: number; readonly limit: number } | undefined {
    return this.#usage;
  }

  /** Waits for the account to be open. @throws VenueRefused, NotSent, VenueUnreachable. */
  async ask(ask: AccountAsk, timeoutMs: number = ANSWER_MS): Promise<unknown> {
    this.start();
    if (!this.#isOpen) await this.#opened(ask.what);
    return await this.once(ask, timeoutMs);
  }

  /** Leaves now, or never. @throws NotSent where the account is not open; else as `ask`. */
  once(ask: AccountAsk, timeoutMs: number): Promise<unknown> {
    const { what } = ask;
    return new Promise((settle, fail) => {
      const send = (id: number): boolean =>
        this.#isOpen && this.#socket.send(JSON.stringify({ do: 'ask', id, ask }));
      const isSent = this.#pending.open(what, timeoutMs, send, (answer) => {
        const failure = failureOf(what, answer);
        if (failure === undefined) settle(answer.kind === 'reply' ? answer.line['value'] : undefined);
        else fail(failure);
      });
      if (!isSent)
        fail(
          new NotSent(`the process of ccxt is not there${this.#problem === '' ? '' : `: ${this.#problem}`}`),
        );
    });
  }

  #opened(what: string): Promise<void> {
    const { clock } = this.#options;
    return new Promise((settle, fail) => {
      const stop = clock.schedule(clock.nowUs() + START_MS * US_PER_MS, () =>
        fail(
          new VenueUnreachable(
            what,
            this.#problem || `the process of ccxt did not start within ${START_MS} ms`,
          ),
        ),
      );
      this.#waiting.push(() => {
        stop();
        if (this.#isOpen) settle();
        else fail(new VenueUnreachable(what, this.#problem || 'it was closed'));
      });
    });
  }

  #take(line: Json): void {
    const { event, id, usage, text } = line;
    if (event === 'account') {
      this.#isOpen = true;
      this.#problem = '';
      this.#wake();
      this.#options.onUp?.();
    } else if (event === 'closed') {
      this.#socket.reconnect(
        typeof text === 'string' ? text.slice(0, 300) : 'the account could not be opened',
      );
    } else if (event === 'reply' && typeof id === 'number') {
      if (isObject(usage)) this.#usage = { used: Number(usage['used']), limit: Number(usage['limit']) };
      this.#pending.take(id)?.end({ kind: 'reply', line });
    }
  }

  #onClosed(reason: string): void {
    this.#isOpen = false;
    this.#problem = reason;
    this.#pending.endAll(reason);
    this.#wake();
    this.#options.onDown?.(reason);
  }

  /** All that wait learn how it stands. */
  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) one();
  }
}

/** Undefined: it was answered. */
function failureOf(what: string, answer: Reply | Silent): Error | undefined {
  if (answer.kind === 'silent') return new VenueUnreachable(what, answer.reason);
  const { ok, kind, name, text } = answer.line;
  if (ok === true) return undefined;
  const words = typeof text === 'string' ? text.slice(0, 300) : 'no reason is given';
  if (kind === 'not-sent') return new NotSent(words);
  if (kind === 'refused') return new VenueRefused(what, typeof name === 'string' ? name : '', words);
  return new VenueUnreachable(what, words);
}

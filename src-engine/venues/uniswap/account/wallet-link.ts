/** The way to the process that signs for an account: started when it is needed, started again when it ends, asked one line at a time. */
import type { Clock } from '../../../lib/clock.ts';
import { US_PER_MS } from '../../../domain/time.ts';
import type { Network } from '../../network.ts';
import { type Json, objectFrom } from '../../toolkit/json.ts';
import { PendingRequests } from '../../toolkit/pending-requests.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import { type SocketTiming, VenueSocket } from '../../toolkit/venue-socket.ts';
import type { Cancels, WalletAsk, WalletRights } from '../wallet/asks.ts';
import type { WalletCredentials } from './credentials.ts';

export type WalletLinkOptions = {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: () => number;
  readonly credentials: WalletCredentials;
  readonly url: string;
  readonly rights: WalletRights;
  /** What the next process is not to make of what it finds open. */
  readonly cancels?: (() => Cancels) | undefined;
  /** The account is open: its record was read, and its chain answered. */
  readonly onUp?: (() => void) | undefined;
  readonly onDown?: ((reason: string) => void) | undefined;
  /** Lines that answer nothing: of orders, of the chain. */
  readonly onSaid?: ((line: Json) => void) | undefined;
};

type Reply = { readonly kind: 'reply'; readonly line: Json };

/** A process takes a second to start, and longer on a machine that is busy. */
const START_MS = 45_000;
/** An endpoint has 8 s for each call, and a reading is some twenty. */
const ANSWER_MS = 60_000;
const TIMING: SocketTiming & { readonly silenceMs: number } = {
  silenceMs: 20_000,
  ping: '{"do":"ping"}',
  connectTimeoutMs: START_MS,
};
const MOST_WORDS = 300;

export class WalletLink {
  readonly #options: WalletLinkOptions;
  readonly #socket: VenueSocket;
  readonly #pending: PendingRequests<Reply>;
  /** Questions that wait until the account is open. */
  #waiting: (() => void)[] = [];
  #isOpen = false;
  #isStarted = false;
  #isStopped = false;
  #problem = '';

  constructor(options: WalletLinkOptions) {
    const { clock, network, random, url, credentials, rights, cancels } = options;
    this.#options = options;
    this.#pending = new PendingRequests(clock);
    this.#socket = new VenueSocket(
      { url, clock, network, random, ...TIMING },
      {
        onConnecting: () => undefined,
        onOpen: () => void this.#socket.send(credentials.opening(rights, cancels?.())),
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

  /** Waits for the account to be open. @throws NotSent, VenueUnreachable. */
  async ask(ask: WalletAsk): Promise<unknown> {
    this.start();
    if (!this.#isOpen) await this.#opened(ask.what);
    return await this.once(ask);
  }

  /** Leaves now, or never. @throws NotSent where nothing of it was done; else VenueUnreachable. */
  once(ask: WalletAsk): Promise<unknown> {
    const { what } = ask;
    return new Promise((settle, fail) => {
      const send = (id: number): boolean =>
        this.#isOpen && this.#socket.send(JSON.stringify({ do: 'ask', id, ask }));
      const isSent = this.#pending.open(what, ANSWER_MS, send, (answer) => {
        if (answer.kind === 'silent') fail(new VenueUnreachable(what, answer.reason));
        else if (answer.line['ok'] === true) settle(answer.line['value']);
        else if (answer.line['isSent'] === false) fail(new NotSent(wordsOf(answer.line)));
        else fail(new VenueUnreachable(what, wordsOf(answer.line)));
      });
      if (!isSent) fail(new NotSent(`the process that signs is not there${this.#why()}`));
    });
  }

  #why(): string {
    return this.#problem === '' ? '' : `: ${this.#problem}`;
  }

  #opened(what: string): Promise<void> {
    const { clock } = this.#options;
    return new Promise((settle, fail) => {
      const late = `the process that signs did not start within ${START_MS} ms`;
      const stop = clock.schedule(clock.nowUs() + START_MS * US_PER_MS, () =>
        fail(new VenueUnreachable(what, this.#problem || late)),
      );
      this.#waiting.push(() => {
        stop();
        if (this.#isOpen) settle();
        else fail(new VenueUnreachable(what, this.#problem || 'it was closed'));
      });
    });
  }

  #take(line: Json): void {
    const { event, id } = line;
    if (event === 'account') {
      this.#isOpen = true;
      this.#problem = '';
      this.#wake();
      this.#options.onUp?.();
    } else if (event === 'closed') this.#socket.reconnect(wordsOf(line));
    else if (event === 'reply' && typeof id === 'number')
      this.#pending.take(id)?.end({ kind: 'reply', line });
    else if (event !== 'pong') this.#options.onSaid?.(line);
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

function wordsOf({ text }: Json): string {
  return typeof text === 'string' && text !== '' ? text.slice(0, MOST_WORDS) : 'no reason is given';
}

/** @throws VenueUnreachable. */
export function countIn(what: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new VenueUnreachable(what, 'the answer is no count');
}

/**
 * KuCoin's socket as the network shows any other: a connection begins with a REST call for a token, which is good for that
 * connection alone, and is open once the server has sent its welcome (KuCoin, "Get Public Token", "Introduction").
 */
import type { ConnectOptions, Connection, ConnectionEvents, Network } from '../network.ts';
import type { SocketTicket } from './rest.ts';

const CLOSED_ABNORMALLY = 1006;
/** A welcome is shorter; other first messages are no concern of ours. */
const MAX_WELCOME_BYTES = 512;

export type TicketNetworkOptions = {
  readonly network: Network;
  /** Rejects when there is none to be had. */
  readonly ticket: () => Promise<SocketTicket>;
  /** Names this connection; a new one each time. */
  readonly connectId: () => string;
  /** In place of the address of a ticket: a test, a local exchange. */
  readonly streamUrl?: string | undefined;
  readonly onTicket: (ticket: SocketTicket) => void;
};

export class TicketNetwork implements Network {
  readonly request: Network['request'];
  readonly #options: TicketNetworkOptions;

  constructor(options: TicketNetworkOptions) {
    this.#options = options;
    this.request = (request) => options.network.request(request);
  }

  /** @param _url is that of the ticket. */
  connect(_url: string, settings: ConnectOptions, events: ConnectionEvents): Connection {
    const pending = new PendingConnection(events);
    void this.#open(settings, pending);
    return pending;
  }

  async #open(settings: ConnectOptions, pending: PendingConnection): Promise<void> {
    const { network, ticket, connectId, streamUrl, onTicket } = this.#options;
    let given: SocketTicket;
    try {
      given = await ticket();
    } catch (error) {
      pending.fail(error instanceof Error ? error.message : String(error));
      return;
    }
    if (pending.isOver) return;
    onTicket(given);
    const url = new URL(streamUrl ?? given.endpoint);
    url.searchParams.set('token', given.token);
    url.searchParams.set('connectId', connectId());
    pending.attach((events) => network.connect(url.href, settings, events));
  }
}

/** What the feed holds while there is no connection yet, and behind it the connection. */
class PendingConnection implements Connection {
  readonly #events: ConnectionEvents;
  #connection: Connection | undefined;
  #isWelcome = false;
  #isOver = false;

  constructor(events: ConnectionEvents) {
    this.#events = events;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  send(text: string): boolean {
    return this.#isWelcome && this.#connection !== undefined && this.#connection.send(text);
  }

  close(): void {
    if (this.#connection === undefined) this.fail('closed before there was a token');
    else this.#connection.close();
  }

  terminate(): void {
    if (this.#connection === undefined) this.fail('given up before there was a token');
    else this.#connection.terminate();
  }

  /** There will be no connection. */
  fail(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onClose(CLOSED_ABNORMALLY, reason);
  }

  attach(connect: (events: ConnectionEvents) => Connection): void {
    this.#connection = connect({
      // The server takes no request before its welcome.
      onOpen: () => undefined,
      onMessage: (bytes) => {
        if (this.#isWelcome) this.#events.onMessage(bytes);
        else this.#first(bytes);
      },
      onPing: () => this.#events.onPing?.(),
      onClose: (code, reason) => {
        this.#isOver = true;
        this.#events.onClose(code, reason);
      },
    });
  }

  #first(bytes: Buffer): void {
    if (bytes.length > MAX_WELCOME_BYTES || !/"type"\s*:\s*"welcome"/.test(bytes.toString('utf8'))) return;
    this.#isWelcome = true;
    this.#events.onOpen();
  }
}

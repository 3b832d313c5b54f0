/**
 * KuCoin's socket as the network shows any other: a connection begins with a REST call for a token, which is good for that
 * connection alone, and is open once the server has sent its welcome (KuCoin, "Get Public Token", "Introduction").
 */
import type { ConnectOptions, Connection, ConnectionEvents, Network } from '../network.ts';
import { DeferredConnection } from '../toolkit/deferred-connection.ts';
import type { SocketTicket } from './rest.ts';

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
    const pending = new DeferredConnection(events, isWelcome);
    void this.#open(settings, pending);
    return pending;
  }

  async #open(settings: ConnectOptions, pending: DeferredConnection): Promise<void> {
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

/** The server takes no request before its welcome. */
function isWelcome(bytes: Buffer): boolean {
  return bytes.length <= MAX_WELCOME_BYTES && /"type"\s*:\s*"welcome"/.test(bytes.toString('utf8'));
}

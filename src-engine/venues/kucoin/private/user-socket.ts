/** The private connection: a token of its own, orders as they change, balances (KuCoin, "Get Private Token", "Order V2", "Account Balance"). */
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import { isObject, type Json, objectFrom } from '../../toolkit/json.ts';
import { type SocketTiming, VenueSocket } from '../../toolkit/venue-socket.ts';
import { ticketOf } from '../rest.ts';
import { TicketNetwork } from '../ticket-network.ts';
import type { PrivateRest } from './private-rest.ts';

export type UserSocketOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  /** In place of the address that the token comes with. */
  readonly url: string | undefined;
  readonly rest: Pick<PrivateRest, 'post' | 'measureSkew'>;
  readonly socket?: SocketTiming | undefined;
};

export type UserSocketHandlers = {
  /** Changes of orders are sent from now on. */
  onUp(): void;
  onDown(reason: string): void;
  onOrder(data: Json, receivedUs: TimeUs): void;
  onBalance(data: Json): void;
};

const ORDERS = '/spotMarket/tradeOrdersV2';
const BALANCES = '/account/balance';
const TICKET = '/api/v1/bullet-private';
/** From the welcome until orders are sent. */
const SESSION_US = 20_000 * US_PER_MS;
const PING = '{"id":"0","type":"ping"}';
/** A quiet connection is asked half-way: the answer shows that it lives. */
const LIVENESS = { silenceMs: 5_000, ping: PING } as const;
/** A server that was not pinged closes the connection, whatever it sends: well before that. */
const PING_SHARE = 0.8;

export class UserSocket {
  readonly #options: UserSocketOptions;
  readonly #handlers: UserSocketHandlers;
  readonly #socket: VenueSocket;
  #pingUs = 0;
  #isUp = false;
  #stopTimer: () => void = () => undefined;
  #stopPing: () => void = () => undefined;

  constructor(options: UserSocketOptions, handlers: UserSocketHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    const { clock, network, random, url, rest, socket } = options;
    const tickets = new TicketNetwork({
      network,
      streamUrl: url,
      ticket: async () => {
        // The call for a token is signed: by a clock that is off it would be refused.
        await rest.measureSkew();
        return ticketOf(TICKET, await rest.post(TICKET, {}));
      },
      connectId: () => random().toString(36).slice(2) || '0',
      onTicket: ({ pingMs }) => {
        this.#pingUs = pingMs * PING_SHARE * US_PER_MS;
      },
    });
    this.#socket = new VenueSocket(
      { ...LIVENESS, ...socket, url: '', clock, network: tickets, random },
      {
        onConnecting: () => undefined,
        onOpen: () => this.#begin(),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes.toString('utf8'), receivedUs),
        onClosed: (reason) => {
          this.#end();
          handlers.onDown(reason);
        },
      },
    );
  }

  start(): void {
    this.#socket.start();
  }

  async stop(): Promise<void> {
    this.#end();
    await this.#socket.stop();
  }

  #end(): void {
    this.#isUp = false;
    this.#stopTimer();
    this.#stopPing();
  }

  #begin(): void {
    const { clock } = this.#options;
    this.#stopTimer = clock.schedule(clock.nowUs() + SESSION_US, () =>
      this.#socket.reconnect('orders were not subscribed within the time allowed'),
    );
    this.#pingLater();
    for (const [id, topic] of [ORDERS, BALANCES].entries())
      this.#socket.send(
        JSON.stringify({
          id: String(id + 1),
          type: 'subscribe',
          topic,
          privateChannel: true,
          response: true,
        }),
      );
  }

  #pingLater(): void {
    const { clock } = this.#options;
    this.#stopPing = clock.schedule(clock.nowUs() + this.#pingUs, () => {
      this.#socket.send(PING);
      this.#pingLater();
    });
  }

  #onFrame(text: string, receivedUs: TimeUs): void {
    const json = objectFrom(text);
    if (json === undefined)
      return this.#socket.reconnect(`a frame is not a JSON object: ${text.slice(0, 60)}`);
    const { type, topic, data } = json;
    if (type === 'error')
      return this.#socket.reconnect(`a request was refused: ${JSON.stringify(data) ?? ''}`.slice(0, 200));
    // The first acknowledgement is of the first request, whatever id it has.
    if (type === 'ack') this.#onUp();
    if (topic !== ORDERS && topic !== BALANCES) return;
    // It is of an order, or of a balance, that is not known then.
    if (!isObject(data)) return this.#socket.reconnect(`a message has no data: ${text.slice(0, 60)}`);
    if (topic === ORDERS) this.#handlers.onOrder(data, receivedUs);
    else this.#handlers.onBalance(data);
  }

  #onUp(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#stopTimer();
    this.#handlers.onUp();
  }
}

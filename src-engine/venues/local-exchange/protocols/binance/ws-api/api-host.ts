/** The sessions of the WebSocket API, and the events of accounts that go out over them. */
import type { OrderOwner } from '../../../core/orders/client-order.ts';
import { FaultyWire } from '../../../hosting/faulty-wire.ts';
import type { HostedSession, SessionOpener, Wire } from '../../../hosting/wire.ts';
import { AccountEvents, type AccountHearer } from '../account-events.ts';
import type { BinanceExchange } from '../binance-exchange.ts';
import { timeUnit } from '../rest-server.ts';
import { pinged } from '../streams/market-streams.ts';
import { ApiSession } from './api-session.ts';

const API_PATH = '/ws-api/v3';
const CONNECTION_WEIGHT = 2;

export class ApiHost implements SessionOpener {
  readonly #exchange: BinanceExchange;
  readonly #sessions = new Set<ApiSession>();

  constructor(exchange: BinanceExchange) {
    this.#exchange = exchange;
    void new AccountEvents(exchange, (account) => this.#hearersOf(account));
  }

  accepts(path: string): boolean {
    return path === API_PATH;
  }

  open(wire: Wire, target: string): HostedSession {
    const exchange = this.#exchange;
    const { clock, faults } = exchange;
    const query = new URL(target, 'ws://local').searchParams;
    exchange.limits.add(CONNECTION_WEIGHT, clock.nowUs());
    const unit = query.get('timeUnit')?.toUpperCase() === 'MICROSECOND' ? 'MICROSECOND' : undefined;
    const session = new ApiSession(
      this.#exchange,
      new FaultyWire(wire, clock, faults),
      timeUnit(unit),
      query.get('returnRateLimits') !== 'false',
    );
    this.#sessions.add(session);
    const pings = pinged(wire, this.#exchange);
    return {
      receive: (text) => session.receive(text),
      pong: () => pings.heard(),
      closed: () => {
        pings.stop();
        session.wire.close();
        this.#sessions.delete(session);
      },
    };
  }

  stop(): void {
    for (const session of this.#sessions) session.wire.close();
  }

  /** Announces the end of all connections, and closes them a second later. */
  shutDown(): void {
    const { clock } = this.#exchange;
    const nowUs = clock.nowUs();
    const ending = [...this.#sessions];
    for (const session of ending) {
      const event = { e: 'serverShutdown', E: session.time(nowUs) };
      session.wire.send(JSON.stringify({ event }), () => 'serverShutdown');
    }
    clock.schedule(nowUs + 1_000_000, () => {
      for (const session of ending) session.wire.end();
    });
  }

  #hearersOf(account: OrderOwner): AccountHearer[] {
    return [...this.#sessions]
      .filter((session) => session.hears(account))
      .map((session) => ({
        time: session.time,
        send: (event, channel) => session.notify(account, event, channel),
      }));
  }
}

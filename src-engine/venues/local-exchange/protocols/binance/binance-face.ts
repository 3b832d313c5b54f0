import type { Face } from '../../hosting/serve-face.ts';
import type { SessionOpener } from '../../hosting/wire.ts';
import { AccountEvents } from './account-events.ts';
import type { BinanceExchange } from './binance-exchange.ts';
import { BinanceRestServer } from './rest-server.ts';
import { MarketStreams } from './streams/market-streams.ts';
import { ApiHost } from './ws-api/api-host.ts';

/** Binance's REST API, market streams and WebSocket API; user data streams where the venue has them. */
export function binanceFace(exchange: BinanceExchange): Face {
  const { dialect, faults, listenKeys } = exchange;
  const rest = new BinanceRestServer(exchange);
  const streams = new MarketStreams(exchange);
  const api = new ApiHost(exchange);
  const hosts: readonly SessionOpener[] = [streams, api];
  if (dialect.userData === 'listen-key') streamAccounts(exchange, streams);
  faults.onEndConnections = () => {
    if (!dialect.announcesEnd) return faults.dropConnections();
    streams.shutDown();
    api.shutDown();
  };
  return {
    answer: (request) => rest.answer(request),
    sessions: {
      accepts: (path) => hosts.some((host) => host.accepts(path)),
      open: (wire, target) =>
        (api.accepts(new URL(target, 'ws://local').pathname) ? api : streams).open(wire, target),
      stop() {
        for (const host of hosts) host.stop();
        listenKeys.stop();
      },
    },
    isBanned: () => exchange.limits.isBanned(exchange.clock.nowUs()),
  };
}

/** A key is the name of a stream, with the events of its account. */
function streamAccounts(exchange: BinanceExchange, streams: MarketStreams): void {
  const { clock, listenKeys } = exchange;
  void new AccountEvents(exchange, (account) => {
    const key = listenKeys.keyOf(account);
    if (key === undefined) return [];
    return streams.listenersOf(key).map((session) => ({
      time: session.time,
      send: (event, channel) => session.deliver(key, event, channel),
    }));
  });
  listenKeys.onExpired = (listenKey) => {
    for (const session of streams.listenersOf(listenKey)) {
      const event = { e: 'listenKeyExpired', E: session.time(clock.nowUs()), listenKey };
      session.deliver(listenKey, event, 'listenKeyExpired');
    }
  };
}

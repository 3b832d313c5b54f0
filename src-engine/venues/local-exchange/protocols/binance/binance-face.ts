import type { Face } from '../../hosting/serve-face.ts';
import type { SessionOpener } from '../../hosting/wire.ts';
import type { BinanceExchange } from './binance-exchange.ts';
import { BinanceRestServer } from './rest-server.ts';
import { MarketStreams } from './streams/market-streams.ts';
import { ApiHost } from './ws-api/api-host.ts';

/** Binance's REST API, market streams and WebSocket API. */
export function binanceFace(exchange: BinanceExchange): Face {
  const rest = new BinanceRestServer(exchange);
  const streams = new MarketStreams(exchange);
  const api = new ApiHost(exchange);
  const hosts: readonly SessionOpener[] = [streams, api];
  exchange.faults.onEndConnections = () => {
    streams.shutDown();
    api.shutDown();
  };
  return {
    answer: (request) => rest.answer(request),
    sessions: {
      accepts: (path) => hosts.some((host) => host.accepts(path)),
      open: (wire, target) =>
        (api.accepts(new URL(target, 'ws://local').pathname) ? api : streams).open(wire, target),
      stop: () => hosts.forEach((host) => host.stop()),
    },
    isBanned: () => exchange.limits.isBanned(exchange.clock.nowUs()),
  };
}

import type { Face } from '../../hosting/serve-face.ts';
import type { SessionOpener } from '../../hosting/wire.ts';
import type { BybitExchange } from './bybit-exchange.ts';
import { BybitRestServer } from './rest-server.ts';
import { PrivateHost } from './streams/private-host.ts';
import { PublicHost } from './streams/public-host.ts';
import { TradeHost } from './streams/trade-host.ts';

/** Bybit's REST API, its streams of the spot market and of accounts, and its order entry. */
export function bybitFace(exchange: BybitExchange): Face {
  const rest = new BybitRestServer(exchange);
  const hosts: readonly SessionOpener[] = [
    new PublicHost(exchange),
    new PrivateHost(exchange),
    new TradeHost(exchange),
  ];
  // It announces no end of a connection.
  exchange.faults.onEndConnections = () => exchange.faults.dropConnections();
  return {
    answer: (request) => rest.answer(request),
    sessions: {
      accepts: (path) => hosts.some((host) => host.accepts(path)),
      open(wire, target) {
        const { pathname } = new URL(target, 'ws://local');
        const host = hosts.find((one) => one.accepts(pathname));
        if (host === undefined) throw new Error(`no stream of Bybit is at ${pathname}`);
        return host.open(wire, target);
      },
      stop: () => hosts.forEach((host) => host.stop()),
    },
    isBanned: () => exchange.limits.isBanned(exchange.clock.nowUs()),
  };
}

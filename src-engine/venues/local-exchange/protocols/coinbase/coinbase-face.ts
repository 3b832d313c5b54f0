import type { Face } from '../../hosting/serve-face.ts';
import type { CoinbaseExchange } from './coinbase-exchange.ts';
import { CoinbaseRestServer } from './rest-server.ts';
import { SocketHost } from './socket-host.ts';

/** Coinbase's REST API, market data and user channel. */
export function coinbaseFace(exchange: CoinbaseExchange): Face {
  const rest = new CoinbaseRestServer(exchange);
  return {
    answer: (request) => rest.answer(request),
    sessions: new SocketHost(exchange),
    isBanned: () => false,
  };
}

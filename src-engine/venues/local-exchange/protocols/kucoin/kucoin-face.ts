import type { Face } from '../../hosting/serve-face.ts';
import type { KucoinExchange } from './kucoin-exchange.ts';
import { KucoinRestServer } from './rest-server.ts';
import { KucoinSocketHost } from './socket-host.ts';

/** KuCoin's REST API and its public and private connections, which open with a token. */
export function kucoinFace(exchange: KucoinExchange): Face {
  const rest = new KucoinRestServer(exchange);
  const sessions = new KucoinSocketHost(exchange);
  exchange.faults.onEndConnections = () => sessions.shutDown();
  return { answer: (request) => rest.answer(request), sessions, isBanned: () => false };
}

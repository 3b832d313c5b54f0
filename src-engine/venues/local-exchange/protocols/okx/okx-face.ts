import type { Face } from '../../hosting/serve-face.ts';
import type { OkxExchange } from './okx-exchange.ts';
import { OkxRestServer } from './rest-server.ts';
import { OkxSocketHost } from './socket-host.ts';

/** OKX's REST API and its public and private connections. */
export function okxFace(exchange: OkxExchange): Face {
  const rest = new OkxRestServer(exchange);
  const sessions = new OkxSocketHost(exchange);
  exchange.faults.onEndConnections = () => sessions.shutDown();
  return { answer: (request) => rest.answer(request), sessions, isBanned: () => false };
}

import type { Face } from '../../hosting/serve-face.ts';
import type { KrakenExchange } from './kraken-exchange.ts';
import { RestServer } from './rest/rest-server.ts';
import { SessionHost } from './websocket/session-host.ts';

/** Kraken's REST API and WebSocket v2. */
export function krakenFace(exchange: KrakenExchange): Face {
  const rest = new RestServer(exchange);
  return {
    answer: (request) => rest.answer(request),
    sessions: new SessionHost(exchange),
    isBanned: () => false,
  };
}

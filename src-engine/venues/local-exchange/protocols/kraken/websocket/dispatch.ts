/** One incoming frame of WebSocket v2, from text to answer. */
import { formatTimeUs } from '../../../../../domain/time.ts';
import type { KrakenExchange } from '../kraken-exchange.ts';
import { Refusal } from '../../../core/refusal.ts';
import { krakenError, VenueError } from '../venue-error.ts';
import { errorFrame, parseRequest, successFrame, type WsRequest } from './request.ts';
import type { Session } from './session.ts';
import type { StreamHub } from './stream-hub.ts';
import { handleSubscription } from './subscriptions.ts';
import { handleTrading } from './trading-methods.ts';

/** Carries out a client's frame; a refusal is answered, never thrown. */
export function dispatch(core: KrakenExchange, hub: StreamHub, session: Session, text: string): void {
  const timeInUs = core.clock.nowUs();
  let request: WsRequest = { method: '', params: {}, reqId: undefined, timeInUs };
  try {
    request = parseRequest(text, timeInUs);
    if (request.method === 'ping') session.send(pongFrame(request, core.clock.nowUs()));
    else if (request.method === 'subscribe' || request.method === 'unsubscribe') {
      handleSubscription(core, hub, session, request);
    } else if (!handleTrading(core, session, request)) throw new VenueError('Unsupported event');
  } catch (error) {
    const code = error instanceof Refusal ? krakenError(error) : 'EGeneral:Internal error';
    session.send(errorFrame(request, code, core.clock.nowUs()));
  }
}

function pongFrame(request: WsRequest, timeOutUs: number): string {
  if (request.reqId === undefined && Object.keys(request.params).length === 0) {
    return `{"method":"pong","time_in":"${formatTimeUs(request.timeInUs)}","time_out":"${formatTimeUs(timeOutUs)}"}`;
  }
  return successFrame({ ...request, method: 'pong' }, undefined, timeOutUs);
}

import type { KrakenExchange } from '../kraken-exchange.ts';
import type { HostedSession, SessionOpener, Wire } from '../../../hosting/wire.ts';
import { dispatch } from './dispatch.ts';
import { statusFrame } from './market-frames.ts';
import { Session } from './session.ts';
import { StreamHub } from './stream-hub.ts';

const HEARTBEAT_US = 1_000_000;
/** Both serve everything; the second is where Kraken serves the private channels. */
const WEBSOCKET_PATHS: ReadonlySet<string> = new Set(['/v2', '/v2/auth']);

/** The sessions of WebSocket v2, whatever carries their frames: sockets, or a network in the same process. */
export class SessionHost implements SessionOpener {
  readonly #core: KrakenExchange;
  readonly #hub: StreamHub;
  #connections = 0;
  #stopHeartbeat: () => void = () => undefined;

  constructor(core: KrakenExchange) {
    this.#core = core;
    this.#hub = new StreamHub(core);
    this.#beatLater();
  }

  accepts(path: string): boolean {
    return WEBSOCKET_PATHS.has(path);
  }

  open(wire: Wire): HostedSession {
    const { clock, faults, tokens } = this.#core;
    const session = new Session(++this.#connections, wire, clock, faults, tokens);
    this.#hub.sessions.add(session);
    session.send(statusFrame(faults.systemStatus, session.id));
    return {
      receive: (text) => dispatch(this.#core, this.#hub, session, text),
      closed: () => this.#hub.remove(session),
    };
  }

  stop(): void {
    this.#stopHeartbeat();
  }

  #beatLater(): void {
    const { clock } = this.#core;
    this.#stopHeartbeat = clock.schedule(clock.nowUs() + HEARTBEAT_US, () => {
      this.#hub.beat();
      this.#beatLater();
    });
  }
}

/** The system's network with faults that a test switches on: between an adapter and a real loopback socket. */
import type { Connection, ConnectionEvents, HttpAnswer, HttpRequest, Network } from '../../../network.ts';
import { SystemNetwork } from '../../../system-network.ts';

export class FaultyNetwork implements Network {
  readonly #system = new SystemNetwork();
  readonly #live = new Set<Connection>();
  /** Text of every frame and body that left, in order. */
  readonly sent: string[] = [];
  /** False: no connection succeeds, as with the cable out. */
  canConnect = true;
  /** Frames from the venue for which this is true never arrive. */
  loses: (frame: string) => boolean = () => false;
  /** Frames to the venue for which this is true wait until `release`. */
  holds: (frame: string) => boolean = () => false;
  /** The connection is cut right after a frame to the venue for which this is true. */
  cutsAfter: (frame: string) => boolean = () => false;
  #held: (() => void)[] = [];

  connect(url: string, options: { readonly maxFrameBytes: number }, events: ConnectionEvents): Connection {
    const reached = this.canConnect ? url : 'ws://127.0.0.1:1/';
    const inner = this.#system.connect(reached, options, {
      onOpen: () => events.onOpen(),
      onMessage: (bytes) => {
        if (!this.loses(bytes.toString('utf8'))) events.onMessage(bytes);
      },
      onClose: (code, reason) => {
        this.#live.delete(inner);
        events.onClose(code, reason);
      },
    });
    this.#live.add(inner);
    return {
      send: (text) => {
        this.sent.push(text);
        if (this.holds(text)) {
          this.#held.push(() => inner.send(text));
          return true;
        }
        const isSent = inner.send(text);
        // Time for the bytes to leave: a cut connection drops what has not.
        if (this.cutsAfter(text)) setTimeout(() => inner.terminate(), 30);
        return isSent;
      },
      close: () => inner.close(),
      terminate: () => inner.terminate(),
    };
  }

  request(request: HttpRequest): Promise<HttpAnswer> {
    this.sent.push(`${request.url} ${request.body ?? ''}`);
    return this.#system.request(request);
  }

  /** Sends what was held. */
  release(): void {
    this.holds = () => false;
    for (const send of this.#held.splice(0)) send();
  }

  /** Cuts all connections, without a closing handshake. */
  cut(): void {
    for (const connection of this.#live) connection.terminate();
  }
}

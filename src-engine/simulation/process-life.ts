/** One life of the simulated engine's process: when it ends, its timers, its sockets and its calls end with it. */
import type { Clock } from '../lib/clock.ts';
import type { Connection, ConnectionEvents, HttpAnswer, HttpRequest, Network } from '../venues/network.ts';

export class Life implements Clock, Network {
  isOver = false;
  readonly #clock: Clock;
  readonly #network: Network;
  readonly #connections = new Set<Connection>();
  readonly #ears: (() => void)[] = [];

  constructor(clock: Clock, network: Network) {
    this.#clock = clock;
    this.#network = network;
  }

  nowUs(): number {
    return this.#clock.nowUs();
  }

  schedule(atUs: number, callback: () => void): () => void {
    return this.#clock.schedule(atUs, () => {
      if (!this.isOver) callback();
    });
  }

  connect(url: string, options: { readonly maxFrameBytes: number }, events: ConnectionEvents): Connection {
    const connection = this.#network.connect(url, options, {
      onOpen: () => !this.isOver && events.onOpen(),
      onMessage: (bytes) => !this.isOver && events.onMessage(bytes),
      onClose: (code, reason) => {
        this.#connections.delete(connection);
        if (!this.isOver) events.onClose(code, reason);
      },
    });
    this.#connections.add(connection);
    // What still runs of a life that ended in the middle of a step sends nothing.
    return {
      send: (text) => !this.isOver && connection.send(text),
      close: () => connection.close(),
      terminate: () => connection.terminate(),
    };
  }

  /** A call of a life that is over is never answered. */
  request(request: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.isOver) return;
      this.#network.request(request).then(
        (answer) => !this.isOver && resolve(answer),
        (error: unknown) => !this.isOver && reject(error instanceof Error ? error : new Error(String(error))),
      );
    });
  }

  /** Calls back when the process dies. */
  onEnd(run: () => void): void {
    this.#ears.push(run);
  }

  /** The process dies: nothing of it runs from here on. */
  end(): void {
    this.isOver = true;
    for (const connection of this.#connections) connection.terminate();
    for (const run of this.#ears.splice(0)) run();
  }
}

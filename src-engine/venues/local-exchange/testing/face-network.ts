/** A face of the local exchange behind the network port, in the same process and under the same clock: nothing takes time. */
import type { Clock } from '../../../lib/clock.ts';
import type { Connection, ConnectionEvents, HttpAnswer, HttpRequest, Network } from '../../network.ts';
import type { Face } from '../hosting/serve-face.ts';
import type { HostedSession } from '../hosting/wire.ts';

export class FaceNetwork implements Network {
  readonly #clock: Clock;
  readonly #face: Face;

  constructor(clock: Clock, face: Face) {
    this.#clock = clock;
    this.#face = face;
  }

  connect(url: string, _options: object, events: ConnectionEvents): Connection {
    let session: HostedSession | undefined;
    let isOpen = false;
    const end = (code: number): void => {
      session?.closed();
      session = undefined;
      if (isOpen) events.onClose(code, '');
      isOpen = false;
    };
    this.#soon(() => {
      isOpen = true;
      events.onOpen();
      const { pathname, search } = new URL(url);
      const wire = {
        bufferedAmount: 0,
        send: (frame: string) => this.#soon(() => isOpen && events.onMessage(Buffer.from(frame))),
        terminate: () => this.#soon(() => end(1006)),
      };
      session = this.#face.sessions.open(wire, pathname + search);
    });
    return {
      send: (text) => {
        this.#soon(() => session?.receive(text));
        return isOpen;
      },
      close: () => this.#soon(() => end(1000)),
      terminate: () => this.#soon(() => end(1006)),
    };
  }

  async request({ method, url, headers, body = '' }: HttpRequest): Promise<HttpAnswer> {
    const { pathname, search } = new URL(url);
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]),
    );
    return await new Promise((resolve) => {
      this.#soon(() => resolve(this.#face.answer({ method, url: pathname + search, headers: lower, body })));
    });
  }

  #soon(run: () => void): void {
    this.#clock.schedule(this.#clock.nowUs() + 1, run);
  }
}

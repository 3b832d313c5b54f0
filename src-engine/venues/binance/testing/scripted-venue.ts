import type { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { scriptedConnection } from '../../conformance/testing/scripted-connection.ts';
import type { Connection, ConnectionEvents, HttpAnswer, Network } from '../../network.ts';

type Message = { readonly method: string; readonly params?: readonly string[]; readonly id: number };

/** Both sides of the venue: what was asked, and the means to answer. */
export class ScriptedVenue implements Network {
  /** Answers nothing by itself. */
  isSilent = false;
  readonly urls: string[] = [];
  readonly sent: Message[] = [];
  readonly asked: {
    readonly url: string;
    readonly atUs: number;
    answer(answer: HttpAnswer): void;
    fail(): void;
  }[] = [];
  readonly #clock: SimulatedClock;
  #events: ConnectionEvents | undefined;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  connect(url: string, _options: object, events: ConnectionEvents): Connection {
    this.urls.push(url);
    this.#events = events;
    return scriptedConnection(events, (text) => {
      const message = JSON.parse(text) as Message;
      this.sent.push(message);
      if (message.method === 'LIST_SUBSCRIPTIONS' && !this.isSilent) {
        queueMicrotask(() => this.say({ result: [], id: message.id }));
      }
    });
  }

  request({ url }: { readonly url: string }): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.asked.push({
        url,
        atUs: this.#clock.nowUs(),
        answer: resolve,
        fail: () => reject(new Error('cut')),
      });
    });
  }

  open(): void {
    this.#events?.onOpen();
  }

  close(): void {
    this.#events?.onClose(1006, 'cut');
  }

  say(frame: object): void {
    this.#events?.onMessage(Buffer.from(JSON.stringify(frame)));
  }

  /** Takes the request for streams that was sent last. */
  ack(): void {
    this.say({ result: null, id: this.sent.at(-1)?.id });
  }
}

/** Lets promises that are settled have their say. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await Promise.resolve();
}

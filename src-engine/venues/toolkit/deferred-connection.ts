/** What is held while something must come before a connection: a token, a key. Behind it is the connection itself. */
import type { Connection, ConnectionEvents } from '../network.ts';

const CLOSED_ABNORMALLY = 1006;

export class DeferredConnection implements Connection {
  readonly #events: ConnectionEvents;
  readonly #isWelcome: ((bytes: Buffer) => boolean) | undefined;
  #connection: Connection | undefined;
  #isOpen = false;
  #isOver = false;

  /** @param isWelcome of the server's first message, where it takes nothing before; open at once when left out. */
  constructor(events: ConnectionEvents, isWelcome?: (bytes: Buffer) => boolean) {
    this.#events = events;
    this.#isWelcome = isWelcome;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  send(text: string): boolean {
    return this.#isOpen && this.#connection !== undefined && this.#connection.send(text);
  }

  close(): void {
    if (this.#connection === undefined) this.fail('closed before it could be made');
    else this.#connection.close();
  }

  terminate(): void {
    if (this.#connection === undefined) this.fail('given up before it could be made');
    else this.#connection.terminate();
  }

  /** There will be no connection. */
  fail(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onClose(CLOSED_ABNORMALLY, reason);
  }

  attach(connect: (events: ConnectionEvents) => Connection): void {
    const isWelcome = this.#isWelcome;
    this.#connection = connect({
      onOpen: () => {
        if (isWelcome === undefined) this.#open();
      },
      onMessage: (bytes) => {
        if (this.#isOpen) this.#events.onMessage(bytes);
        else if (isWelcome?.(bytes) === true) this.#open();
      },
      onPing: () => this.#events.onPing?.(),
      onClose: (code, reason) => {
        this.#isOver = true;
        this.#events.onClose(code, reason);
      },
    });
  }

  #open(): void {
    this.#isOpen = true;
    this.#events.onOpen();
  }
}

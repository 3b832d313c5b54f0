/** The record of a wallet goes to the engine, which answers when it is durable. Without an answer nothing is sent. */
import type { Journal } from './record.ts';

type Keep = (line: { readonly event: 'keep'; readonly id: number; readonly record: object }) => void;

export class EngineJournal implements Journal {
  readonly #first: unknown;
  readonly #say: Keep;
  readonly #waiting = new Map<number, () => void>();
  #lastId = 0;

  /** @param first the record as it was kept last; undefined: there is none. */
  constructor(first: unknown, say: Keep) {
    this.#first = first;
    this.#say = say;
  }

  load(): Promise<unknown> {
    return Promise.resolve(this.#first);
  }

  save(record: object): Promise<void> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#say({ event: 'keep', id, record });
    });
  }

  onKept(id: number): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}

/**
 * Stamps at a process's sockets, the same for every contestant: when bytes came out of one, and when bytes had been handed to one.
 * They wrap two methods of the platform's socket, in a process that is measured and nowhere else: the engine has no code for
 * them. A stamp is a number in a typed array, so that taking one makes nothing.
 */
import { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

/** What of the platform's socket is wrapped: each chunk that arrives is pushed, each write goes through the other. */
type Hooks = {
  push: (this: unknown, chunk: unknown, encoding?: BufferEncoding) => boolean;
  _writeGeneric: (
    this: unknown,
    isSeveral: boolean,
    data: unknown,
    encoding: BufferEncoding,
    done: Done,
  ) => void;
};

const [RECEIVED, BEGAN, HANDED, FIRST] = [0, 1, 2, 3];

export class SocketStamps {
  readonly #at = new Float64Array(4);
  readonly #writes = new Uint32Array(1);

  /** When the last chunk came, in ms of `performance.now`. */
  get receivedMs(): number {
    return this.#at[RECEIVED] as number;
  }

  /** When the last write began, and when the system had its bytes. */
  get beganMs(): number {
    return this.#at[BEGAN] as number;
  }

  get handedMs(): number {
    return this.#at[HANDED] as number;
  }

  /** When the system had the bytes of the first write since `mark`; 0: there was none. */
  get firstMs(): number {
    return this.#at[FIRST] as number;
  }

  mark(): void {
    this.#at[FIRST] = 0;
  }

  /** Writes so far. */
  get writes(): number {
    return this.#writes[0] as number;
  }

  /** Begins to stamp all sockets of this process. @returns what ends it. */
  install(): () => void {
    const hooks = Socket.prototype as unknown as Hooks;
    const [at, writes] = [this.#at, this.#writes];
    const { push, _writeGeneric: write } = hooks;
    hooks.push = function (chunk, encoding) {
      if (chunk !== null) at[RECEIVED] = performance.now();
      return push.call(this, chunk, encoding);
    };
    hooks._writeGeneric = function (isSeveral, data, encoding, done) {
      at[BEGAN] = performance.now();
      write.call(this, isSeveral, data, encoding, done);
      const nowMs = performance.now();
      at[HANDED] = nowMs;
      if (at[FIRST] === 0) at[FIRST] = nowMs;
      writes[0] = (writes[0] as number) + 1;
    };
    return () => {
      hooks.push = push;
      hooks._writeGeneric = write;
    };
  }
}

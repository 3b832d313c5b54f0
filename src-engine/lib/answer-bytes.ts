/**
 * The JSON text `{"ok":true,"data":…}` as UTF-8, made by whoever reads and sent as it is: the thread in between copies none of it
 * and makes no text of it. Its memory is given back the moment when the last of its holders has sent it, and does not wait for
 * the collector.
 */

const HEAD = '{"ok":true,"data":';
const END = '}';

/** Bytes of answers that are held at present, and what they are a part of: whoever makes answers looks at it before it makes more. */
export class HeldBytes {
  readonly #whole: HeldBytes | undefined;
  readonly #onFall: () => void;
  #bytes = 0;

  /** @param onFall called whenever there are fewer. */
  constructor(whole?: HeldBytes, onFall: () => void = () => undefined) {
    this.#whole = whole;
    this.#onFall = onFall;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param bytes negative: so many fewer. */
  add(bytes: number): void {
    this.#bytes += bytes;
    this.#whole?.add(bytes);
    if (bytes < 0) this.#onFall();
  }
}

/** The answer around `json`, in memory that can be transferred to another thread. */
export function answerBuffer(json: string): ArrayBuffer {
  const length = Buffer.byteLength(json);
  const buffer = new ArrayBuffer(HEAD.length + length + END.length);
  const bytes = Buffer.from(buffer);
  bytes.write(HEAD, 0, 'latin1');
  bytes.write(json, HEAD.length, 'utf8');
  bytes.write(END, HEAD.length + length, 'latin1');
  return buffer;
}

export class AnswerBytes {
  readonly #whole: Buffer<ArrayBuffer>;
  readonly #held: HeldBytes;
  readonly #length: number;
  #holders = 1;

  /** @param buffer from `answerBuffer`, which no one else may use from then on. @param held where these bytes are counted while they are held. */
  constructor(buffer: ArrayBuffer, held: HeldBytes) {
    this.#whole = Buffer.from(buffer);
    this.#held = held;
    this.#length = buffer.byteLength;
    held.add(this.#length);
  }

  /** Bytes of it, released or not. */
  get length(): number {
    return this.#length;
  }

  /** `{"ok":true,"data":…}`. Not to be written to, and not to be used once it was released. */
  get whole(): Buffer {
    return this.#whole;
  }

  /** Without its first brace: what stands behind other fields of the same object. */
  get rest(): Buffer {
    return this.#whole.subarray(1);
  }

  /** One object whose fields are those of `first`, then those of this answer's data. Both are objects with fields. Ends this answer. */
  joinedTo(first: string): AnswerBytes {
    const front = first.slice(0, -1);
    const own = this.#whole.subarray(HEAD.length + 1);
    const length = Buffer.byteLength(front);
    const buffer = new ArrayBuffer(HEAD.length + length + 1 + own.length);
    const bytes = Buffer.from(buffer);
    bytes.write(HEAD, 0, 'latin1');
    bytes.write(front, HEAD.length, 'utf8');
    bytes.write(',', HEAD.length + length, 'latin1');
    bytes.set(own, HEAD.length + length + 1);
    this.release();
    return new AnswerBytes(buffer, this.#held);
  }

  /** The answer with other data, made from the JSON text of this one's. Ends this answer. */
  mapped(change: (json: string) => string): AnswerBytes {
    return new AnswerBytes(answerBuffer(change(this.takeText())), this.#held);
  }

  /** The data as JSON text. Ends this answer. */
  takeText(): string {
    const text = this.#whole.toString('utf8', HEAD.length, this.#length - END.length);
    this.release();
    return text;
  }

  /** So many more hold it; each of them releases it once. */
  hold(more: number): void {
    this.#holders += more;
  }

  /**
   * The memory goes with the last holder. What was given to a socket is released once the socket has written it, or has ended:
   * the system reads it until then.
   */
  release(): void {
    if (this.#holders === 0 || --this.#holders > 0) return;
    this.#whole.buffer.transfer(0);
    this.#held.add(-this.#length);
  }
}

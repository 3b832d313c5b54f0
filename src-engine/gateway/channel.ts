/** One ordered, reliable way to one client, whatever carries it: a MessagePort or a WebSocket. */
import type { AnswerBytes } from '../lib/answer-bytes.ts';

/** A message to many clients: its bytes are made once. */
export class SharedText {
  readonly text: string;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get bytes(): Buffer {
    return (this.#bytes ??= Buffer.from(this.text));
  }
}

/**
 * The answer to a call that is bytes already: one message of `head`, which ends behind a field, and the fields of the answer. The
 * channel calls `taken` once, when the client's system has it or never will.
 */
export type LargeAnswer = { readonly head: string; readonly answer: AnswerBytes; readonly taken: () => void };

export type Channel = {
  send(message: string | SharedText | LargeAnswer): void;
  /** What was sent and is not known to have reached the client yet, in bytes or characters. */
  bufferedBytes(): number;
  close(): void;
  /** Reads nothing more from the client, or goes on reading. A carrier that cannot do so has no such function. */
  hold?(on: boolean): void;
  /** One listener each; messages that arrive before it is set are the carrier's to keep. */
  onMessage(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
};

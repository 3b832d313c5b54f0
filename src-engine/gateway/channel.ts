/** One ordered, reliable way to one client, whatever carries it: a MessagePort or a WebSocket. */
export type Channel = {
  send(text: string): void;
  /** What was sent and is not known to have reached the client yet, in bytes or characters. */
  bufferedBytes(): number;
  close(): void;
  /** Reads nothing more from the client, or goes on reading. A carrier that cannot do so has no such function. */
  hold?(on: boolean): void;
  /** One listener each; messages that arrive before it is set are the carrier's to keep. */
  onMessage(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
};

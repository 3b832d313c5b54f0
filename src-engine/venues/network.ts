/**
 * The network as a venue's adapter sees it: one WebSocket, one HTTP call. Live it is the system's; a simulation
 * puts the local exchange behind it, in the same process and under the same made clock.
 */

/** One WebSocket connection. Every call after its end does nothing. */
export type Connection = {
  /** False when it is not open: nothing was sent. */
  send(text: string): boolean;
  /** Asks the other side to end it. */
  close(): void;
  /** Ends it at once: the other side may be gone. */
  terminate(): void;
};

export type ConnectionEvents = {
  onOpen(): void;
  /** One frame; the bytes are valid during the call only. A frame of 64 KiB or more is put together in memory of its own, and stays. */
  onMessage(bytes: Buffer): void;
  /** A ping of the WebSocket protocol itself arrived; it has been answered. */
  onPing?(): void;
  /** Always follows, once, whatever the reason; `code` 1006 when there was no closing handshake. */
  onClose(code: number, reason: string): void;
};

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Bound on the whole answer. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
};

export type HttpAnswer = {
  readonly status: number;
  readonly body: string;
  /** How long to wait before the next request, where the other side says so (`Retry-After`). */
  readonly retryAfterMs?: number | undefined;
  /** By their names in lower case, where the answer has some. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

/** What a connection may bring. */
export type ConnectOptions = {
  readonly maxFrameBytes: number;
  /** Frames of bytes are messages too; else they are dropped, as no protocol of text has them. */
  readonly takesBinary?: boolean | undefined;
};

export type Network = {
  connect(url: string, options: ConnectOptions, events: ConnectionEvents): Connection;
  /** @throws Error when there was no whole answer: whether the other side acted is not known then. */
  request(request: HttpRequest): Promise<HttpAnswer>;
};

/** What the exchange's end of a connection needs of its carrier: a socket, or a network in the same process. */
export type Wire = {
  send(frame: string): void;
  readonly bufferedAmount: number;
  terminate(): void;
  /** Sends a ping of the protocol; absent where the carrier has none. */
  ping?(payload: string): void;
  /** Ends the connection with a closing handshake; absent where the carrier only breaks. */
  close?(): void;
};

/** The exchange's end of one connection. */
export type HostedSession = {
  /** A text frame from the client. */
  receive(text: string): void;
  /** The client answered a ping. */
  pong?(): void;
  /** The connection is gone. */
  closed(): void;
};

/** The sessions of a protocol. */
export type SessionOpener = {
  accepts(path: string): boolean;
  /** @param target path and query. */
  open(wire: Wire, target: string): HostedSession;
  stop(): void;
};

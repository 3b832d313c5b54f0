/**
 * The fault script's seam: what a test or an operator may break, and the only place that the exchange asks
 * before it sends a frame, accepts an order or answers a request. Faults named "next" are used up by it.
 */

/** The venue's own status as a whole. `maintenance` refuses every private call. */
export type SystemStatus = 'online' | 'maintenance' | 'cancel_only' | 'post_only';

/** What a fault script may do. */
export type FaultScript = {
  /** How many faults named "next" were used up: each of them met a frame, an order or a request. */
  readonly taken: number;
  /** Cuts every WebSocket connection at once, without a closing handshake. */
  dropConnections(): void;
  /** Announces the end of every connection, as a venue does before its daily end, and closes them a second later. */
  endConnections(): void;
  /** Rejects every client for so long, as a venue does with one that passes its limits; 0 lifts it. */
  ban(forUs: number): void;
  /** True: sends nothing more on any socket, but keeps them open. False: sends again; the silence is lost. */
  silence(on: boolean): void;
  /** Sends every frame this much later, in order; 0 ends it. */
  delayFrames(delayUs: number): void;
  /** Sends the next frame that carries data twice; answers and heartbeats do not count. */
  duplicateNextFrame(): void;
  /** Loses the next frame that carries data of this channel, such as `book` or `executions`. */
  loseNextFrame(channel: string): void;
  /** Makes the next book message of this symbol one that does not fit: a wrong checksum, or a missing update, as its protocol has it. */
  corruptNextChecksum(symbol: string): void;
  /** Refuses the next order with this error, in the words of the venue, such as `EOrder:Insufficient funds`. */
  rejectNextOrder(code: string): void;
  /** Fills at most this fraction (0 … 1) of the next order and cancels the rest. */
  partialFillNextOrder(fraction: number): void;
  /**
   * Answers the next private REST call with this HTTP status and no body. `afterAccepting`: the call is
   * carried out first, so that the client does not know.
   * @param call its name, where the protocol of the server names its calls, such as `AddOrder`: others are answered meanwhile.
   */
  failNextRest(status: number, afterAccepting: boolean, call?: string): void;
  setSystemStatus(status: SystemStatus): void;
  /** Closed orders and trades appear in the histories this much later; 0 ends it. Balances and sockets do not wait. */
  delayHistory(delayUs: number): void;
};

/** The server's side of the seam. */
export class Faults implements FaultScript {
  systemStatus: SystemStatus = 'online';
  /** Called by the script; set by the server. */
  onDropConnections: () => void = () => undefined;
  onSystemStatus: (status: SystemStatus) => void = () => undefined;
  onEndConnections: () => void = () => undefined;
  onBan: (forUs: number) => void = () => undefined;
  /** What befalls each order by its client's id: it is refused with an error, or filled to a fraction at most; undefined: neither. */
  rejectionOf: (clOrdId: string | undefined) => string | undefined = () => undefined;
  fractionOf: (clOrdId: string | undefined) => number | undefined = () => undefined;
  delayUs = 0;
  /** How long frames and answers take where nothing is wrong. */
  latencyUs = 0;
  historyDelayUs = 0;
  taken = 0;
  #silent = false;
  #duplicate = false;
  /** Channels whose next frame is lost. */
  readonly #lossy = new Set<string>();
  readonly #corrupt = new Set<string>();
  #reject: string | undefined;
  #fraction: number | undefined;
  #rest:
    | { readonly status: number; readonly afterAccepting: boolean; readonly call: string | undefined }
    | undefined;

  endConnections(): void {
    this.onEndConnections();
  }

  ban(forUs: number): void {
    this.onBan(forUs);
  }

  dropConnections(): void {
    this.onDropConnections();
  }

  silence(on: boolean): void {
    this.#silent = on;
  }

  delayFrames(delayUs: number): void {
    this.delayUs = delayUs;
  }

  duplicateNextFrame(): void {
    this.#duplicate = true;
  }

  loseNextFrame(channel: string): void {
    this.#lossy.add(channel);
  }

  corruptNextChecksum(symbol: string): void {
    this.#corrupt.add(symbol);
  }

  rejectNextOrder(code: string): void {
    this.#reject = code;
  }

  partialFillNextOrder(fraction: number): void {
    this.#fraction = fraction;
  }

  failNextRest(status: number, afterAccepting: boolean, call?: string): void {
    this.#rest = { status, afterAccepting, call };
  }

  setSystemStatus(status: SystemStatus): void {
    this.systemStatus = status;
    this.onSystemStatus(status);
  }

  delayHistory(delayUs: number): void {
    this.historyDelayUs = delayUs;
  }

  /**
   * How often an outgoing frame is to be sent: 0, 1 or 2 times.
   * @param channelOf of a frame that carries data; it is asked only while a fault needs it.
   */
  copiesOf(frame: string, channelOf: (frame: string) => string | undefined): 0 | 1 | 2 {
    if (this.#silent) return 0;
    if (!this.#duplicate && this.#lossy.size === 0) return 1;
    const channel = channelOf(frame);
    if (channel === undefined) return 1;
    if (this.#lossy.delete(channel)) return this.#took(0);
    if (!this.#duplicate) return 1;
    this.#duplicate = false;
    return this.#took(2);
  }

  /** True once after `corruptNextChecksum` of that symbol. */
  takeCorruption(symbol: string): boolean {
    return this.#corrupt.size > 0 && this.#corrupt.delete(symbol) && this.#took(true);
  }

  takeRejection(clOrdId: string | undefined): string | undefined {
    const code = this.#reject ?? this.rejectionOf(clOrdId);
    this.#reject = undefined;
    return code === undefined ? undefined : this.#took(code);
  }

  takeFraction(clOrdId: string | undefined): number | undefined {
    const fraction = this.#fraction ?? this.fractionOf(clOrdId);
    this.#fraction = undefined;
    return fraction === undefined ? undefined : this.#took(fraction);
  }

  takeRestFailure(call?: string): { readonly status: number; readonly afterAccepting: boolean } | undefined {
    const failure = this.#rest;
    if (failure?.call !== undefined && failure.call !== call) return undefined;
    this.#rest = undefined;
    return failure === undefined ? undefined : this.#took(failure);
  }

  #took<T>(fault: T): T {
    this.taken++;
    return fault;
  }
}

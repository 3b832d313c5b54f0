/**
 * A face of the local exchange behind the network port, in the same process and under the same made clock: frames and calls
 * take seeded time, each direction of a connection keeps its order, and what is on its way can be lost.
 */
import type { Clock } from '../lib/clock.ts';
import type { SeededRandom } from '../lib/random.ts';
import type { ExchangeResponse } from '../venues/local-exchange/hosting/http-host.ts';
import type { Face } from '../venues/local-exchange/hosting/serve-face.ts';
import type { HostedSession, Wire } from '../venues/local-exchange/hosting/wire.ts';
import type { Connection, ConnectionEvents, HttpAnswer, HttpRequest, Network } from '../venues/network.ts';
import type { FaceKit, WireWords } from './face-kit.ts';

const ABNORMAL = 1006;

/** What may go wrong on the way. All of it is off unless a script switches it on. */
export type NetworkFaults = {
  /** No connection succeeds, and calls fail. */
  isCut: boolean;
  /** Added to every way. */
  extraUs: number;
  /** Probability that the answer to a call is lost after the exchange has acted. */
  losesAnswers: number;
  /** Probability that a call is lost before the exchange hears of it. */
  losesCalls: number;
  /** A placement on its way there, or a word of an order on its way back without being asked for, is lost. */
  loses: (text: string, way: 'there' | 'back') => boolean;
};

/** What looks at a call on its way. */
type CallParts = {
  /** Text of the order that it places. */
  readonly placement: string | undefined;
  there(): void;
  back(answer: HttpAnswer): void;
};

export class SimulatedNetwork implements Network {
  readonly faults: NetworkFaults = {
    isCut: false,
    extraUs: 0,
    losesAnswers: 0,
    losesCalls: 0,
    loses: () => false,
  };
  /** When the venue last answered the question what is open; undefined: never. */
  openOrdersShownUs: number | undefined;
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #face: Face;
  readonly #kit: Pick<FaceKit, 'words' | 'latencyUs'>;
  readonly #open = new Set<SimulatedConnection>();
  /** Receives every order placement as it leaves, in frames and in calls. */
  onPlacement: (text: string) => void = () => undefined;
  /** Called whenever a dead-man switch is set. */
  onKeepAlive: () => void = () => undefined;
  /** Receives every frame and every body of an answer as it arrives, before the engine has it. */
  onArrival: (text: string) => void = () => undefined;

  constructor(clock: Clock, random: SeededRandom, face: Face, kit: Pick<FaceKit, 'words' | 'latencyUs'>) {
    this.#clock = clock;
    this.#random = random;
    this.#face = face;
    this.#kit = kit;
  }

  connect(url: string, _options: { readonly maxFrameBytes: number }, events: ConnectionEvents): Connection {
    const connection = new SimulatedConnection({
      clock: this.#clock,
      wayUs: () => this.#wayUs(),
      arrivesAfterCut: () => this.#random.next() < 0.5,
      open: (wire) => {
        const { pathname, search } = new URL(url);
        return this.#face.sessions.open(wire, pathname + search);
      },
      words: this.#kit.words,
      loses: (text, way) => this.faults.loses(text, way),
      events,
      onPlacement: (text) => this.onPlacement(text),
      onKeepAlive: () => this.onKeepAlive(),
      onArrival: (text) => this.onArrival(text),
      onEnd: (ended) => this.#open.delete(ended),
    });
    this.#open.add(connection);
    if (this.faults.isCut || !url.startsWith('ws') || this.#face.isBanned()) connection.failToOpen();
    else connection.open();
    return connection;
  }

  request(request: HttpRequest): Promise<HttpAnswer> {
    const { words } = this.#kit;
    const placement = words.placementOf(request);
    if (placement !== undefined) this.onPlacement(placement);
    if (words.callSetsDeadMan(request)) this.onKeepAlive();
    const shows = words.asksOpenOrders(request);
    return this.#call(request, {
      placement,
      there: () => undefined,
      back: ({ status, body }) => {
        if (status === 200 && shows) this.openOrdersShownUs = this.#clock.nowUs();
        this.onArrival(body);
      },
    });
  }

  /** A call of another program than the engine. @param there called once it has reached the venue. */
  requestBeside(request: HttpRequest, there: () => void): Promise<HttpAnswer> {
    return this.#call(request, { placement: undefined, there, back: () => undefined });
  }

  /** Nothing is wrong on the way. */
  get isClear(): boolean {
    const { isCut, extraUs, losesAnswers, losesCalls } = this.faults;
    return !isCut && extraUs === 0 && losesAnswers === 0 && losesCalls === 0;
  }

  #call(request: HttpRequest, parts: CallParts): Promise<HttpAnswer> {
    const { method, url, headers, body = '', timeoutMs } = request;
    const { faults } = this;
    const { placement } = parts;
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]),
    );
    return new Promise((resolve, reject) => {
      const fail = (afterUs: number, why: string): void => {
        this.#clock.schedule(this.#clock.nowUs() + afterUs, () => reject(new Error(why)));
      };
      if (faults.isCut) return fail(this.#wayUs(), 'connect ECONNREFUSED');
      const isLost = placement !== undefined && faults.loses(placement, 'there');
      if (this.#random.next() < faults.losesCalls || isLost)
        return fail(timeoutMs * 1_000, 'no answer in time');
      this.#later(() => {
        parts.there();
        const { pathname, search } = new URL(url);
        const answer = withPause(this.#face.answer({ method, url: pathname + search, headers: lower, body }));
        const isMuted = placement !== undefined && faults.loses(answer.body, 'back');
        if (faults.isCut || this.#random.next() < faults.losesAnswers || isMuted) {
          return fail(timeoutMs * 1_000, 'no answer in time');
        }
        this.#later(() => {
          parts.back(answer);
          resolve(answer);
        });
      });
    });
  }

  /** Cuts all connections without a closing handshake; what is on its way is lost. */
  cutAll(): void {
    for (const connection of this.#open) connection.terminate();
  }

  #later(run: () => void): void {
    this.#clock.schedule(this.#clock.nowUs() + this.#wayUs(), run);
  }

  #wayUs(): number {
    const { min, mean } = this.#kit.latencyUs;
    return Math.round(min + this.#random.exponential(mean)) + this.faults.extraUs;
  }
}

/** An answer as the system's network gives it: with its headers, and the pause that they ask for. */
function withPause({ status, body, headers }: ExchangeResponse): HttpAnswer {
  const seconds = headers?.['retry-after'];
  const retryAfterMs = seconds === undefined ? undefined : Number(seconds) * 1_000;
  return { status, body, headers, retryAfterMs };
}

type ConnectionParts = {
  readonly clock: Clock;
  wayUs(): number;
  arrivesAfterCut(): boolean;
  /** The exchange's end. */
  open(wire: Wire): HostedSession;
  readonly words: WireWords;
  readonly loses: NetworkFaults['loses'];
  readonly events: ConnectionEvents;
  onPlacement(text: string): void;
  onKeepAlive(): void;
  onArrival(text: string): void;
  onEnd(connection: SimulatedConnection): void;
};

class SimulatedConnection implements Connection {
  readonly #parts: ConnectionParts;
  #session: HostedSession | undefined;
  #state: 'opening' | 'open' | 'ended' = 'opening';
  /** When the last frame of each direction arrives: none overtakes it. */
  #toVenueUs = 0;
  #toUsUs = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  open(): void {
    const { clock, events } = this.#parts;
    clock.schedule(clock.nowUs() + this.#parts.wayUs(), () => {
      if (this.#state !== 'opening') return;
      this.#state = 'open';
      events.onOpen();
      this.#session = this.#parts.open({
        bufferedAmount: 0,
        send: (frame) => this.#deliver(frame),
        terminate: () => this.terminate(),
      });
    });
  }

  failToOpen(): void {
    const { clock } = this.#parts;
    clock.schedule(clock.nowUs() + this.#parts.wayUs(), () => this.#end(ABNORMAL, 'connect ECONNREFUSED'));
  }

  send(text: string): boolean {
    if (this.#state !== 'open') return false;
    const { clock, words, loses } = this.#parts;
    const isPlacement = words.isPlacement(text);
    if (isPlacement) this.#parts.onPlacement(text);
    if (words.setsDeadMan(text)) this.#parts.onKeepAlive();
    if (isPlacement && loses(text, 'there')) return true;
    this.#toVenueUs = Math.max(this.#toVenueUs, clock.nowUs() + this.#parts.wayUs());
    clock.schedule(this.#toVenueUs, () => this.#session?.receive(text));
    return true;
  }

  close(): void {
    this.#later(() => this.#end(1000, ''));
  }

  /** What is on its way to the venue may still arrive there, or not: both happen when a cable is pulled. */
  terminate(): void {
    const { clock } = this.#parts;
    this.#later(() => this.#end(ABNORMAL, 'cut'));
    if (this.#parts.arrivesAfterCut())
      clock.schedule(Math.max(clock.nowUs(), this.#toVenueUs), () => this.#gone());
    else this.#gone();
  }

  #deliver(frame: string): void {
    const { clock, events, loses } = this.#parts;
    if (loses(frame, 'back')) return;
    this.#toUsUs = Math.max(this.#toUsUs, clock.nowUs() + this.#parts.wayUs());
    clock.schedule(this.#toUsUs, () => {
      if (this.#state !== 'open') return;
      this.#parts.onArrival(frame);
      events.onMessage(Buffer.from(frame));
    });
  }

  #later(run: () => void): void {
    this.#parts.clock.schedule(this.#parts.clock.nowUs(), run);
  }

  #gone(): void {
    this.#session?.closed();
    this.#session = undefined;
  }

  #end(code: number, reason: string): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    if (code === 1000) this.#gone();
    this.#parts.onEnd(this);
    this.#parts.events.onClose(code, reason);
  }
}

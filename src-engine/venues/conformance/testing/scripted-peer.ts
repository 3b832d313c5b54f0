/** The venue's side of public market data, scripted: what is the same in every protocol. A venue's peer says what its frames look like. */
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type {
  ConnectOptions,
  Connection,
  ConnectionEvents,
  HttpAnswer,
  HttpRequest,
  Network,
} from '../../network.ts';
import type { MarketPeer, MarketRig } from './market-rig.ts';
import { scriptedConnection } from './scripted-connection.ts';

export type Spec = MarketRig['specs'][number];
export type News = Parameters<MarketPeer['list']>[1];
/** How a subscription is answered; `silent`: it is acknowledged, and nothing follows. */
export type Way = 'take' | 'refuse' | 'busy' | 'silent';

export abstract class ScriptedPeer implements Network {
  readonly clock = new SimulatedClock(1_700_000_000_000_000);
  /** Symbols whose book was subscribed to, as often as it was. */
  readonly asked: string[] = [];
  /** All that was sent over the connections. */
  readonly sent: string[] = [];
  /** Paths of the REST calls. */
  readonly called: string[] = [];
  /** Symbols whose book was asked for by REST. */
  readonly restBooks: string[] = [];
  readonly ways = new Map<string, Way>();
  /** What the list of instruments says beyond the usual. Undefined: it left the list. */
  readonly news: Map<string, News>;
  /** Addresses that were connected to. */
  readonly urls: string[] = [];
  isSilent = false;
  /** Holds answers to questions for books until they are let go. */
  held: (() => void)[] | undefined;
  readonly specs: readonly Spec[];
  /** Number of each book at first. */
  protected readonly first: number = 100;
  /** Last number of each book. */
  readonly #numbers = new Map<string, number>();
  #takesBinary = false;
  #events: ConnectionEvents | undefined;

  constructor(specs: readonly Spec[]) {
    this.specs = specs;
    this.news = new Map(specs.map(({ symbol }) => [symbol, {}]));
  }

  connect(url: string, { takesBinary = false }: ConnectOptions, events: ConnectionEvents): Connection {
    this.urls.push(url);
    this.#takesBinary = takesBinary;
    this.#events = events;
    if (!this.isSilent) {
      queueMicrotask(() => {
        events.onOpen();
        this.opened();
      });
    }
    let isOver = false;
    const ends = {
      ...events,
      onClose: (code: number, reason: string) => {
        isOver = true;
        events.onClose(code, reason);
      },
    };
    return scriptedConnection(ends, (text) => {
      this.sent.push(text);
      if (this.isSilent) return;
      queueMicrotask(() => {
        if (isOver) return;
        // An answer goes to the connection that asked; what is said unasked goes to the last one.
        const last = this.#events;
        this.#events = events;
        this.take(text);
        this.#events = last;
      });
    });
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    const url = new URL(request.url);
    this.called.push(url.pathname);
    return await this.answer(url, request);
  }

  get connections(): number {
    return this.urls.length;
  }

  /** A frame, as bytes, as text, or as what JSON writes. */
  say(frame: object | string): void {
    if (Buffer.isBuffer(frame)) {
      // As the machine's network does with it.
      if (this.#takesBinary) this.#events?.onMessage(frame);
    } else this.#events?.onMessage(Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)));
  }

  cut(): void {
    this.#events?.onClose(1006, 'cut');
  }

  /** A change of the best bid to this quantity, in sequence, or with `missing` one after changes that never came. */
  abstract change(symbol: string, bidQty: string, missing?: number): void;

  /** One message of ours. */
  protected abstract take(text: string): void;
  protected abstract answer(url: URL, request: HttpRequest): HttpAnswer | Promise<HttpAnswer>;

  /** A connection is open. */
  protected opened(): void {
    // Most venues say nothing.
  }

  /** Instruments of the list, with what is new of them. */
  protected listed(): readonly (readonly [spec: Spec, news: NonNullable<News>])[] {
    return this.specs.flatMap((spec) => {
      const news = this.news.get(spec.symbol);
      return news === undefined ? [] : [[spec, news] as const];
    });
  }

  protected wayOf(symbol: string): Way {
    return this.ways.get(symbol) ?? 'take';
  }

  /** Number of the last message of a book. */
  numberOf(symbol: string): number {
    return this.#numbers.get(symbol) ?? this.first;
  }

  protected number(symbol: string, number: number): void {
    this.#numbers.set(symbol, number);
  }

  /** An answer with a book, once it is let go. */
  protected async restBook(symbol: string, body: () => unknown): Promise<HttpAnswer> {
    this.restBooks.push(symbol);
    const answer = ok(body());
    const { held } = this;
    if (held !== undefined) await new Promise<void>((resolve) => void held.push(resolve));
    return answer;
  }
}

export const ok = (body: unknown): HttpAnswer => ({ status: 200, body: JSON.stringify(body) });

export type PeerRigOptions = Pick<MarketRig, 'adapter' | 'specs' | 'grid' | 'minimum' | 'areBooksWhole'> & {
  readonly peer: () => ScriptedPeer;
  /** Snapshots come by REST; else with the subscription. */
  readonly hasRestBooks?: boolean;
  /** A frame about this book that cannot be read; a change of no quantity when left out. */
  readonly unreadable?: (peer: ScriptedPeer, symbol: string) => void;
  /** What shows that a book is wrong; a change after others that never came when left out. */
  readonly faulty?: (peer: ScriptedPeer, symbol: string, bidQty: string) => void;
};

/** What the conformance suite plays. */
export function peerRig(options: PeerRigOptions): MarketRig {
  const { adapter, specs, grid, minimum, areBooksWhole } = options;
  return { adapter, specs, grid, minimum, areBooksWhole, open: () => marketPeer(options) };
}

function marketPeer({
  adapter,
  peer: open,
  hasRestBooks = false,
  unreadable = (one, symbol) => one.change(symbol, 'much'),
  faulty = (one, symbol, bidQty) => one.change(symbol, bidQty, 5),
}: PeerRigOptions): MarketPeer {
  const peer = open();
  return {
    clock: peer.clock,
    feed: adapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 }),
    asked: () => peer.asked,
    snapshotsAsked: (symbol) =>
      (hasRestBooks ? peer.restBooks : peer.asked).filter((one) => one === symbol).length,
    connections: () => peer.connections,
    subscription: (symbol, how) => void peer.ways.set(symbol, how),
    change: (symbol, bidQty) => peer.change(symbol, bidQty),
    faulty: (symbol, bidQty) => faulty(peer, symbol, bidQty),
    unreadable: (symbol) => unreadable(peer, symbol),
    fallSilent: () => {
      peer.isSilent = true;
    },
    list: (symbol, more) => void peer.news.set(symbol, more),
    newsUs: 61_000_000,
  };
}

/** Pools as books: one whole book a pool with each block, and a sign of life while the block is still the newest. */
import type { Instrument } from '../../domain/instrument.ts';
import type { VenueName } from '../../domain/ids.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import { withoutSigns } from '../toolkit/side-lines.ts';
import { StreamConnection, type StreamProtocol } from '../toolkit/stream-connection.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import type { StreamFrame } from '../toolkit/stream-frame.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, VenueFeed, type VenueFeedOptions } from '../toolkit/venue-feed.ts';
import { chainAddress } from './address.ts';
import { LADDER_LEVELS } from './ladder.ts';
import { type ChainSession, PoolParser } from './parse.ts';
import { PoolRest } from './rest.ts';

export const BOOK_DEPTH = LADDER_LEVELS;
/** Pools of one version: all are read by one call a block. */
export const MOST_POOLS = 40;

const PROTOCOL: Omit<StreamProtocol, 'url' | 'encode'> = {
  // A process that says nothing for so long is ended, and another one is started, ever later.
  liveness: { silenceMs: 6_000, ping: '{"do":"ping"}', connectTimeoutMs: 45_000, backoffBaseMs: 1_000 },
  // The list of pools is read before the first answer.
  pacing: { batchSize: MOST_POOLS, paceUs: 100 * US_PER_MS, answerUs: 60 * US_PER_SECOND },
  hasSnapshots: true,
  areBooksWhole: true,
  tradesOf: () => [],
  decoder: poolDecoder,
};

export function poolDecoder(...of: Parameters<StreamProtocol['decoder']>): StreamDecoder {
  return decoderIn({}, ...of);
}

function decoderIn(
  session: ChainSession,
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): StreamDecoder {
  return new PoolDecoder(new PoolParser(new SymbolIndex(instruments), session), sink, venue);
}

/** Least time between two signs of life. */
const ALIVE_US = 200 * US_PER_MS;

/** A sign of life of the process alone says nothing of the chain: what does is a look at its newest block. */
class PoolDecoder extends StreamDecoder {
  readonly #pools: PoolParser;
  readonly #market: MarketSink;
  readonly #venue: VenueName;
  #aliveUs: TimeUs = Number.NEGATIVE_INFINITY;

  constructor(parser: PoolParser, sink: MarketSink, venue: VenueName) {
    super(parser, withoutSigns(sink), venue);
    this.#pools = parser;
    this.#market = sink;
    this.#venue = venue;
  }

  override decode(bytes: Buffer, receivedUs: TimeUs): StreamFrame {
    return this.#seen(super.decode(bytes, receivedUs), receivedUs);
  }

  override decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): StreamFrame {
    return this.#seen(super.decodeEscaped(bytes, start, end, receivedUs), receivedUs);
  }

  #seen(frame: StreamFrame, receivedUs: TimeUs): StreamFrame {
    if (this.#pools.isConfirmed && receivedUs - this.#aliveUs >= ALIVE_US) {
      this.#aliveUs = receivedUs;
      this.#market.onAlive(this.#venue, receivedUs);
    }
    if (this.#pools.costs.length > 0) this.#priced(receivedUs);
    return frame;
  }

  /** What swaps cost at the block whose books follow. */
  #priced(receivedUs: TimeUs): void {
    for (const { instrument, orderCost, minNotional } of this.#pools.costs) {
      const change = {
        ...(instrument.orderCost?.eq(orderCost) === true ? {} : { orderCost }),
        ...(instrument.minNotional.eq(minNotional) ? {} : { minNotional }),
      };
      if (Object.keys(change).length > 0)
        this.#market.onInstrumentChange?.(instrument.id, change, receivedUs);
    }
  }
}

export function poolFeed(version: 'v2' | 'v3', id: string, options: FeedOptions): MarketFeed {
  const {
    clock,
    network,
    random,
    pause,
    restUrl,
    streamUrl: url = chainAddress(version),
    venue = id,
  } = options;
  const decimals = new Map<string, readonly [price: number, qty: number]>();
  const session: ChainSession = {};
  const protocol: StreamProtocol = {
    ...PROTOCOL,
    url,
    decoder: (...of) => decoderIn(session, ...of),
    // A process that is started anew in mid-session must count as the session does.
    encode: (_channel, verb, symbols, id) => {
      const own = Object.fromEntries(symbols.map((symbol) => [symbol, decimals.get(symbol)]));
      return JSON.stringify({ do: verb, id, symbols, ...(verb === 'subscribe' ? { decimals: own } : {}) });
    },
  };
  return new PoolFeed(decimals, {
    venue,
    clock,
    random,
    rest: new PoolRest(version, { clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new StreamConnection({ venue, clock, network, random, attempts, protocol }),
  });
}

class PoolFeed extends VenueFeed {
  readonly #decimals: Map<string, readonly [price: number, qty: number]>;

  constructor(decimals: Map<string, readonly [price: number, qty: number]>, options: VenueFeedOptions) {
    super(options);
    this.#decimals = decimals;
  }

  override start(instruments: readonly Instrument[], sink: MarketSink): void {
    for (const { symbol, priceDecimals, qtyDecimals } of instruments)
      this.#decimals.set(symbol, [priceDecimals, qtyDecimals]);
    super.start(instruments, sink);
  }
}

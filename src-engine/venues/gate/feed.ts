/** Gate's public market data of the spot market: windows of 50 levels every 20 ms, whose snapshots come in the stream, and trades. */
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { StreamConnection, type StreamProtocol } from '../toolkit/stream-connection.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { BOOKS, GateParser, TRADES } from './parse.ts';
import { GateRest } from './rest.ts';

export const GATE = 'gate';
const GATE_STREAM_URL = 'wss://api.gateio.ws/ws/v4/';

/** The faster of two: the other one has 400 levels every 100 ms. */
export const BOOK_DEPTH = 50;
export const BOOK_DEPTHS = [50, 400];
/** So that the loss of one connection costs few books. */
const SHARDS = { of: 100, spacingUs: 500 * US_PER_MS };

/** Requests carry the time in seconds. @param nowS gives it. */
export function gateProtocol(url: string, nowS: () => number): StreamProtocol {
  const ping = (): string => JSON.stringify({ time: nowS(), channel: 'spot.ping' });
  return {
    url,
    liveness: { silenceMs: 5_000, ping: '{"time":1,"channel":"spot.ping"}' },
    ping: { text: ping, everyUs: () => 15 * US_PER_SECOND },
    pacing: { batchSize: 10, paceUs: 200 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
    hasSnapshots: true,
    encode: (channel, event, symbols, id) =>
      JSON.stringify({
        time: nowS(),
        id,
        channel: channel === 'books' ? BOOKS : TRADES,
        event,
        payload: channel === 'books' ? symbols.map((pair) => bookName(pair, BOOK_DEPTH)) : symbols,
      }),
    decoder: gateDecoder,
  };
}

export function bookName(pair: string, depth: number): string {
  return `ob.${pair}.${depth}`;
}

export function gateDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): StreamDecoder {
  return new StreamDecoder(new GateParser(new SymbolIndex(instruments)), sink, venue);
}

export function gateFeed(options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, streamUrl = GATE_STREAM_URL, venue = GATE } = options;
  const protocol = gateProtocol(streamUrl, () => Math.floor(clock.nowUs() / US_PER_SECOND));
  return new VenueFeed({
    venue,
    clock,
    random,
    // The venue has no status as a whole: that of each pair is in its list.
    rest: new GateRest({ clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new StreamConnection({ venue, clock, network, random, attempts, protocol }),
    shards: SHARDS,
  });
}

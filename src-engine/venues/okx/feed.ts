/** OKX's public market data of the spot market: 400 levels a side every 100 ms, over as many connections as it advises. */
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import type { StreamProtocol } from '../toolkit/stream-connection.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { OkxConnection } from './connection.ts';
import { OkxDecoder } from './market-decoder.ts';
import { OkxRest } from './rest.ts';

export const OKX = 'okx';
export const OKX_STREAM_URL = 'wss://ws.okx.com:8443/ws/v5/public';

/**
 * The deepest that needs no login; faster ones (`books50-l2-tbt`, `books-l2-tbt`) are for VIP accounts. The venue keeps the window: what
 * leaves it and what comes into it is sent, so every level of it is known (`stream-window.test.ts`). A book by REST has as many.
 */
export const BOOK_DEPTH = 400;
/** The venue advises fewer than 30 books a connection, and takes three handshakes a second from an address. */
const SHARDS = { of: 25, spacingUs: 500 * US_PER_MS };
/** 40 books by REST in 2 s are allowed. */
const SNAPSHOT_SPACING_US = US_PER_SECOND / 10;

const PROTOCOL: StreamProtocol<OkxDecoder> = {
  url: OKX_STREAM_URL,
  // The venue closes a connection that is quiet for 30 s.
  liveness: { silenceMs: 5_000, ping: 'ping' },
  // One request has at most 64 KB of symbols. Two of these channels at this pace stay below the requests of an hour as long as fewer
  // than 200 books an hour are asked for anew, after their first request.
  pacing: { batchSize: 100, paceUs: 400 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
  // 480 to subscribe or unsubscribe.
  requestsAnHour: 470,
  hasSnapshots: true,
  encode: (channel, op, symbols, id) =>
    JSON.stringify({ id: String(id), op, args: symbols.map((instId) => ({ channel, instId })) }),
  decoder: (instruments, sink, venue) => new OkxDecoder(instruments, sink, venue),
};

export function okxFeed(options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, streamUrl: url = OKX_STREAM_URL, venue = OKX } = options;
  const rest = new OkxRest({ clock, network, pause, baseUrl: restUrl });
  const protocol = { ...PROTOCOL, url };
  return new VenueFeed({
    venue,
    clock,
    random,
    rest,
    restBooks: { spacingUs: SNAPSHOT_SPACING_US, fetch: (symbol) => rest.bookBody(symbol, BOOK_DEPTH) },
    open: (snapshots, attempts) =>
      new OkxConnection({ venue, clock, network, random, attempts, protocol }, snapshots),
    shards: SHARDS,
  });
}

/** Bitfinex's public market data of the spot market: books of 100 levels as they change, whose snapshots come in the stream, and trades. */
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import type { StreamProtocol } from '../toolkit/stream-connection.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { Channels, nameOf } from './channels.ts';
import { BitfinexConnection } from './connection.ts';
import { BitfinexDecoder } from './decoder.ts';
import { CHECKSUM_FLAG, SEQUENCE_FLAG } from './events.ts';
import { BitfinexRest } from './rest.ts';

export const BITFINEX = 'bitfinex';
const BITFINEX_STREAM_URL = 'wss://api-pub.bitfinex.com/ws/2';

export const BOOK_DEPTH = 100;
export const BOOK_DEPTHS = [25, 100, 250];
/** A connection takes 25 channels, a book and trades of each pair; an address makes 20 connections a minute. */
const SHARDS = { of: 12, spacingUs: 3_200 * US_PER_MS };

/** @param channels of the connection: what is left is named by the number that the venue gave it. */
export function bitfinexProtocol(url: string, channels: Channels): StreamProtocol<BitfinexDecoder> {
  return {
    url,
    liveness: { silenceMs: 5_000, ping: '{"event":"ping","cid":0}' },
    // The whole mask: a later one would replace it.
    hello: JSON.stringify({ event: 'conf', flags: SEQUENCE_FLAG + CHECKSUM_FLAG }),
    // A channel without changes has a sign of life every 15 s.
    bookSilenceUs: 40 * US_PER_SECOND,
    // A request is of one channel.
    pacing: { batchSize: 1, paceUs: 100 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
    hasSnapshots: true,
    encode: (kind, verb, symbols) => {
      const [symbol = ''] = symbols;
      if (verb === 'unsubscribe') {
        const chanId = channels.find(kind, symbol)?.id;
        return chanId === undefined ? '' : JSON.stringify({ event: verb, chanId });
      }
      const request = { event: verb, channel: nameOf(kind), symbol };
      const depth = { prec: 'P0', freq: 'F0', len: String(BOOK_DEPTH) };
      return JSON.stringify(kind === 'books' ? { ...request, ...depth } : request);
    },
    decoder: (instruments, sink, venue) => new BitfinexDecoder(instruments, sink, venue, channels),
  };
}

export function bitfinexFeed(options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, streamUrl = BITFINEX_STREAM_URL } = options;
  const { venue = BITFINEX } = options;
  return new VenueFeed({
    venue,
    clock,
    random,
    rest: new BitfinexRest({ clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new BitfinexConnection({
        venue,
        clock,
        network,
        random,
        attempts,
        protocol: bitfinexProtocol(streamUrl, new Channels()),
      }),
    shards: SHARDS,
  });
}

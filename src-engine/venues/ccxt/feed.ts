/** Books of a venue that is reached through ccxt's class of it, in a process of its own. */
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { withoutSigns } from '../toolkit/side-lines.ts';
import { StreamConnection, type StreamProtocol } from '../toolkit/stream-connection.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { ccxtAddress } from './address.ts';
import { CCXT_PREFIX } from './ids.ts';
import { CcxtParser } from './parse.ts';
import { CcxtRest } from './rest.ts';

export const BOOK_DEPTH = 20;
/**
 * Pairs of one venue. Books are asked for one after the other: at the usual 5 to 20 calls a second each of 40 is asked for every 2 to 8 s.
 */
export const MOST_PAIRS = 40;
/** Without a book for so long it is lost, with the reason, and asked for again, ever later. */
const SILENCE_US = 30 * US_PER_SECOND;

const PROTOCOL: Omit<StreamProtocol, 'url'> = {
  // A process that says nothing for so long is ended, and another one is started: within half a second to 30 s, ever later.
  liveness: { silenceMs: 20_000, ping: '{"do":"ping"}', connectTimeoutMs: 45_000, backoffBaseMs: 1_000 },
  // The list of markets is read before the first answer.
  pacing: { batchSize: MOST_PAIRS, paceUs: 100 * US_PER_MS, answerUs: 60 * US_PER_SECOND },
  hasSnapshots: true,
  areBooksWhole: true,
  bookSilenceUs: SILENCE_US,
  tradesOf: () => [],
  encode: (_channel, verb, symbols, id) => JSON.stringify({ do: verb, id, symbols }),
  decoder: ccxtDecoder,
};

/**
 * A sign of life of the process says nothing of a book: its age is counted from its own last message.
 */
export function ccxtDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): StreamDecoder {
  return new StreamDecoder(new CcxtParser(new SymbolIndex(instruments)), withoutSigns(sink), venue);
}

export function ccxtFeed(id: string, options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, venue = CCXT_PREFIX + id } = options;
  const url = ccxtAddress(id, restUrl);
  return new VenueFeed({
    venue,
    clock,
    random,
    rest: new CcxtRest(id, { clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new StreamConnection({ venue, clock, network, random, attempts, protocol: { ...PROTOCOL, url } }),
  });
}

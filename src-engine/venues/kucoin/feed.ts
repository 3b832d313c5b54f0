/**
 * KuCoin's public market data of the spot market: every change of a book by the classic socket, joined on to order books by REST, and
 * trades.
 */
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { JoinedConnection } from '../toolkit/joined-connection.ts';
import { JoinedDecoder } from '../toolkit/joined-decoder.ts';
import { snapshotSpacingUs } from '../toolkit/snapshot-queue.ts';
import type { StreamProtocol } from '../toolkit/stream-connection.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, tooManyInstruments, VenueFeed } from '../toolkit/venue-feed.ts';
import { BOOK_TOPIC, KucoinParser, snapshotFrame, TRADE_TOPIC } from './parse.ts';
import { BOOK_LEVELS, BOOK_WEIGHT, KucoinRest, WEIGHT_PER_MINUTE } from './rest.ts';
import { TicketNetwork } from './ticket-network.ts';

export const KUCOIN = 'kucoin';

/** Topics of one connection, a symbol each (KuCoin, "Topic Subscription Limit"); books come first, trades take the room that is left. */
export const MAX_INSTRUMENTS = 300;
/** What order books may use of the weight: the rest is for other clients of the same address. */
const WEIGHT_SHARE = 0.5;
/** KuCoin has no heartbeat of its own: a quiet connection is asked for a sign of life. */
const PING = '{"id":"0","type":"ping"}';
/** A server that was not pinged closes the connection, whatever it sends: well before that. */
const PING_SHARE = 0.8;
/** With fewer known levels of a side than `least`, the order book is asked for again. */
const LEVELS = { window: BOOK_LEVELS, cutAt: BOOK_LEVELS, least: BOOK_LEVELS / 2 };

const PROTOCOL: StreamProtocol<JoinedDecoder> = {
  // That of the ticket of each connection.
  url: '',
  liveness: { silenceMs: 5_000, ping: PING },
  // Symbols of one request; 100 messages may be sent in 10 s.
  pacing: { batchSize: 100, paceUs: 500 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
  // The order book comes by REST.
  hasSnapshots: false,
  encode: (channel, type, symbols, id) =>
    JSON.stringify({
      id: String(id),
      type,
      topic: (channel === 'books' ? BOOK_TOPIC : TRADE_TOPIC) + symbols.join(','),
      privateChannel: false,
      response: true,
    }),
  decoder: kucoinDecoder,
  tradesOf: (instruments) => instruments.slice(0, MAX_INSTRUMENTS - instruments.length),
};

export function kucoinDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): JoinedDecoder {
  return new JoinedDecoder(new KucoinParser(new SymbolIndex(instruments)), instruments, sink, venue, LEVELS);
}

export function kucoinFeed(options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, streamUrl, venue = KUCOIN } = options;
  const rest = new KucoinRest({ clock, network, pause, baseUrl: restUrl });
  let pingEveryUs: TimeUs = 0;
  const tickets = new TicketNetwork({
    network,
    streamUrl,
    ticket: () => rest.socketTicket(),
    connectId: () => random().toString(36).slice(2) || '0',
    onTicket: ({ pingMs }) => {
      pingEveryUs = pingMs * PING_SHARE * US_PER_MS;
    },
  });
  const protocol = { ...PROTOCOL, ping: { text: () => PING, everyUs: () => pingEveryUs } };
  return new VenueFeed({
    venue,
    clock,
    random,
    rest,
    restBooks: {
      spacingUs: snapshotSpacingUs(BOOK_WEIGHT, WEIGHT_PER_MINUTE, WEIGHT_SHARE),
      fetch: (symbol) => rest.bookBody(symbol),
    },
    open: (snapshots, attempts) =>
      new JoinedConnection({
        venue,
        clock,
        network: tickets,
        random,
        attempts,
        protocol,
        snapshots,
        restFrame: snapshotFrame,
      }),
    check: ({ length }) => {
      if (length > MAX_INSTRUMENTS)
        throw tooManyInstruments('KuCoin', length, `Choose at most ${MAX_INSTRUMENTS}.`);
    },
  });
}

/** KuCoin's frames as a recording keeps them: the changes of its socket, and each REST order book as a frame of its own. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { KUCOIN_WIRE } from './capture-frames.ts';
import { kucoinDecoder } from './feed.ts';
import { BOOK_TOPIC, snapshotFrame } from './parse.ts';
import { BOOK_LEVELS } from './rest.ts';
import { isNoLevel } from './sequence.ts';

export const kucoinFrames = frameCodec({
  decoder: kucoinDecoder,
  mark: '',
  bookOf({ snapshot, topic, data }) {
    if (typeof snapshot === 'string') {
      const { bids, asks } = restBookOf(data);
      return { symbol: snapshot, isSnapshot: true, bids, asks };
    }
    if (typeof topic !== 'string' || !topic.startsWith(BOOK_TOPIC) || !isObject(data)) return undefined;
    const { bids, asks }: Json = isObject(data['changes']) ? data['changes'] : {};
    const [shownBids, shownAsks] = [levelsOf(bids), levelsOf(asks)];
    return { symbol: topic.slice(BOOK_TOPIC.length), isSnapshot: false, bids: shownBids, asks: shownAsks };
  },
  depthFor: (levels) => Math.max(levels, BOOK_LEVELS),
  wire: KUCOIN_WIRE,
  bookFrame: (symbol, sequence, bids, asks) =>
    snapshotFrame(symbol, JSON.stringify({ sequence: String(sequence), bids, asks })),
});

/** Without the rows that only advance the sequence. */
function levelsOf(side: unknown): readonly unknown[] {
  return Array.isArray(side) ? (side as unknown[]).filter((row) => !isNoLevel(row)) : [];
}

/** The book inside of a REST answer, or of what stands for one. */
function restBookOf(body: unknown): Json {
  const data = isObject(body) && isObject(body['data']) ? body['data'] : body;
  return isObject(data) ? data : {};
}

/** Bitget's frames as a recording keeps them, and which record of a recorded wire is which. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { BOOK_DEPTH, bitgetDecoder } from './feed.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { SYMBOLS } from './rest.ts';

const WIRE: WireRules = {
  list: {
    url: new RegExp(`${SYMBOLS}(\\?|$)`),
    name: 'symbols',
    read: (json) => instrumentsFromSymbols(isObject(json) ? json['data'] : undefined),
  },
  rest: 'other topics',
  beforehand: ({ text }) => (text === 'ping' || text === 'pong' ? NOTHING : undefined),
  message(json, { text }) {
    if ('event' in json) return NOTHING;
    const { market, topic, symbol } = named(json);
    if (topic !== 'books' && topic !== 'publicTrade' && topic !== 'trade')
      return topic === '' ? 'no known topic' : topic;
    return /^sp(ot)?$/i.test(market) ? [{ symbol, text }] : `${topic} of another market`;
  },
};

export const bitgetFrames = frameCodec({
  decoder: bitgetDecoder,
  mark: '"data":',
  bookOf(json) {
    const { topic, symbol } = named(json);
    const entry: unknown = Array.isArray(json['data']) ? json['data'][0] : undefined;
    if (topic !== 'books' || symbol === '' || !isObject(entry)) return undefined;
    const [bids, asks] = [entry['bids'] ?? entry['b'], entry['asks'] ?? entry['a']];
    return { symbol, isSnapshot: json['action'] === 'snapshot', bids, asks };
  },
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
  wire: WIRE,
  bookFrame: (symbol, seq, b, a) =>
    JSON.stringify({
      action: 'snapshot',
      arg: { instType: 'spot', topic: 'books', symbol },
      data: [{ a, b, pseq: 0, seq }],
    }),
});

function named({ arg }: Json): { readonly market: string; readonly topic: string; readonly symbol: string } {
  const { instType, topic, channel, symbol, instId }: Json = isObject(arg) ? arg : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { market: text(instType), topic: text(topic ?? channel), symbol: text(symbol ?? instId) };
}

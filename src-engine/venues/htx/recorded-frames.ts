/** HTX's frames as a recording keeps them, unpacked, and which record of a recorded wire is which. */
import { isObject } from '../toolkit/json.ts';
import { frameCodec } from '../toolkit/frame-codec.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { BOOK_DEPTH, BOOK_DEPTHS, htxDecoder } from './feed.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { TOPIC, TRADES, WHOLE } from './parse.ts';

/** Changes of `mbp.*`, which join on to answers of the same socket, are left out: check-book reads them. */
const WIRE: WireRules = {
  list: {
    url: /\/v1\/(?:settings\/common\/market-symbols|common\/symbols)(?:\?|$)/,
    name: 'market symbols',
    read: (json) => instrumentsFromSymbols(isObject(json) ? json['data'] : undefined),
  },
  rest: 'other channels',
  message({ ch }, { text }) {
    if (typeof ch !== 'string') return NOTHING;
    const [, symbol, channel = ''] = TOPIC.exec(ch) ?? [];
    if (symbol === undefined) return 'no known topic';
    return WHOLE.test(channel) || channel === TRADES ? [{ symbol, text }] : channel;
  },
};

export const htxFrames = frameCodec({
  decoder: htxDecoder,
  mark: '"market.',
  bookOf({ ch, tick }) {
    const [, symbol, channel = ''] = typeof ch === 'string' ? (TOPIC.exec(ch) ?? []) : [];
    if (symbol === undefined || !WHOLE.test(channel) || !isObject(tick)) return undefined;
    return { symbol, isSnapshot: true, bids: texts(tick['bids']), asks: texts(tick['asks']) };
  },
  depthFor: (levels) => BOOK_DEPTHS.find((depth) => depth >= levels) ?? levels,
  wire: WIRE,
  bookFrame: (symbol, _seq, bids, asks) =>
    // Numbers in quotes are read as well: they are exact.
    JSON.stringify({ ch: `market.${symbol}.mbp.refresh.${BOOK_DEPTH}`, ts: 0, tick: { bids, asks } }),
});

/** Rows as text, by whose digits a recording without a list of instruments is read. */
function texts(side: unknown): unknown {
  return Array.isArray(side)
    ? side.map((row: unknown) => (Array.isArray(row) ? row.map((value: unknown) => String(value)) : row))
    : side;
}

/** Gemini's frames as a recording keeps them, and which record of a recorded wire is which. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { BOOK_DEPTH, geminiDecoder } from './feed.ts';
import { instrumentsFromDetails } from './instruments.ts';
import { DETAILS } from './rest.ts';

/** The older `l2_updates`, which have no numbers, are left out: check-book reads them. */
const WIRE: WireRules = {
  list: { url: new RegExp(`${DETAILS}(\\?|$)`), name: 'symbol details', read: instrumentsFromDetails },
  rest: 'other streams',
  message(json, { text }) {
    const { e, s, t, p, type } = json;
    if ('status' in json) return NOTHING;
    const isTrade = e === undefined && t !== undefined && p !== undefined;
    if ((e === 'depthUpdate' || isTrade) && typeof s === 'string') return [{ symbol: s, text }];
    const name = e ?? type;
    return typeof name === 'string' ? name : 'no known type';
  },
};

export const geminiFrames = frameCodec({
  decoder: geminiDecoder,
  mark: '"depthUpdate"',
  bookOf: ({ s, U, u, b, a }) =>
    typeof s === 'string' ? { symbol: s, isSnapshot: U === u, bids: b, asks: a } : undefined,
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
  wire: WIRE,
  bookFrame: (s, u, b, a) => JSON.stringify({ e: 'depthUpdate', E: 0, s, U: u, u, b, a }),
});

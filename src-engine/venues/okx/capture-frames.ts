/** Which record of a recorded wire is which: books and trades word for word, each book by REST under its symbol. */
import { isObject } from '../toolkit/json.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { instrumentsFromRows } from './instruments.ts';
import { restBookFrame } from './parse.ts';

/** Futures, swaps and options have more parts in their names. */
const SPOT = /^[^-]+-[^-]+$/;

export const OKX_WIRE: WireRules = {
  list: {
    url: /\/api\/v5\/public\/instruments\?.*instType=SPOT/,
    name: 'a list of instruments',
    read: (json) => instrumentsFromRows(isObject(json) ? json['data'] : undefined),
  },
  books: {
    url: /\/api\/v5\/market\/books\?/,
    parameter: 'instId',
    nameless: 'a book without a symbol',
    frame: restBookFrame,
  },
  rest: 'other channels',
  beforehand: ({ text }) => (text === 'ping' || text === 'pong' ? NOTHING : undefined),
  message(json, { text }) {
    if ('event' in json) return NOTHING;
    const { channel, instId } = isObject(json['arg']) ? json['arg'] : {};
    if ((channel === 'books' || channel === 'trades') && typeof instId === 'string')
      return SPOT.test(instId) ? [{ symbol: instId, text }] : `${channel} of another market`;
    return typeof channel === 'string' ? channel : 'no known channel';
  },
};

/** Which record of a recorded wire is which: changes and trades word for word, each REST order book under its symbol. */
import { isObject } from '../toolkit/json.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { BOOK_TOPIC, snapshotFrame, TRADE_TOPIC } from './parse.ts';

export const KUCOIN_WIRE: WireRules = {
  list: {
    url: /\/api\/v\d\/symbols(\?|$)/,
    name: 'symbols',
    read: (json) => instrumentsFromSymbols(isObject(json) ? json['data'] : undefined),
  },
  books: {
    url: /\/api\/v\d\/market\/orderbook\/level2(?:_\d+)?\?/,
    parameter: 'symbol',
    nameless: 'order book without a symbol',
    frame: snapshotFrame,
  },
  rest: 'other topics',
  message(json, { text }) {
    // A recording of ours has them as frames already.
    if (typeof json['snapshot'] === 'string') return [{ symbol: json['snapshot'], text }];
    const { type, topic } = json;
    if (typeof topic !== 'string')
      return typeof type === 'string' && type !== 'message' ? NOTHING : 'no known type';
    const known = [BOOK_TOPIC, TRADE_TOPIC].find((start) => topic.startsWith(start));
    if (known === undefined) return topic.split(':')[0] ?? topic;
    return [{ symbol: topic.slice(known.length), text }];
  },
};

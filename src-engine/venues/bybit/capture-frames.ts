/** Which record of a recorded wire is which: books and trades of the spot market word for word; futures have the same symbols. */
import { isObject } from '../toolkit/json.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { instrumentsFromInfo } from './instruments.ts';

const OTHER_MARKET = /\/v5\/public\/(?!spot)/;

export const BYBIT_WIRE: WireRules = {
  list: {
    url: /\/v5\/market\/instruments-info\?.*category=spot/,
    name: 'instruments-info',
    read: (json) => instrumentsFromInfo(isObject(json) ? json['result'] : undefined),
  },
  rest: 'other channels',
  beforehand: ({ url }) => (OTHER_MARKET.test(url) ? 'another market' : undefined),
  message(json, { text }) {
    const { topic } = json;
    if (typeof topic !== 'string') return 'op' in json ? NOTHING : 'no known type';
    const symbol = topic.slice(topic.lastIndexOf('.') + 1);
    if (/^(orderbook|publicTrade)\./.test(topic)) return [{ symbol, text }];
    return topic.slice(0, topic.indexOf('.'));
  },
};

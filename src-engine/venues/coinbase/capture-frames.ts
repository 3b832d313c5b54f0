/** Which record of a recorded wire is which: books and trades word for word, for as long as the numbers of a connection follow. */
import { isObject, type Json } from '../toolkit/json.ts';
import { NOTHING, type WireReading, type WireRules } from '../toolkit/wire-frames.ts';
import { instrumentsFromProducts } from './instruments.ts';
import { ConnectionSequence, sequenceOf } from './sequence.ts';

const LIST: WireRules['list'] = {
  url: /\/api\/v3\/brokerage\/market\/products(\?|$)/,
  name: 'a list of products',
  read: (json) => instrumentsFromProducts(isObject(json) ? json['products'] : undefined),
};

export class CoinbaseWire implements WireRules {
  readonly list = LIST;
  readonly rest = 'other channels';
  readonly #sequences = new Map<string, ConnectionSequence>();
  /** Books whose last snapshot came before a missing number, by connection and product: no change of theirs is kept. */
  readonly #lost = new Set<string>();
  readonly #books = new Map<string, Set<string>>();

  message(
    json: Json,
    { connection, text }: Parameters<WireRules['message']>[1],
    count: (name: string) => void,
  ): WireReading {
    if (!this.#follows(connection, text)) count('a message out of sequence');
    const { channel } = json;
    if (channel === 'subscriptions' || channel === 'heartbeats') return NOTHING;
    const events: unknown = json['events'];
    const event: unknown = Array.isArray(events) ? events[0] : undefined;
    if (channel === 'l2_data' && isObject(event)) return this.#book(connection, event, text);
    if (channel === 'market_trades' && isObject(event)) {
      const trades: unknown = event['trades'];
      const trade: unknown = Array.isArray(trades) ? trades[0] : undefined;
      return isObject(trade) && typeof trade['product_id'] === 'string'
        ? [{ symbol: trade['product_id'], text }]
        : NOTHING;
    }
    return typeof channel === 'string' ? channel : 'no known channel';
  }

  /** False where a number of the connection is missing: its books are lost. */
  #follows(connection: string, text: string): boolean {
    const sequence = this.#sequences.get(connection) ?? new ConnectionSequence();
    this.#sequences.set(connection, sequence);
    const number = sequenceOf(Buffer.from(text.slice(0, 400)));
    if (number < 0 || sequence.take(number) === '') return true;
    for (const product of this.#books.get(connection) ?? []) this.#lost.add(product);
    return false;
  }

  #book(connection: string, { product_id: product, type }: Json, text: string): WireReading {
    if (typeof product !== 'string') return 'a book without a product';
    this.#books.set(connection, (this.#books.get(connection) ?? new Set<string>()).add(product));
    if (type === 'snapshot') this.#lost.delete(product);
    if (this.#lost.has(product)) return 'changes behind a missing message';
    return [{ symbol: product, text }];
  }
}

/** A recorded wire as the frames of a recording: books and trades word for word, for as long as the numbers of a connection follow. */
import { UserError } from '../../domain/errors.ts';
import type { CaptureRecord } from '../capture/capture-record.ts';
import { isObject } from '../toolkit/json.ts';
import type { CaptureFrame, CaptureFrames } from '../venue-adapter.ts';
import { instrumentsFromProducts } from './instruments.ts';
import { ConnectionSequence, sequenceOf } from './sequence.ts';

/** Names of channels that are counted apart. */
const MOST_NAMES = 30;
const NOTHING: readonly CaptureFrame[] = [];
const LIST_PATH = /\/api\/v3\/brokerage\/market\/products(\?|$)/;

export class CoinbaseCaptureFrames implements CaptureFrames {
  listing: CaptureFrames['listing'];
  readonly others = new Map<string, number>();
  readonly #sequences = new Map<string, ConnectionSequence>();
  /** Books whose last snapshot came before a missing number, by connection and product: no change of theirs is kept. */
  readonly #lost = new Set<string>();
  readonly #books = new Map<string, Set<string>>();

  read({ kind, url, text, connection }: CaptureRecord): readonly CaptureFrame[] {
    if (kind === 'http') return this.#answer(url, text);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return this.#other('not JSON');
    }
    if (!isObject(json)) return this.#other('no object');
    this.#follow(connection, text);
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
    return this.#other(typeof channel === 'string' ? channel : 'no known channel');
  }

  #follow(connection: string, text: string): void {
    const sequence = this.#sequences.get(connection) ?? new ConnectionSequence();
    this.#sequences.set(connection, sequence);
    const number = sequenceOf(Buffer.from(text.slice(0, 400)));
    if (number < 0 || sequence.take(number) === '') return;
    for (const product of this.#books.get(connection) ?? []) this.#lost.add(product);
    this.#other('a message out of sequence');
  }

  #book(
    connection: string,
    { product_id: product, type }: Readonly<Record<string, unknown>>,
    text: string,
  ): readonly CaptureFrame[] {
    if (typeof product !== 'string') return this.#other('a book without a product');
    this.#books.set(connection, (this.#books.get(connection) ?? new Set<string>()).add(product));
    if (type === 'snapshot') this.#lost.delete(product);
    if (this.#lost.has(product)) return this.#other('changes behind a missing message');
    return [{ symbol: product, text }];
  }

  #answer(url: string, text: string): readonly CaptureFrame[] {
    if (!LIST_PATH.test(url) || this.listing !== undefined) return NOTHING;
    try {
      const json: unknown = JSON.parse(text);
      this.listing = instrumentsFromProducts(isObject(json) ? json['products'] : undefined);
      return NOTHING;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof UserError)) throw error;
      return this.#other('a list of products that cannot be read');
    }
  }

  #other(name: string): readonly CaptureFrame[] {
    const short = name.slice(0, 40);
    const key = this.others.has(short) || this.others.size < MOST_NAMES ? short : 'other channels';
    this.others.set(key, (this.others.get(key) ?? 0) + 1);
    return NOTHING;
  }
}

/**
 * Books in recordings of HTX's sockets, whose frames are gzipped: changes of `market.*.mbp.*` with the answer to a request that
 * they join on to, or whole books of `market.*.depth.step0` and `market.*.mbp.refresh.*`.
 * Source of the shapes: HTX spot API, "Market By Price (incremental update)" and "Market Depth".
 */
import type { CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import type { CaptureRecord } from '../capture/capture-record.ts';
import { exactObject, objectOf, textOf } from '../capture/exact-json.ts';
import { bookMessage, ChannelOf, idOf, linked, other, rowLevels } from '../capture/reading.ts';
import { isObject, type Json } from '../toolkit/json.ts';

const TOPIC = /^market\.([^.]+)\.(.+)$/;
const CHANGES = /^mbp\.\d+$/;
const WHOLE = /^(?:depth\.step0|mbp\.refresh\.\d+)$/;

/**
 * Each change names the number before it; numbers jump. The answer that holds the book may come behind the changes that go on from
 * it. Whole books carry a rising number: one that came twice or late is found, a missing one is replaced by the next.
 */
export class HtxCaptureReader implements CaptureReader {
  readonly venues = ['htx', 'huobi'];
  readonly rule = { continuity: linked, hasRestSnapshots: true, refusesCrossed: true };
  readonly #channels = new ChannelOf();
  /** Number of the last whole book of each symbol. */
  readonly #versions = new Map<string, number>();
  #hasChanges = false;

  get integrity(): 'sequence' | 'none' {
    return this.#hasChanges ? 'sequence' : 'none';
  }

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') return other(`REST ${new URL(record.url, 'https://x').pathname}`);
    const frame = exactObject(record);
    const answered = TOPIC.exec(textOf(frame['rep']));
    if (answered !== null) return this.#answer(answered, objectOf(frame['data'] ?? frame['tick']));
    const [, symbol = '', channel = ''] = TOPIC.exec(textOf(frame['ch'])) ?? [];
    const tick = objectOf(frame['tick']);
    if (symbol === '') return other(Object.keys(frame).find((key) => CONTROL.has(key)) ?? 'nameless');
    if (!CHANGES.test(channel) && !WHOLE.test(channel)) return other(channel);
    if (!this.#channels.isOf(symbol, channel))
      return other(`${channel} of ${symbol}, beside another channel`);
    return [CHANGES.test(channel) ? this.#change(symbol, tick) : this.#whole(symbol, tick)];
  }

  #answer([, symbol = '', channel = '']: RegExpExecArray, data: Json): readonly CaptureMessage[] {
    if (!CHANGES.test(channel) || !isObject(data)) return other(`answer about ${channel}`);
    if (!this.#channels.isOf(symbol, channel))
      return other(`${channel} of ${symbol}, beside another channel`);
    return [bookMessage('snapshot', symbol, () => wholeOf(data, 'seqNum'))];
  }

  #change(symbol: string, tick: Json): CaptureMessage {
    this.#hasChanges = true;
    return bookMessage('delta', symbol, () => ({
      first: idOf(tick['prevSeqNum'], 'prevSeqNum') + 1,
      last: idOf(tick['seqNum'], 'seqNum'),
      bids: rowLevels(tick['bids'], 'bids'),
      asks: rowLevels(tick['asks'], 'asks'),
    }));
  }

  #whole(symbol: string, tick: Json): CaptureMessage {
    const message = bookMessage('snapshot', symbol, () =>
      wholeOf(tick, 'version' in tick ? 'version' : 'seqNum'),
    );
    if (message.kind === 'unreadable') return message;
    const before = this.#versions.get(symbol) ?? -1;
    if (message.last <= before) {
      return { kind: 'repeated', symbol, detail: `version ${message.last} came after ${before}` };
    }
    this.#versions.set(symbol, message.last);
    return message;
  }
}

const CONTROL = new Set(['ping', 'subbed', 'unsubbed', 'err-code', 'status', 'op', 'action']);

function wholeOf(
  json: Json,
  number: string,
): Parameters<typeof bookMessage>[2] extends () => infer Parts ? Parts : never {
  const last = idOf(json[number], number);
  return { first: last, last, bids: rowLevels(json['bids'], 'bids'), asks: rowLevels(json['asks'], 'asks') };
}

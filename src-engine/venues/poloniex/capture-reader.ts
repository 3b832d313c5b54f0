/**
 * Books in recordings of Poloniex's spot stream: `book_lv2`, the best 20 levels and then their changes, or `book`, whose every push is
 * whole.
 * Source of the shapes: Poloniex spot API, "Book" and "Book Level 2".
 */
import type { CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { exactObject, type Json, listOf, objectOf, textOf } from '../capture/exact-json.ts';
import { bookMessage, ChannelOf, idOf, linked, other, rowLevels } from '../capture/reading.ts';

/** Each change names the id before it in `lastId`; ids jump. A whole book may come again and replaces what was there. */
export class PoloniexCaptureReader implements CaptureReader {
  readonly venues = ['poloniex'];
  readonly rule = { continuity: linked, hasRestSnapshots: false, refusesCrossed: true };
  readonly #channels = new ChannelOf();
  #hasChanges = false;

  get integrity(): 'sequence' | 'none' {
    return this.#hasChanges ? 'sequence' : 'none';
  }

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') return other(`REST ${new URL(record.url, 'https://x').pathname}`);
    if (record.text === 'pong') return other('pong');
    const frame = exactObject(record);
    const channel = textOf(frame['channel']);
    if (typeof frame['event'] === 'string') return other(`${frame['event']} ${channel}`.trim());
    if (channel !== 'book_lv2' && channel !== 'book') return other(channel || 'nameless');
    return listOf(frame['data']).flatMap((entry) =>
      this.#book(channel, frame['action'], objectOf(entry), record.line),
    );
  }

  #book(channel: string, action: unknown, data: Json, line: number): readonly CaptureMessage[] {
    const symbol = textOf(data['symbol']);
    if (symbol === '') throw badLine(line, `a ${channel} without its symbol`);
    if (!this.#channels.isOf(symbol, channel))
      return other(`${channel} of ${symbol}, beside another channel`);
    const isWhole = channel === 'book' || action === 'snapshot';
    if (!isWhole && action !== 'update') throw badLine(line, `a ${channel} without its action`);
    if (!isWhole) this.#hasChanges = true;
    return [
      bookMessage(isWhole ? 'snapshot' : 'delta', symbol, () => {
        const last = idOf(data['id'], 'id');
        return {
          first: isWhole ? last : idOf(data['lastId'], 'lastId') + 1,
          last,
          bids: rowLevels(data['bids'], 'bids'),
          asks: rowLevels(data['asks'], 'asks'),
        };
      }),
    ];
  }
}

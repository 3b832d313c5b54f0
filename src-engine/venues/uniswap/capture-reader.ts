/** Books in recorded lines of the process that reads pools: each is the whole of one block. */
import type { CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { exactObject, textOf } from '../capture/exact-json.ts';
import { bookMessage, other, rowLevels, unnumbered } from '../capture/reading.ts';

export class PoolCaptureReader implements CaptureReader {
  readonly venues: readonly string[];
  readonly integrity = 'none';
  readonly rule = { continuity: unnumbered, hasRestSnapshots: false, refusesCrossed: true };

  constructor(venue: string) {
    this.venues = [venue];
  }

  read(record: CaptureRecord): readonly CaptureMessage[] {
    const frame = exactObject(record);
    const event = textOf(frame['event']);
    if (event !== 'book') return other(event === '' ? 'nameless' : event);
    const symbol = textOf(frame['symbol']);
    if (symbol === '') throw badLine(record.line, 'a book without its symbol');
    const levels = () => ({ bids: rowLevels(frame['bids'], 'bids'), asks: rowLevels(frame['asks'], 'asks') });
    return [bookMessage('snapshot', symbol, () => ({ first: 0, last: 0, ...levels() }))];
  }
}

/** Books in recorded lines of a process beside the engine: each is whole, and nothing shows that one is missing. */
import type { CaptureMessage, CaptureReader } from './book-message.ts';
import { badLine, type CaptureRecord } from './capture-record.ts';
import { exactObject, textOf } from './exact-json.ts';
import { bookMessage, other, rowLevels, unnumbered } from './reading.ts';

export class ProcessLineReader implements CaptureReader {
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

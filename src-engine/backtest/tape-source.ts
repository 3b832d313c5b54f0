/** A tape as the source of a replay: the calls that its logs made, read from columns. */
import { type BookDepth, depthWords } from '../domain/book-depth.ts';
import { UserError } from '../domain/errors.ts';
import { createInstrument, type Instrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { TimeUs } from '../domain/time.ts';
import {
  type RareEvent,
  type Tape,
  TAPE_ALIVE,
  TAPE_BUY,
  TAPE_RARE,
  TAPE_SELL,
  TAPE_SNAPSHOT,
  TAPE_TOUCH,
  isTapeBook,
} from '../storage/tape/tape-format.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import type { OnRead, Played, ReplaySource } from './replay-source.ts';
import { type InstrumentOverrides, sinkUnder, withOverrides } from './run-instruments.ts';

/** Events between two reports of how many were read. */
const REPORT_EVERY = 65_536;

export class TapeSource implements ReplaySource {
  readonly instruments: readonly Instrument[];
  readonly #tape: Tape;
  readonly #overrides: InstrumentOverrides;
  readonly #onRead: OnRead | undefined;

  /** @throws UserError when books of another depth are asked for than those that the checksums were compared with. */
  constructor(tape: Tape, overrides: InstrumentOverrides, bookDepth: number | undefined, onRead?: OnRead) {
    const { head } = tape;
    if (bookDepth !== undefined && bookDepth !== head.bookDepth) {
      throw new UserError({
        code: 'tape-depth',
        field: 'book depth',
        value: String(bookDepth),
        message: `is not ${depthWords(head.bookDepth)}, the depth that ${tape.path} was made with`,
        remedy: 'Leave it out, or replay the market logs themselves.',
      });
    }
    this.#tape = tape;
    this.#overrides = overrides;
    this.#onRead = onRead;
    const recorded = head.instruments.map(({ venue, spec }, id) => createInstrument(spec, id, venue));
    this.instruments = withOverrides(recorded, overrides);
  }

  get bookDepth(): BookDepth {
    return this.#tape.head.bookDepth;
  }

  get firstUs(): TimeUs {
    return this.#tape.head.firstUs;
  }

  async play(sink: MarketSink, advanceTo: (atUs: TimeUs) => void): Promise<Played> {
    this.#report(sinkUnder(sink, this.#overrides), advanceTo);
    const { logEvents: events, unreadableFrames, firstFault, unfinishedLogs } = this.#tape.head;
    return { events, unreadableFrames, firstFault, unfinishedLogs };
  }

  async close(): Promise<void> {
    // The memory is the caller's: other runs may share it.
  }

  #report(sink: MarketSink, advanceTo: (atUs: TimeUs) => void): void {
    const { head, columns } = this.#tape;
    const { kinds, targets, times, venueTimes, prices, qtys } = columns;
    const { bidCounts, askCounts, seqs, prevSeqs, faultEvents, faultChecksums } = columns;
    const hasSequence = seqs.length > 0;
    const update = new BookUpdate(256);
    let level = 0;
    let fault = 0;
    for (let event = 0; event < head.events; event++) {
      const kind = kinds[event] as number;
      const target = targets[event] as number;
      const atUs = times[event] as number;
      advanceTo(atUs);
      if (event % REPORT_EVERY === 0) this.#onRead?.(event, head.events, 'events');
      if (isTapeBook(kind)) {
        update.reset(target, kind === TAPE_SNAPSHOT, atUs);
        update.isTouch = kind === TAPE_TOUCH;
        update.venueUs = venueTimes[event] as number;
        if (hasSequence) {
          update.seq = seqs[event] as number;
          update.prevSeq = prevSeqs[event] as number;
        }
        if (faultEvents[fault] === event) update.checksum = faultChecksums[fault++] as number;
        for (let end = level + (bidCounts[event] as number); level < end; level++)
          update.pushBid(prices[level] as number, qtys[level] as number);
        for (let end = level + (askCounts[event] as number); level < end; level++)
          update.pushAsk(prices[level] as number, qtys[level] as number);
        sink.onBook(update);
      } else if (kind === TAPE_BUY || kind === TAPE_SELL) {
        sink.onTrade({
          kind: 'trade',
          instrumentId: target,
          price: prices[level] as number,
          qty: qtys[level++] as number,
          side: kind === TAPE_BUY ? 'buy' : 'sell',
          venueUs: venueTimes[event] as number,
          receivedUs: atUs,
        });
      } else if (kind === TAPE_ALIVE) sink.onAlive(head.venues[target] as string, atUs);
      else if (kind === TAPE_RARE) reportRare(sink, head.rare[target] as RareEvent, atUs);
    }
  }
}

function reportRare(sink: MarketSink, rare: RareEvent, atUs: TimeUs): void {
  switch (rare.call) {
    case 'feed':
      sink.onFeed(rare.event);
      return;
    case 'lost':
      sink.onBookLost(rare.instrumentId, rare.reason, atUs);
      return;
    case 'status':
      sink.onInstrumentStatus(rare.instrumentId, rare.status, atUs);
      return;
    case 'rules':
      sink.onInstrumentChange?.(rare.instrumentId, rare.change, atUs);
      return;
    case 'stopped':
      sink.onInstrumentStopped?.(rare.instrumentId, rare.reason, atUs);
  }
}

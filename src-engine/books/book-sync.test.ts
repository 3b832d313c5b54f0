import { describe, expect, it } from 'vitest';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate, NONE } from '../domain/market-data.ts';
import { BookStore } from './book-store.ts';
import { BookSync } from './book-sync.ts';
import { type BookVerifier, LinkedNumbers, NumberRanges, UncrossedLinks } from './book-verifier.ts';
import { OrderBook } from './order-book.ts';

const SECOND = 1_000_000;

type Fields = { seq?: number; prevSeq?: number; checksum?: number; id?: number };

function message(isSnapshot: boolean, receivedUs: number, bids: [number, number][], fields: Fields = {}) {
  const update = new BookUpdate();
  update.reset(fields.id ?? 0, isSnapshot, receivedUs);
  update.seq = fields.seq ?? NONE;
  update.prevSeq = fields.prevSeq ?? NONE;
  update.checksum = fields.checksum ?? NONE;
  update.venueUs = receivedUs - 5;
  for (const [price, qty] of bids) update.pushBid(price, qty);
  update.pushAsk(1_000, 1);
  return update;
}

/** A rule of a made venue: the checksum is the number of bids. */
class BidCount extends LinkedNumbers implements BookVerifier {
  override matches(book: OrderBook, { checksum }: BookUpdate): boolean {
    return checksum === NONE || checksum === book.bidCount;
  }

  override mismatch({ checksum }: BookUpdate): string {
    return `checksum mismatch: ${checksum} announced`;
  }
}

describe('BookSync', () => {
  it('by uncrossed links loses a book that a message crossed, with the reason, until its next snapshot', () => {
    const [sync, seq] = [new BookSync(new OrderBook(10), new UncrossedLinks()), 7];
    sync.apply(message(true, 1, [[10, 1]], { seq: 5 }));
    expect(sync.apply(message(false, 2, [[11, 1]], { seq: seq + 1, prevSeq: 5 }))).toBe('applied');
    expect(sync.apply(message(false, 3, [[1_000, 1]], { seq: seq + 2, prevSeq: seq + 1 }))).toBe(
      'checksum-mismatch',
    );
    expect([sync.state, sync.reason]).toEqual([
      'syncing',
      'the best bid 1000 is not below the best ask 1000, in units of the price',
    ]);
    expect(sync.apply(message(true, 4, [[999, 1]], { seq: 9 }))).toBe('applied');
    expect(sync.apply(message(true, 5, [[9, 1]], { seq: 10, checksum: 77 }))).toBe('checksum-mismatch');
    expect(sync.reason).toMatch(/^checksum 77 announced/);
  });

  it('by uncrossed links loses a book by a message that it has already', () => {
    const sync = new BookSync(new OrderBook(10), new UncrossedLinks());
    sync.apply(message(true, 1, [[10, 1]], { seq: 5 }));
    expect(sync.apply(message(false, 2, [[11, 1]], { seq: 5, prevSeq: 3 }))).toBe('sequence-gap');
  });

  it('loses a book of which only earlier numbers came for ten seconds, though its connection lives', () => {
    const sync = new BookSync(new OrderBook(10), new NumberRanges());
    const at = (seq: number, receivedUs: number) =>
      sync.apply(message(false, receivedUs, [[11, 1]], { seq, prevSeq: seq - 1 }));
    sync.apply(message(true, 1, [[10, 1]], { seq: 50 }));
    expect([at(3, SECOND), at(4, 11 * SECOND - 1), at(50, 60 * SECOND)]).toEqual([
      'ignored',
      'ignored',
      'ignored',
    ]);
    expect([at(51, 60 * SECOND), at(5, 61 * SECOND), at(6, 70 * SECOND)]).toEqual([
      'applied',
      'ignored',
      'ignored',
    ]);
    expect([at(7, 71 * SECOND), sync.state, sync.gaps]).toEqual(['sequence-gap', 'syncing', 1]);
    expect(sync.reason).toBe('its messages are numbered from 7 on again, the last one was 51');
    sync.apply(message(true, 72 * SECOND, [[10, 1]], { seq: 60 }));
    expect([at(8, 73 * SECOND), sync.state]).toEqual(['ignored', 'live']);
  });

  it('ignores deltas until a snapshot, which makes it live', () => {
    const sync = new BookSync(new OrderBook(10));
    expect(sync.apply(message(false, 1, [[10, 1]]))).toBe('ignored');
    expect([sync.state, sync.book.bidCount, sync.lastUpdateUs]).toEqual(['syncing', 0, 0]);
    expect(sync.apply(message(true, 2, [[10, 1]]))).toBe('applied');
    expect([sync.state, sync.lastUpdateUs, sync.lastVenueUs, sync.lastAliveUs]).toEqual(['live', 2, -3, 2]);
  });

  it('gives up a book that its venue’s rule does not confirm, and trusts only a new snapshot, unmerged', () => {
    const sync = new BookSync(new OrderBook(10), new BidCount());
    sync.apply(
      message(true, 1, [
        [10, 1],
        [9, 1],
      ]),
    );
    expect(sync.apply(message(false, 2, [[8, 0]], { checksum: 2 }))).toBe('applied');
    expect(sync.apply(message(false, 3, [[8, 2]], { checksum: 2 }))).toBe('checksum-mismatch');
    expect([sync.state, sync.reason]).toEqual(['syncing', 'checksum mismatch: 2 announced']);
    expect(sync.apply(message(false, 4, [[8, 0]], { checksum: 2 }))).toBe('ignored');
    expect(sync.apply(message(true, 5, [[7, 1]]))).toBe('applied');
    expect([sync.state, sync.book.bidCount, sync.book.bestBid, sync.mismatches]).toEqual(['live', 1, 7, 1]);
  });

  it('has no times before its first message, and says why its state is what it is', () => {
    const sync = new BookSync(new OrderBook(10));
    expect([sync.lastUpdateUs, sync.lastVenueUs, sync.lastAliveUs]).toEqual([0, 0, 0]);
    sync.apply(message(true, 1, [[10, 1]]));
    expect([sync.state, sync.reason]).toEqual(['live', 'snapshot received']);
    sync.markStale(10 * SECOND, SECOND);
    sync.apply(message(false, 10 * SECOND, [[10, 2]]));
    expect([sync.state, sync.reason]).toEqual(['live', 'updates resumed']);
  });

  it('gives up a book whose checksum covers more than it can count, and asks for no other', () => {
    class Cut extends BidCount {
      override isUncountable(): boolean {
        return true;
      }
    }
    const sync = new BookSync(new OrderBook(10), new Cut());
    sync.apply(message(true, 1, [[10, 1]]));
    expect(sync.apply(message(false, 2, [[9, 1]], { checksum: 7 }))).toBe('uncountable');
    expect([sync.state, sync.mismatches, sync.losses]).toEqual(['syncing', 0, 1]);
    expect(sync.reason).toContain('more than 2^53 units');
  });

  it('goes on where a message names the one before it', () => {
    const numbers = new LinkedNumbers();
    const next = message(false, 2, [], { prevSeq: 5, seq: 6 });
    expect([numbers.continuity(next, 5), numbers.continuity(next, 4)]).toEqual(['follows', 'gap']);
  });

  it('trusts no checksum that nothing compares', () => {
    const sync = new BookSync(new OrderBook(10));
    expect(sync.apply(message(true, 1, [[10, 1]], { checksum: 7 }))).toBe('checksum-mismatch');
    expect(sync.reason).toMatch(/no rule of this venue/);
  });

  it('takes ranges of numbers that cover the next one, and leaves alone what it has', () => {
    const sync = new BookSync(new OrderBook(10), new NumberRanges());
    sync.apply(message(true, 1, [[10, 1]], { seq: 5 }));
    expect(sync.apply(message(false, 2, [[10, 2]], { prevSeq: 3, seq: 7 }))).toBe('applied');
    expect(sync.apply(message(false, 3, [[10, 3]], { prevSeq: 5, seq: 7 }))).toBe('ignored');
    expect([sync.book.bidQtys[0], sync.lastSeq, sync.gaps]).toEqual([2, 7, 0]);
    expect(sync.apply(message(false, 4, [[10, 4]], { prevSeq: 8, seq: 9 }))).toBe('sequence-gap');
  });

  it('does not go live on a snapshot whose own checksum is wrong', () => {
    const sync = new BookSync(new OrderBook(10), new BidCount());
    expect(sync.apply(message(true, 1, [[10, 1]], { checksum: 3 }))).toBe('checksum-mismatch');
    expect(sync.state).toBe('syncing');
  });

  it('asks for a snapshot on a sequence gap, and applies nothing of that message', () => {
    const sync = new BookSync(new OrderBook(10));
    sync.apply(message(true, 1, [[10, 1]], { seq: 5 }));
    expect(sync.apply(message(false, 2, [[11, 1]], { prevSeq: 5, seq: 6 }))).toBe('applied');
    expect(sync.apply(message(false, 3, [[12, 1]], { prevSeq: 7, seq: 8 }))).toBe('sequence-gap');
    expect([sync.state, sync.book.bestBid, sync.gaps]).toEqual(['syncing', 11, 1]);
  });

  it('sees no gap where the message before, or this one, has no number', () => {
    const sync = new BookSync(new OrderBook(10));
    sync.apply(message(true, 1, [[10, 1]]));
    expect(sync.apply(message(false, 2, [[11, 1]], { prevSeq: 7, seq: 8 }))).toBe('applied');
    expect(sync.apply(message(false, 3, [[12, 1]]))).toBe('applied');
    expect([sync.state, sync.gaps, sync.lastSeq]).toEqual(['live', 0, NONE]);
  });

  it('counts how often a book was lost, once each time', () => {
    const sync = new BookSync(new OrderBook(10));
    sync.desync('closed');
    expect(sync.losses).toBe(0);
    for (let n = 1; n <= 2; n++) {
      sync.apply(message(true, n, [[10, 1]]));
      sync.desync('closed');
      sync.desync('closed again');
      expect([sync.losses, sync.reason]).toEqual([n, 'closed again']);
    }
  });

  it('goes stale on silence only, and a heartbeat keeps a quiet book live', () => {
    const sync = new BookSync(new OrderBook(10));
    sync.apply(message(true, SECOND, [[10, 1]]));
    expect(sync.markStale(6 * SECOND, 5 * SECOND)).toBe(false);
    expect(sync.confirmAlive(4 * SECOND)).toBe(false);
    expect(sync.markStale(9 * SECOND, 5 * SECOND)).toBe(false);
    expect([sync.lastUpdateUs, sync.lastAliveUs]).toEqual([SECOND, 4 * SECOND]);
    expect(sync.markStale(9 * SECOND + 1, 5 * SECOND)).toBe(true);
    expect(sync.state).toBe('stale');
    expect(sync.markStale(20 * SECOND, 5 * SECOND)).toBe(false);
    expect(sync.apply(message(false, 21 * SECOND, [[10, 2]]))).toBe('applied');
    expect(sync.state).toBe('live');
    expect(sync.markStale(30 * SECOND, 5 * SECOND)).toBe(true);
    expect(sync.confirmAlive(31 * SECOND)).toBe(true);
    expect(sync.state).toBe('live');
  });

  it('cannot be called live by a heartbeat while it waits for a snapshot', () => {
    const sync = new BookSync(new OrderBook(10));
    sync.apply(message(true, 1, [[10, 1]]));
    expect(sync.desync('connection closed')).toBe(true);
    expect(sync.desync('connection closed')).toBe(false);
    expect(sync.confirmAlive(2)).toBe(false);
    expect([sync.state, sync.reason]).toEqual(['syncing', 'connection closed']);
  });
});

describe('BookStore', () => {
  const spec = { base: 'A', quote: 'B', tickSize: '1', lotSize: '1', minQty: '1', minNotional: '0' };
  const instruments = [
    createInstrument({ ...spec, symbol: 'A/B' }, 0, 'kraken'),
    createInstrument({ ...spec, symbol: 'C/D' }, 1, 'kraken'),
    createInstrument({ ...spec, symbol: 'E/F' }, 2, 'other'),
  ];

  it('names the books that a venue’s silence, heartbeat or closing changed', () => {
    const store = new BookStore(instruments, { depth: 10 });
    store.apply(message(true, SECOND, [[10, 1]], { id: 0 }));
    store.apply(message(true, SECOND, [[10, 1]], { id: 2 }));
    expect(store.markStale(10 * SECOND, 5 * SECOND)).toEqual([0, 2]);
    expect(store.confirmAlive('kraken', 11 * SECOND)).toEqual([0]);
    expect(store.desyncVenue('kraken', 'closed')).toEqual([0]);
    expect([store.sync(0).state, store.sync(1).state, store.sync(2).state]).toEqual([
      'syncing',
      'syncing',
      'stale',
    ]);
    expect(store.book(2).bestBid).toBe(10);
  });

  it('finds each book that is silent, however long ago another one was looked at', () => {
    const store = new BookStore(instruments, { depth: 10 });
    store.apply(message(true, SECOND, [[10, 1]], { id: 0 }));
    store.apply(message(true, 3 * SECOND, [[10, 1]], { id: 1 }));
    store.apply(message(true, 2 * SECOND, [[10, 1]], { id: 2 }));
    expect(store.markStale(5 * SECOND, 5 * SECOND)).toEqual([]);
    expect(store.markStale(6 * SECOND, 5 * SECOND)).toEqual([]);
    expect(store.markStale(6 * SECOND + 1, 5 * SECOND)).toEqual([0]);
    expect(store.markStale(7 * SECOND, 5 * SECOND)).toEqual([]);
    expect(store.markStale(8 * SECOND, 5 * SECOND)).toEqual([2]);
    expect(store.markStale(8 * SECOND + 1, 5 * SECOND)).toEqual([1]);
  });

  it('keeps as many levels as each venue was subscribed to: a deeper book would hold what the venue has dropped', () => {
    const store = new BookStore(instruments, { depth: { kraken: 2, other: 3 } });
    for (const id of [0, 2]) {
      store.apply(
        message(
          true,
          SECOND,
          [
            [10, 1],
            [9, 1],
          ],
          { id },
        ),
      );
      store.apply(message(false, SECOND, [[11, 1]], { id }));
    }
    expect([store.book(0).bidCount, store.book(2).bidCount]).toEqual([2, 3]);
    expect(() => new BookStore(instruments, { depth: { kraken: 2 } })).toThrow(
      /no book depth is given for other/,
    );
  });

  it('refuses ids that are not dense and messages of unknown instruments', () => {
    expect(() => new BookStore(instruments.slice(1), { depth: 10 })).toThrow(/id 1, not 0/);
    const store = new BookStore(instruments, { depth: 10 });
    expect(() => store.apply(message(true, 1, [], { id: 3 }))).toThrow(/no instrument has id 3/);
  });
});

/** A message that a book refuses is not looked at: what it holds is not what the venue has. */
import { describe, expect, it } from 'vitest';
import { LinkedNumbers } from '../books/book-verifier.ts';
import type { OrderBook } from '../books/order-book.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';

/** The edge of the harness as one message of ETH/USD. */
function edge(run: KernelHarness, isSnapshot: boolean): BookUpdate {
  const update = new BookUpdate();
  update.reset(run.instrument('ETH/USD').id, isSnapshot, run.clock.nowUs());
  update.pushBid(251_800, 5_000_000_000);
  update.pushAsk(251_900, 5_000_000_000);
  return update;
}

describe('a message to a book', () => {
  it('that is taken is to be looked at', () => {
    const run = new KernelHarness();
    run.fairBooks();
    expect(run.kernel.takeBook(edge(run, true))).toBe(true);
  });

  it('that is not a snapshot while the book waits for one is not', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const { id } = run.instrument('ETH/USD');
    run.runner.submit({ kind: 'book-lost', instrumentId: id, reason: 'gap', atUs: run.clock.nowUs() });
    expect(run.kernel.takeBook(edge(run, false))).toBe(false);
  });

  it.each(['checksum', 'sequence'] as const)(
    'that fails its %s is not, and nothing is traded on it',
    (what) => {
      const run = new KernelHarness();
      run.fairBooks();
      const broken = edge(run, what === 'checksum');
      if (what === 'checksum') broken.checksum = 1;
      else {
        const first = new BookUpdate();
        first.reset(broken.instrumentId, true, run.clock.nowUs());
        first.seq = 7;
        first.pushBid(249_900, 5_000_000_000);
        first.pushAsk(250_100, 5_000_000_000);
        expect(run.kernel.takeBook(first)).toBe(true);
        broken.prevSeq = 8;
        broken.seq = 9;
      }
      expect(run.kernel.takeBook(broken)).toBe(false);
      expect(run.kernel.store.sync(broken.instrumentId).state).toBe('syncing');
      expect(run.kernel.desk.tracker.count).toBe(0);
      run.pass(500);
      expect([run.placed, run.of('opportunityOpened')]).toEqual([[], []]);
      expect(run.resubscribed).toEqual([broken.instrumentId]);
    },
  );

  /** Never finds its checksum, and knows why where the best level was cut. */
  class CoversTheBest extends LinkedNumbers {
    override isUncountable({ bidQtys }: OrderBook): boolean {
      return bidQtys[0] === Number.MAX_SAFE_INTEGER;
    }
  }

  it('whose checksum covers a quantity that was cut stops its pair once, and is not asked for again', () => {
    const run = new KernelHarness({ kernel: { verifierOf: () => new CoversTheBest() } });
    run.fairBooks();
    for (let times = 0; times < 3; times++) {
      const cut = edge(run, true);
      cut.bidQtys[0] = Number.MAX_SAFE_INTEGER;
      cut.checksum = 1;
      run.runner.submit(cut);
    }
    run.openEdge();
    run.pass(500);
    const reason = expect.stringMatching(/2\^53 units/);
    expect(run.of('instrumentStopped')).toMatchObject([{ symbol: 'ETH/USD', reason }]);
    expect([run.resubscribed, run.placed]).toEqual([[], []]);
  });

  it('reaches the kernel in one step without an order', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const broken = edge(run, true);
    broken.checksum = 1;
    run.kernel.step(broken);
    run.pass(500);
    expect(run.placed).toEqual([]);
    expect(run.of('bookStateChanged').at(-1)).toMatchObject({ symbol: 'ETH/USD', state: 'syncing' });
  });
});

/** Mutants of `src-engine/kernel` that make no difference, see `equivalent.ts`. */
import type { Equivalent } from './equivalent-row.ts';

export const EQUIVALENT_KERNEL: readonly Equivalent[] = [
  {
    file: 'src-engine/kernel/kernel.ts',
    code: 'return;',
    changes: ['return → nothing', 'return → nothing #2'],
    reason: 'the next case looks for what the input does not name, and finds nothing',
  },
  {
    file: 'src-engine/kernel/command-desk.ts',
    code: 'return;',
    changes: [
      'return → nothing #7',
      'return → nothing #9',
      'return → nothing #10',
      'return → nothing #11',
      'return → nothing #12',
    ],
    reason:
      'the next case looks for a venue, a strategy, a coin or an order that the input does not name, and finds none',
  },
  {
    file: 'src-engine/kernel/kernel.ts',
    code: 'if (one === undefined) return;',
    changes: ['return → nothing'],
    reason: 'every number of a book has an instrument: said for the type checker',
  },
  {
    file: 'src-engine/kernel/order-events.ts',
    code: 'asideFees: before?.asideFees.length ?? 0,',
    changes: ['0 → 1'],
    reason: 'read of an order that was known before only',
  },
  {
    file: 'src-engine/kernel/order-events.ts',
    code: 'if (order === undefined) return;',
    changes: ['return → nothing'],
    reason: 'the order of a late fill is remembered: said for the type checker',
  },
  {
    file: 'src-engine/kernel/order-reviewer.ts',
    code: "timeInForce: 'ioc',",
    changes: ["'ioc' → 'other'"],
    reason: 'of a plan that is reviewed no check reads it, and no order is made',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'book.askCount > 0 ? (book.askPrices[0] as number) : 0,',
    changes: ['0 → 1 #3'],
    reason: 'an ask below the bid makes no rate, as none does',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'else this.onBookLost(instrumentId, nowUs);',
    changes: ['this.onBookLost(instrumentId, nowUs) → nothing'],
    reason: 'a book that is not live is out of every cycle already',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'this.index.watch(cycleId, false);',
    changes: ['this.index.watch(cycleId, false) → nothing', 'false → true'],
    reason: 'a cycle that is watched without need is looked at more often, and found to pay nothing',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'if (book === undefined) return;',
    changes: ['return → nothing'],
    reason: 'every instrument has a book: said for the type checker',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'if (instrument === undefined) return;',
    changes: ['return → nothing'],
    reason: 'a change names an instrument of the run: said for the type checker',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: '#markNumber = 0;',
    changes: ['0 → 1'],
    reason: 'of a mark of zero, which no asset has',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'for (let i = 0; i < hitCount; i++) this.#consider(hits[i] as number, nowUs);',
    changes: ['< → <='],
    reason: 'one cycle more is looked at, with the books that it was looked at with before',
  },
  {
    file: 'src-engine/kernel/instrument-rules.ts',
    code: 'if (instrument === undefined) return;',
    changes: ['return → nothing', 'return → nothing #2'],
    reason: 'a change names an instrument of the run: said for the type checker',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'if (mark === undefined) return 0;',
    changes: ['0 → undefined'],
    reason: 'neither is above zero, and nothing more is asked of a mark that is not known',
  },
  ...[
    ['isOn = false;', 'false → true'],
    ['#openOfWalk = new Uint8Array(0);', '0 → 1'],
    ['this.onTick(0);', '0 → 1'],
    ['return this.isOn ? (this.#index?.graph.walks.length ?? 0) : 0;', '0 → 1'],
    ['if (index === undefined || book === undefined) return;', '|| → &&', 'return → nothing'],
  ].map(([code = '', ...changes]) => ({
    file: 'src-engine/kernel/route-desk.ts',
    code,
    changes,
    reason:
      'set before anything reads it; while routes are looked for there is an index, and a book of every instrument',
  })),
  {
    file: 'src-engine/kernel/route-desk.ts',
    code: 'book.askCount > 0 ? (book.askPrices[0] as number) : 0,',
    changes: ['0 → 1 #3'],
    reason: 'an ask below the bid makes no rate, as none does',
  },
  {
    file: 'src-engine/kernel/route-desk.ts',
    code: 'return Math.max(0, nowUs - this.#parts.store.sync(id).lastAliveUs);',
    changes: ['0 → 1'],
    reason: 'a microsecond: ages are held against limits of milliseconds',
  },
  ...[
    ['if (this.#left.size === 0) return;', 'return → nothing'],
    ['if (one.venue === venue) pairs.set(asset, (pairs.get(asset) ?? 0) + 1);', '0 → 1', '1 → 2'],
    ['.toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))', '< → <=', '1 → 2', '1 → 2 #2'],
    ['if (perCash === undefined || each.lte(0)) return;', '|| → &&', 'lte → lt', 'return → nothing'],
    ['if (price === undefined || price.lte(0)) continue;', '|| → &&', 'lte → lt'],
  ].map(([code = '', ...changes]) => ({
    file: 'src-engine/kernel/starting-inventory.ts',
    code,
    changes,
    reason:
      'no venue is left to look at; counts of pairs keep their order; no two coins have one name; nothing is bought for nothing; a mark is above zero',
  })),
  {
    file: 'src-engine/kernel/route-trader.ts',
    code: 'if (book === undefined || instrument === undefined) return 1;',
    changes: ['|| → &&'],
    reason: 'an instrument has a book, and a book an instrument',
  },
  {
    file: 'src-engine/kernel/route-trader.ts',
    code: 'if (rest.untilUs > nowUs) this.#rests.set(id, { ...rest, lookUs: nowUs, hasMissed: false });',
    changes: ['> → >='],
    reason: 'a rest that ends now is none',
  },
];

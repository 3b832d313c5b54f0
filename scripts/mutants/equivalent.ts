/**
 * Mutants that make no difference to anything the engine does, each with the reason. They are named by file, code and
 * change, so that they are found when lines move; a row that fits nothing any more fails a test.
 */
import { EQUIVALENT_BOOKS } from './equivalent-books.ts';
import { EQUIVALENT_DETECTION } from './equivalent-detection.ts';
import { EQUIVALENT_EXECUTION } from './equivalent-execution.ts';
import { EQUIVALENT_INVENTORY } from './equivalent-inventory.ts';
import { EQUIVALENT_KERNEL } from './equivalent-kernel.ts';
import { EQUIVALENT_PORTFOLIO } from './equivalent-portfolio.ts';
import { EQUIVALENT_RISK } from './equivalent-risk.ts';
import { EQUIVALENT_ROUTES } from './equivalent-routes.ts';
import { EQUIVALENT_STRATEGIES } from './equivalent-strategies.ts';
import type { Equivalent } from './equivalent-row.ts';
import type { Mutant } from './mutate.ts';

export const EQUIVALENT: readonly Equivalent[] = [
  ...EQUIVALENT_BOOKS,
  ...EQUIVALENT_DETECTION,
  ...EQUIVALENT_EXECUTION,
  ...EQUIVALENT_RISK,
  ...EQUIVALENT_PORTFOLIO,
  ...EQUIVALENT_ROUTES,
  ...EQUIVALENT_INVENTORY,
  ...EQUIVALENT_KERNEL,
  ...EQUIVALENT_STRATEGIES,
  {
    file: 'src-engine/execution/opening.ts',
    code: 'if (leg === undefined || asset === undefined) return [];',
    changes: ['|| → &&'],
    reason: 'a plan has every leg that is asked for, and an asset before it: said for the type checker',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'if (cycle === undefined || startAsset === undefined) return undefined;',
    changes: ['|| → &&'],
    reason: 'every number of a cycle has one, and a cycle a start: said for the type checker',
  },
  ...['bid', 'ask'].map((side) => ({
    file: 'src-engine/execution/way-home.ts',
    code: `for (let level = 0; level < book.${side}Count && left > 0; level++) {`,
    changes: ['> → >='],
    reason: 'of a level more nothing is taken when nothing is left to fill',
  })),
  {
    file: 'src-engine/portfolio/marks.ts',
    code: 'if (known !== undefined && bid === this.#bids[id] && ask === this.#asks[id]) return known;',
    changes: ['!== → ==='],
    reason: 'no mid price is remembered: each is computed again from the same prices',
  },
  {
    file: 'src-engine/portfolio/marks.ts',
    code: 'const units = bid + ask <= Number.MAX_SAFE_INTEGER ? new Decimal(bid + ask) : new Decimal(bid).plus(ask);',
    changes: ['<= → <'],
    reason: 'at exactly 2^53 − 1 both sums are exact',
  },
  {
    file: 'src-engine/portfolio/balances.ts',
    code: 'const part = amount.lt(reservation.amount) ? amount : reservation.amount;',
    changes: ['lt → lte'],
    reason: 'of two equal amounts either is the lesser',
  },
  {
    file: 'src-engine/kernel/order-events.ts',
    code: 'return;',
    // After an order's event, an account, and the answer of a dead-man switch.
    changes: ['return → nothing', 'return → nothing #9', 'return → nothing #14'],
    reason: 'the next case looks for an order or a venue that the input does not name, and finds none',
  },
  {
    file: 'src-engine/kernel/order-events.ts',
    code: "const way = input.stepUs > 0 ? 'ahead of' : 'behind';",
    changes: ['> → >=', '0 → 1'],
    reason: 'a clock is said to be set when it is a second or more away',
  },
  {
    file: 'src-engine/kernel/blockers.ts',
    code: 'const silentUs = nowUs - (feeds.get(venue)?.lastAliveUs ?? 0);',
    changes: ['0 → 1'],
    reason: 'every venue of a run has a feed',
  },
  {
    file: 'src-engine/kernel/instrument-rules.ts',
    code: 'if (this.#charged.get(id)?.gte(rate) !== true) this.#charged.set(id, rate);',
    changes: ['gte → gt'],
    reason: 'sets the rate that is known already',
  },
  ...['#nextEquityUs: TimeUs = 0;', '#nextKillRetryUs = 0;'].map((code, at) => ({
    file: ['src-engine/kernel/account-reporter.ts', 'src-engine/kernel/kernel.ts'][at] ?? '',
    code,
    changes: ['0 → 1'],
    reason: 'a time before all times of a run',
  })),
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'let oldest = 0;',
    changes: ['0 → 1'],
    reason: 'a microsecond: ages are held against limits of milliseconds',
  },
  {
    file: 'src-engine/execution/netting.ts',
    code: 'const value = source.value.lt(gap.value) ? source.value : gap.value;',
    changes: ['lt → lte'],
    reason: 'of two equal values either is the lesser',
  },
  {
    file: 'src-engine/execution/order-manager.ts',
    code: 'this.#changes.set(venue, this.changesAt(venue) + 1);',
    changes: ['1 → 2'],
    reason: 'read only to see whether it is the same as before',
  },
  {
    file: 'src-engine/execution/dead-man-switch.ts',
    code: '#steadySinceUs: TimeUs = 0;',
    changes: ['0 → 1'],
    reason: 'a time before all times of a run',
  },
];

export function isEquivalent({ file, code, change }: Mutant): boolean {
  return EQUIVALENT.some(
    (row) =>
      row.file === file && row.code === code && (row.changes === 'all' || row.changes.includes(change)),
  );
}

/** Mutants of `src-engine/execution` that make no difference, see `equivalent.ts`. */
import type { Equivalent } from './equivalent-row.ts';

export const EQUIVALENT_EXECUTION: readonly Equivalent[] = [
  {
    file: 'src-engine/execution/dead-man-switch.ts',
    code: "{ state: 'never set', reason: '', setUs: undefined, nextUs: 0, unconfirmedUs: undefined },",
    changes: ['0 → 1'],
    reason: 'a time before all times of a run',
  },
  {
    file: 'src-engine/execution/netting.ts',
    code: 'return value === undefined || value.lte(0) ? [] : [{ asset, amount, value, whole: value }];',
    changes: ['lte → lt'],
    reason: 'a side that is worth nothing is passed over',
  },
  {
    file: 'src-engine/execution/netting.ts',
    code: 'const sources = [...flows].flatMap(([asset, flow]) => (flow.gt(0) ? sideOf(asset, flow) : []));',
    changes: ['gt → gte'],
    reason: 'nothing is worth nothing: it is no side',
  },
  {
    file: 'src-engine/execution/netting.ts',
    code: 'flow.lt(0) && asset !== startAsset ? sideOf(asset, flow.negated()) : [],',
    changes: ['lt → lte', '0 → 1'],
    reason: 'what is not missing is worth nothing or less when it is negated: it is no side',
  },
  {
    file: 'src-engine/execution/order-manager.ts',
    code: 'this.#closing.delete(order.orderId);',
    changes: ['this.#closing.delete(order.orderId) → nothing'],
    reason: 'frees memory: it is not read of an order that is over',
  },
  {
    file: 'src-engine/execution/order-manager.ts',
    code: "function faultOf({ fillId, price, qty, fee, feeAsset, cost = '0' }: Fill): string | undefined {",
    changes: ["'0' → '1'"],
    reason: 'of a cost only that it is a number and not below zero is asked',
  },
  {
    file: 'src-engine/execution/order-manager.ts',
    code: 'if (oldest === undefined) return;',
    changes: ['return → nothing'],
    reason: 'of more than two thousand one is the first: said for the type checker',
  },
  {
    file: 'src-engine/execution/execution.ts',
    code: 'holdings: 0,',
    changes: ['0 → 1'],
    reason: 'a number that only has to differ from holding to holding',
  },
  {
    file: 'src-engine/execution/execution.ts',
    code: 'isUneven: false,',
    changes: ['false → true'],
    reason: 'before the first order nothing is open, and nothing is evened out',
  },
  {
    file: 'src-engine/execution/leg-sizing.ts',
    code: 'return amount.gt(FEE_STEP) ? lotsFor(instrument, amount.minus(FEE_STEP), limit) : ZERO;',
    changes: ['gt → gte'],
    reason: 'nothing pays for no lot',
  },
  {
    file: 'src-engine/execution/leg-sizing.ts',
    code: "return roundToStep(divide(amount, unitCost, DIVISION_DECIMALS, 'down'), instrument.lotSize, 'down');",
    changes: ["'down' → 'up'"],
    reason: 'a lot too many by the 24th place is found by what it costs, and taken back',
  },
  {
    file: 'src-engine/execution/residuals.ts',
    code: 'if (left.gt(0)) this.#left.set(asset, left);',
    changes: ['gt → gte'],
    reason: 'of nothing no sweep is due',
  },
  {
    file: 'src-engine/execution/reconciler.ts',
    code: 'standing.sinceUs = sinceUs === standing.sinceUs ? sinceUs + 1 : sinceUs;',
    changes: ['+ → -', '1 → 2'],
    reason: 'two questions in a row only have to differ',
  },
  {
    file: 'src-engine/execution/sequencer.ts',
    code: 'execution.holdings++;',
    changes: ['++ → --'],
    reason: 'a number that only has to differ from holding to holding',
  },
  {
    file: 'src-engine/execution/sequencer.ts',
    code: "if (amount.lte(0) || (order.state === 'filled' && holding.attempts === 0)) return;",
    changes: ['lte → lt'],
    reason: 'nothing is no order that a venue takes: it is left as it is',
  },
  {
    file: 'src-engine/execution/sequencer.ts',
    code: 'execution.work.push({ ...holding, notBeforeUs: nowUs + 1 });',
    changes: ['1 → 2'],
    reason: 'a microsecond: ticks come every 100 ms',
  },
  {
    file: 'src-engine/execution/sequencer.ts',
    code: 'if (rest.gt(0)) portfolio.balances.reserve(holding.key, holding.asset, rest);',
    changes: ['gt → gte'],
    reason: 'a reservation of nothing keeps nothing',
  },
  {
    file: 'src-engine/execution/sequencer.ts',
    code: 'for (let k = 0; k < plan.legs.length; k++) this.#open(execution, plan, k, k + 1, nowUs);',
    changes: ['< → <='],
    reason: 'a plan has no further leg, and nothing is opened',
  },
  {
    file: 'src-engine/execution/way-home.ts',
    code: 'if (start === undefined || end === undefined || start === end) return undefined;',
    changes: ['|| → &&', '|| → && #2'],
    reason: 'from or to an asset that no instrument trades no edge leads',
  },
  {
    file: 'src-engine/execution/way-home.ts',
    code: 'return units > 0 && units >= grid.minQtyUnits && notional >= grid.minNotional;',
    changes: ['> → >='],
    reason: 'of no unit the value is zero',
  },
];

/** What must hold before the first order of a cycle leaves: a way out of it at a bearable cost, and room for its value. */
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { type Decimal, decimal, estimateOf, IN_DOUBT, ZERO } from '../domain/decimal.ts';
import type { OrderId } from '../domain/ids.ts';
import type { ExecutionSettings } from '../domain/limits.ts';
import type { DecisionCode } from '../domain/opportunity.ts';
import type { Order } from '../domain/order.ts';
import { amountWords } from '../domain/venue-asset.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Execution } from './execution.ts';
import { worstReversal, worstUnwind } from './unwind-cost.ts';
import type { TradableBooks, WaysHome } from './way-home.ts';

export type StartObstacle = { readonly code: DecisionCode; readonly detail: string };

export type StartPorts = {
  readonly market: TradableBooks;
  readonly portfolio: Portfolio;
  settings(): ExecutionSettings;
  maxInFlightHome(): Decimal;
};

/** @param inFlightHome value of what is under way already, in the home currency. */
export function startObstacle(
  plan: CyclePlan,
  ways: WaysHome,
  inFlightHome: Decimal,
  ports: StartPorts,
): StartObstacle | undefined {
  const { market, portfolio } = ports;
  const start = plan.cycle.path[0] ?? '';
  const cap = ports.maxInFlightHome();
  if (!isWellBelow(plan, portfolio.markOf(start), inFlightHome, cap)) {
    const total = portfolio.valueOf(start, decimal(plan.startAmount))?.plus(inFlightHome);
    if (total === undefined || total.gt(cap)) {
      const asked = total === undefined ? 'an unknown amount' : total.toFixed(2);
      return { code: 'exposure-cap', detail: `value in flight would be ${asked}, allowed ${cap.toFixed(2)}` };
    }
  }
  const { maxUnwindBps } = ports.settings();
  if (plan.inventory !== undefined) return reversalObstacle(plan, ways, ports, maxUnwindBps);
  const worst = worstUnwind(plan, ways, market.instruments, market.grids, maxUnwindBps);
  if (worst === undefined || worst.costBps <= maxUnwindBps) return undefined;
  const { symbol, asset, amount, proceeds, costBps } = worst;
  const detail = `if ${symbol} fails, unwinding ${amount.toPrecision(6)} ${asset} returns ${proceeds.toPrecision(6)} of ${plan.startAmount.toPrecision(6)} ${start}: cost ${costBps.toFixed(1)} bps, allowed ${maxUnwindBps} bps`;
  return { code: 'unwind-too-costly', detail };
}

function reversalObstacle(
  plan: CyclePlan,
  ways: WaysHome,
  { market: { instruments }, portfolio: { balances, universe } }: StartPorts,
  maxUnwindBps: number,
): StartObstacle | undefined {
  const worst = worstReversal(plan, { ways, instruments, balances, universe }, maxUnwindBps);
  if (worst === undefined || worst.costBps <= maxUnwindBps) return undefined;
  const { symbol, asset, amount, costBps } = worst;
  const detail = `if ${symbol} alone fills, unwinding ${amountWords(amount.toPrecision(6), asset)} costs ${costBps.toFixed(1)} bps, allowed ${maxUnwindBps} bps`;
  return { code: 'unwind-too-costly', detail };
}

/** True where the plan and what is under way are so far below the cap that nothing needs to be computed to the last digit. */
function isWellBelow(
  { startAmount }: CyclePlan,
  mark: Decimal | undefined,
  inFlightHome: Decimal,
  cap: Decimal,
): boolean {
  if (mark === undefined) return false;
  return startAmount * estimateOf(mark) + estimateOf(inFlightHome) < estimateOf(cap) * (1 - IN_DOUBT);
}

/**
 * Value of cycles under way, each at its start amount, and of what orders that belong to none of them may still fill,
 * in the home currency. What has no mark counts nothing: no cycle begins from it either.
 */
export function valueInFlight(
  executions: Iterable<Execution>,
  open: Iterable<Order>,
  isOwned: (orderId: OrderId) => boolean,
  { market, portfolio }: Pick<StartPorts, 'market' | 'portfolio'>,
): Decimal {
  let total = ZERO;
  for (const { cycle, startAsset } of executions) {
    const start = decimal(cycle?.plan.startAmount ?? 0);
    total = total.plus(portfolio.valueOf(startAsset, start) ?? ZERO);
  }
  for (const { orderId, instrumentId, qty, filledQty, price } of open) {
    const quote = (market.known ?? market.instruments)[instrumentId]?.quote;
    if (isOwned(orderId) || quote === undefined) continue;
    total = total.plus(portfolio.valueOf(quote, qty.minus(filledQty).times(price)) ?? ZERO);
  }
  return total;
}

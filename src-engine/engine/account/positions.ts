/** What the account holds, asset by asset: read from the kernel on demand. */
import type { Position, PositionsView } from '../../contract/position-records.ts';
import { Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import type { Balance } from '../../domain/event.ts';
import type { Kernel } from '../../kernel/kernel.ts';

const SHARE_PLACES = 4;

/** @param sample of the same moment: the equity that is shown. */
export function positionsView(
  kernel: Kernel,
  nowUs: number,
  sample = kernel.portfolio.sample(nowUs),
): PositionsView {
  const { portfolio } = kernel;
  const { homeAsset } = portfolio;
  const held = portfolio
    .snapshot()
    .filter(({ asset, total }) => portfolio.universe.isHome(asset) || !decimal(total).isZero());
  const values = new Map(held.map(({ asset, total }) => [asset, portfolio.valueOf(asset, decimal(total))]));
  const equity = decimal(sample.equity);
  const positions = held.map((balance) =>
    positionOf(kernel, balance, values.get(balance.asset), equity, nowUs),
  );
  const rank = ({ asset }: Position): Decimal =>
    portfolio.universe.isHome(asset) ? new Decimal(Number.POSITIVE_INFINITY) : (values.get(asset) ?? ZERO);
  return {
    homeAsset,
    equity: sample.equity,
    positions: positions.sort((a, b) => rank(b).comparedTo(rank(a)) || (a.asset < b.asset ? -1 : 1)),
  };
}

function positionOf(
  kernel: Kernel,
  { asset, total, reserved, held = '0', costHome }: Balance,
  value: Decimal | undefined,
  equity: Decimal,
  nowUs: number,
): Position {
  const books = kernel.portfolio.markBooks(asset).map((id) => kernel.store.sync(id));
  const isHome = kernel.portfolio.universe.isHome(asset);
  const ages = books.map(({ lastUpdateUs }) => nowUs - lastUpdateUs);
  return {
    asset,
    total,
    reserved,
    held,
    free: decimal(total).minus(reserved).minus(held).toString(),
    // What is in the home currency cost what it is.
    costHome: isHome ? total : costHome,
    mark: kernel.portfolio.markOf(asset)?.toString() ?? null,
    valueHome: value?.toString() ?? null,
    unrealizedHome: value?.minus(isHome ? total : costHome).toString() ?? null,
    sharePct:
      value === undefined || equity.lte(0)
        ? null
        : value.times(100).div(equity).toDecimalPlaces(SHARE_PLACES).toNumber(),
    markAgeUs: value === undefined ? null : Math.max(0, ...ages),
    isMarkLive: value !== undefined && books.every(({ state }) => state === 'live'),
  };
}

/** What an operator may do with the portfolio of a session: it is a strategy, set with coins and shares in place of markets and parameters. */
import type { Caller, OperationOutput, ParsedInput } from '../../contract/operations.ts';
import type { StrategyRow } from '../../contract/strategy-records.ts';
import { portfolio } from '../../strategies/rebalancing/portfolio-strategy.ts';
import type { EngineControls } from '../controls.ts';
import { setStrategy } from './strategy-controls.ts';
import { strategyRow } from './strategy-view.ts';

const { name } = portfolio.manifest;

export function getPortfolio(engine: EngineControls): OperationOutput<'getPortfolio'> {
  const { kernel } = engine.requireSession().parts;
  const running = kernel.strategies.get(name);
  return { portfolio: running === undefined ? null : strategyRow(kernel, running) };
}

export function setPortfolio(
  engine: EngineControls,
  { coins, mode, capital, barSeconds, maxSlippageBps, ...parameters }: ParsedInput<'setPortfolio'>,
  caller: Caller,
): Promise<StrategyRow> {
  const listed = (of: 'weight' | 'band'): string =>
    coins.map((coin) => String(Number(coin[of].toFixed(6)))).join(',');
  return setStrategy(
    engine,
    {
      name,
      markets: coins.map(({ market }) => market),
      mode,
      stake: capital,
      barSeconds,
      maxSlippageBps,
      parameters: { ...parameters, weights: listed('weight'), bands: listed('band') },
    },
    caller,
  );
}

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
  const { strategies } = kernel;
  const running = strategies.get(name);
  const kept = strategies.absentOf(name);
  return {
    portfolio: running === undefined ? null : strategyRow(kernel, running),
    keptFor: kept === undefined ? null : kept.setup.markets.map(({ venue, symbol }) => `${symbol}@${venue}`),
  };
}

/** What is left out stays as it was set, so that other weights change no capital and no mode. */
export function setPortfolio(
  engine: EngineControls,
  { coins, mode, capital, barSeconds, maxSlippageBps, ...given }: ParsedInput<'setPortfolio'>,
  caller: Caller,
): Promise<StrategyRow> {
  const { kernel } = engine.requireSession().parts;
  const before = kernel.strategies.get(name);
  const was = before?.setup;
  const bandOf = (market: string): number => {
    const [pair, venue] = market.split('@');
    const at =
      was?.markets.findIndex((one) => one.symbol === pair && (venue ?? one.venue) === one.venue) ?? -1;
    const bands = String(was?.parameters['bands'] ?? '').split(',');
    return at < 0 ? USUAL_BAND : Number(bands[at] ?? bands[0]);
  };
  const parameters = Object.entries(given).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, value] as const],
  );
  return setStrategy(
    engine,
    {
      name,
      markets: coins.map(({ market }) => market),
      mode: mode ?? before?.way ?? 'shadow',
      stake: capital ?? was?.stake ?? USUAL_CAPITAL,
      barSeconds: barSeconds ?? was?.barSeconds,
      maxSlippageBps: maxSlippageBps ?? was?.maxSlippageBps ?? USUAL_SLIPPAGE_BPS,
      parameters: {
        ...was?.parameters,
        ...Object.fromEntries(parameters),
        weights: coins.map(({ weight }) => percentText(weight)).join(','),
        bands: coins.map(({ market, band }) => percentText(band ?? bandOf(market))).join(','),
      },
    },
    caller,
  );
}

const USUAL_BAND = 5;
const USUAL_CAPITAL = '1000';
const USUAL_SLIPPAGE_BPS = 20;
const percentText = (percent: number): string => String(Number(percent.toFixed(6)));

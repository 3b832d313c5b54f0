/** The strategies of a session as they are shown. */
import type { KnownStrategy, StrategiesView, StrategyRow } from '../../contract/strategy-records.ts';
import { Decimal, ZERO } from '../../domain/decimal.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { parameterRows } from '../../strategies/parameter-rows.ts';
import { Ensemble } from '../../strategies/ensemble/ensemble.ts';
import { portfolioOf } from './portfolio-view.ts';
import type { RunningStrategy } from '../../strategies/session/running-strategy.ts';
import { accountRefusal } from '../../kernel/strategy-trader.ts';
import { lossBudgetOf, stakeOf } from '../../strategies/session/at-account.ts';
import { openGainOf } from '../../strategies/session/account-stop.ts';
import { CALL_BUDGET_US, MEAN_BUDGET_US } from '../../strategies/session/call-meter.ts';
import { MAX_STRATEGIES } from '../../strategies/session/strategy-desk.ts';
import { HOUSE_CODE, type LibraryStrategy } from './strategy-library.ts';

export function strategiesView(kernel: Kernel): StrategiesView {
  return {
    strategies: [...kernel.strategies.all()].map((running) => strategyRow(kernel, running)),
    most: MAX_STRATEGIES,
    meanBudgetUs: MEAN_BUDGET_US,
    callBudgetUs: CALL_BUDGET_US,
    hasPaper: kernel.config.mode === 'paper',
    accountRefusal: accountRefusal(kernel.config)?.detail ?? '',
  };
}

export function strategyRow(kernel: Kernel, running: RunningStrategy): StrategyRow {
  const { setup, way, figures, host, markets, stopped, lastDecision } = running;
  const gains = markets.map((market) => openGainOf(kernel.store, market));
  const isPriced = gains.every((gain) => gain !== undefined);
  const net = isPriced
    ? gains.reduce((sum: Decimal, gain) => sum.plus(gain ?? ZERO), figures.realized)
    : undefined;
  const [first] = markets;
  const { calls = 0, totalUs = 0, worstUs = 0, sinceGap = 0 } = host ?? {};
  return {
    strategy: setup.strategy,
    name: setup.name,
    version: setup.version,
    place: setup.code === HOUSE_CODE ? 'house' : setup.name.includes('@') ? 'model' : 'own',
    mode: setup.mode,
    way,
    state: stateOf(running),
    failure: stopped,
    markets: markets.map((market, at) => {
      const { instrument, holding, position } = market;
      return {
        venue: instrument.venue,
        symbol: instrument.symbol,
        base: assetName(instrument.base),
        wanted: host?.wanted[at] ?? 0,
        position,
        held: holding.qty.toFixed(),
        cost: holding.cost.toFixed(),
        openGain: gains[at]?.toFixed() ?? null,
      };
    }),
    quote: first === undefined ? '' : assetName(first.instrument.quote),
    barSeconds: setup.barSeconds,
    stake: setup.stake,
    maxSlippageBps: setup.maxSlippageBps,
    parameters: { ...setup.parameters },
    sinceUs: running.sinceUs,
    steps: running.steps,
    warmup: { seen: sinceGap, needed: host?.features.warmup ?? 0 },
    decisions: running.decisions,
    fills: figures.fills,
    wins: figures.wins,
    losses: figures.losses,
    realized: figures.realized.toFixed(),
    fees: figures.fees.toFixed(),
    net: net?.toFixed() ?? null,
    lastDecision: lastDecision === undefined ? null : { ...lastDecision, wanted: [...lastDecision.wanted] },
    lastMiss: figures.lastMiss ?? null,
    missed: Object.fromEntries(figures.missed),
    meter: { calls, meanUs: calls === 0 ? 0 : totalUs / calls, worstUs },
    account: accountOf(kernel, running),
    fellBack: running.stop.fallen ?? null,
    ensemble: ensembleOf(running),
    portfolio: portfolioOf(running, kernel.store),
  };
}

function accountOf({ store }: Kernel, running: RunningStrategy): StrategyRow['account'] {
  const { setup, way, stop, figures, markets, isAtAccount } = running;
  if (!isAtAccount) return null;
  return {
    stake: stakeOf(setup, way).toFixed(),
    lossBudget: lossBudgetOf(setup, way).toFixed(),
    lost: Decimal.max(ZERO, stop.lossOf(figures.realized, markets, store)).toFixed(),
  };
}

function ensembleOf({ host }: RunningStrategy): StrategyRow['ensemble'] {
  if (!(host?.strategy instanceof Ensemble)) return null;
  const { regimes, votes, gates, hits, ...rest } = host.strategy.report();
  return {
    ...rest,
    regimes: regimes.map((each) => ({ ...each })),
    votes: votes.map((each) => ({ ...each })),
    gates: gates.map((each) => ({ ...each })),
    hits: { ...hits },
  };
}

function stateOf({ setup, stopped, isClosing, host }: RunningStrategy): StrategyRow['state'] {
  if (isClosing) return 'closing';
  if (setup.mode === 'off') return 'off';
  if (stopped !== null) return 'failed';
  const { sinceGap = 0, features } = host ?? {};
  if (sinceGap === 0) return 'waiting';
  return sinceGap < (features?.warmup ?? 0) ? 'warming-up' : 'running';
}

export function knownStrategy({ name, place, file, module, fault }: LibraryStrategy): KnownStrategy {
  const { version, summary, markets, mostMarkets, input, may } = module?.manifest ?? {};
  return {
    name,
    place,
    file: file ?? '',
    isLoaded: module !== undefined,
    fault: fault ?? '',
    version: version ?? null,
    summary: summary ?? '',
    markets: markets ?? null,
    mostMarkets: mostMarkets ?? null,
    input: input ?? null,
    may: may ?? null,
    parameters:
      module === undefined
        ? []
        : parameterRows(module.manifest).map(({ usual, ...row }) => ({
            ...row,
            usual: typeof usual === 'number' || typeof usual === 'boolean' ? usual : String(usual),
          })),
  };
}

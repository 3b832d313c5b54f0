/** What `strategy` says to a person. */
import type { FoundStrategy } from '../backtest/strategy/own-strategies.ts';
import type { StrategyRun } from '../backtest/strategy/run-strategy.ts';
import type { StrategyChecks } from '../backtest/strategy/strategy-checks.ts';
import type { RunVerdict } from '../backtest/strategy/verdict.ts';
import type { NoiseResult } from '../backtest/strategy/noise-test.ts';
import { trialWords } from '../backtest/strategy/tried-data.ts';
import { parameterRows } from '../strategies/parameter-rows.ts';
import type { StrategyManifest } from '../strategies/strategy-port.ts';

export function strategyLine({ name, place, file, module, fault }: FoundStrategy): string {
  if (module === undefined)
    return `${name} (own): ${fault === undefined ? `${file}, not loaded (--load says what it is)` : `cannot be used: ${fault}`}`;
  const { summary, version, input, may } = module.manifest;
  const kind = `${place}, version ${version}, ${marketsWords(module.manifest)}, ${input === 'bars' ? 'closed bars' : 'the book'}${may === 'signal' ? ', signals only' : ''}`;
  const parameters = parameterRows(module.manifest).map(
    (row) => `    --param ${row.name}=${String(row.usual)}${row.range === '' ? '' : `  ${row.range}`}`,
  );
  return [`${name} (${kind})`, `  ${summary}`, ...parameters].join('\n');
}

function marketsWords({ markets, mostMarkets }: StrategyManifest): string {
  if (mostMarkets !== undefined) return `1 to ${mostMarkets} markets`;
  return markets === 1 ? 'one market' : 'two markets';
}

const bps = (value: number): string => `${value.toFixed(1)} bps`;

export function runLines(
  head: {
    readonly strategy: string;
    readonly markets: readonly string[];
    readonly bars: number;
    readonly stepUs: number;
    readonly from: string;
    readonly to: string;
    readonly gaps: number;
    readonly costBps: number;
  },
  run: StrategyRun,
  { luck, lagged, buyAndHoldBps, text }: RunVerdict,
): string {
  const closed = run.trades.filter(({ isOpen }) => !isOpen);
  const won = closed.filter(({ netBps }) => netBps > 0).length;
  return [
    `${head.strategy} on ${head.markets.join(' and ')}: ${head.bars} bars of ${head.stepUs / 1e6} s, ${head.from.slice(0, 19)}Z to ${head.to.slice(0, 19)}Z${head.gaps > 0 ? `, ${head.gaps} gaps` : ''}`,
    `  result        ${bps(run.netBps)} of the stake after costs; ${bps(run.grossBps)} before, ${bps(run.costBps)} costs (${head.costBps} bps a fill)`,
    `  trades        ${closed.length}, ${won} with a gain${run.trades.length > closed.length ? '; one more is open at the end, its exit paid' : ''}; in the market ${(run.exposure * 100).toFixed(1)} % of the time${run.signals > 0 ? `; ${run.signals} signals` : ''}`,
    ...(run.shortFills > 0 ? [shortLine(run)] : []),
    `  drawdown      ${bps(run.drawdownBps)}`,
    `  buy and hold  ${bps(buyAndHoldBps)} after costs`,
    `  one bar later ${bps(lagged.netBps)}`,
    `  luck          ${trialWords(luck.counted)}; ${luck.probability === null ? 'no spread of returns to judge by' : `probability of more than luck ${(luck.probability * 100).toFixed(1)} %`}`,
    `  digest        ${run.digest}`,
    text,
    'It is a simulation of the past: no order is sent.',
  ].join('\n');
}

function shortLine({ netBps, shortNetBps }: StrategyRun): string {
  const share = netBps > 0 ? ` (${((shortNetBps / netBps) * 100).toFixed(0)} % of the result)` : '';
  return `  short         ${bps(shortNetBps)}${share} earned short after costs. ${SHORT_WORDS}`;
}

export const SHORT_WORDS = 'Short positions cannot be held on spot markets; no borrowing cost is charged.';

export function checkLines(name: string, checks: StrategyChecks): string {
  const { decisions, repeats, lookahead, restart, stopped, netBps, laggedNetBps } = checks;
  return [
    `${name}: ${decisions} decisions`,
    `  the same twice   ${repeats ? 'yes' : 'no: it rests on something that is not an input'}`,
    `  later bars       ${lookahead === null ? 'change nothing (prefix and poison)' : `change the decision after bar ${lookahead.step} (${lookahead.check} cut at ${lookahead.cut})`}`,
    `  after a restart  ${restart === null ? 'the same decisions' : `other decisions from bar ${restart} on: save() and load() lose something`}`,
    `  stopped          ${stopped ?? 'no'}`,
    `  one bar later    ${bps(laggedNetBps)} instead of ${bps(netBps)}`,
  ].join('\n');
}

export function noiseLine(result: NoiseResult): string {
  const { strategy, seeds, traded, meanGrossBps, meanNetBps, t, calledEdge, ok } = result;
  return `${ok ? 'ok  ' : 'FAIL'} ${strategy}: ${seeds} random markets, traded in ${traded}; mean ${bps(meanGrossBps)} before costs (t ${t.toFixed(2)}), ${bps(meanNetBps)} after; called an edge ${calledEdge} times`;
}

/** The profit report of made-up executions. Sums here are floating point: they are for display only. */
import type { PnlReport } from '../../src-engine/contract/market-records.ts';
import type { ExecutionRecord } from '../../src-engine/domain/event.ts';

const DAY_US = 86_400_000_000;

export function fakeReport(executions: readonly ExecutionRecord[]): PnlReport {
  const groups = Map.groupBy(executions, ({ path }) => path.join('>'));
  const today = Math.floor((executions[0]?.finishedUs ?? 0) / DAY_US) * DAY_US;
  return {
    homeAsset: 'USD',
    executions: executions.length,
    isCut: false,
    profit: sum(executions),
    days: [12.4, -3.1, 8.8, 20.2, -7.5, 1.3].map((profit, at) => ({
      dayUs: today - (5 - at) * DAY_US,
      ...counts(executions),
      profit: at === 5 ? sum(executions) : profit.toFixed(8),
    })),
    cycles: [...groups.values()]
      .map((own) => ({
        path: own[0]?.path ?? [],
        ...counts(own),
        expectedBps: mean(own.map(({ expectedNetBps }) => expectedNetBps)),
        realizedBps: mean(own.map(({ realizedNetBps }) => realizedNetBps)),
      }))
      .sort((a, b) => Number(b.profit) - Number(a.profit)),
  };
}

function counts(own: readonly ExecutionRecord[]) {
  return {
    profit: sum(own),
    executions: own.length,
    wins: own.filter(({ profitHome }) => Number(profitHome) > 0).length,
    losses: own.filter(({ profitHome }) => Number(profitHome) < 0).length,
  };
}

function sum(own: readonly ExecutionRecord[]): string {
  return own.reduce((total, { profitHome }) => total + Number(profitHome), 0).toFixed(8);
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
}

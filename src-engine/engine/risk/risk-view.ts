/** How the risk engine stands, as one record. */
import type { RiskStatus } from '../../contract/risk-records.ts';
import { Decimal, type Decimal as Amount, decimal } from '../../domain/decimal.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { kellyFraction } from '../../risk/kelly.ts';

/** @param equity as every other view has it at this moment; null while something held has no price. */
export function riskStatus(kernel: Kernel, nowUs: number, equity: string): RiskStatus {
  const { risk } = kernel;
  const { escalation, record } = risk;
  const known = record.wins + record.losses >= kernel.limits.minKellyTrades;
  return {
    holds: holdsOf(kernel),
    level: escalation.level,
    levelSinceUs: escalation.levelSinceUs,
    homeAsset: kernel.config.homeAsset,
    equity: escalation.equity === undefined ? null : equity,
    dayOpenEquity: escalation.dayOpen?.toString() ?? null,
    peakEquity: escalation.peak?.toString() ?? null,
    gauges: gaugesOf(kernel, nowUs),
    breakers: [...risk.breakers.tripped],
    stops: [...risk.repetitions.stops],
    denials: denialsOf(kernel),
    kellyFraction: known ? kellyFraction(record) : null,
    limitsVersion: kernel.limitsVersion,
  };
}

/** What risk refused in this run, plans and orders, by rule, the most frequent first. */
export function denialsOf({ risk }: Kernel): RiskStatus['denials'] {
  return [...risk.denials].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}

/** Why no cycle is taken, the worst first. */
function holdsOf(kernel: Kernel): RiskStatus['holds'] {
  const { killSwitch, halts, armings, portfolio, risk, limits } = kernel;
  const holds: RiskStatus['holds'] = [];
  if (killSwitch.isOn) holds.push({ kind: 'killed', reason: 'The kill switch is on until you re-arm it.' });
  if (halts.reason !== '') holds.push({ kind: 'halted', reason: halts.reason });
  for (const [venue, reason] of halts.ofVenues) holds.push({ kind: 'halted', reason, venue });
  if (halts.isPaused) holds.push({ kind: 'paused', reason: 'Paused by the operator.' });
  const { equityHome, tradesToday } = risk;
  if (equityHome === undefined || equityHome.lte(0)) {
    const home = kernel.config.homeAsset;
    const reason =
      equityHome === undefined
        ? `Not everything that the account holds has a price in ${home} yet.`
        : `The account is worth ${equityHome.toString()} ${home}.`;
    holds.push({ kind: 'unvalued', reason });
  }
  if (tradesToday >= limits.maxTradesPerDay) {
    const reason = `All ${limits.maxTradesPerDay} cycles of the UTC day are used; raise the limit, or wait until 00:00 UTC.`;
    holds.push({ kind: 'day-limit', reason });
  }
  if (!armings.isNeeded) return holds;
  const { venues, isApart } = portfolio.universe;
  for (const venue of venues) {
    const { state, reason } = armings.of(venue);
    if (state === 'disarmed') holds.push({ kind: 'disarmed', reason, ...(isApart ? { venue } : {}) });
  }
  return holds;
}

function gaugesOf(kernel: Kernel, nowUs: number): RiskStatus['gauges'] {
  const { limits, risk } = kernel;
  const { exposure, escalation } = risk;
  const home = kernel.config.homeAsset;
  const share = (amount: Amount): number | null => {
    const { equity } = escalation;
    return equity === undefined || equity.lte(0) ? null : amount.times(100).div(equity).toNumber();
  };
  const positions = [...exposure.assets()].map((asset) => exposure.position(asset) ?? decimal(0));
  const tokens = kernel.portfolio.universe.venues.map((venue) => kernel.desk.reviewer.tokens(venue, nowUs));
  const used = limits.maxOrdersPerSecond - Math.max(0, Math.min(limits.maxOrdersPerSecond, ...tokens));
  return [
    { name: 'day loss', used: escalation.lossPct.toNumber(), limit: limits.shutdownLossPct, unit: '%' },
    { name: 'drawdown', used: escalation.drawdownPct.toNumber(), limit: limits.maxDrawdownPct, unit: '%' },
    {
      name: 'largest position',
      used: share(Decimal.max(0, ...positions)),
      limit: limits.maxPositionPct,
      unit: '% of equity',
    },
    {
      name: 'gross exposure',
      used: share(exposure.gross()),
      limit: limits.maxGrossExposurePct,
      unit: '% of equity',
    },
    {
      name: 'orders in flight',
      used: exposure.openNotional().toNumber(),
      limit: Number(limits.maxOpenNotional),
      unit: home,
    },
    { name: 'cycles today', used: risk.tradesToday, limit: limits.maxTradesPerDay, unit: 'cycles' },
    {
      name: 'cycles under way',
      used: risk.underWay,
      limit: limits.maxRelatedExecutions,
      unit: 'related cycles',
    },
    { name: 'messages', used, limit: limits.maxOrdersPerSecond, unit: 'a second' },
  ];
}

/** What an operator may change about risk, checked before the kernel acts. */
import type { Caller } from '../../contract/operations.ts';
import { UserError } from '../../domain/errors.ts';
import { breakerLabel } from '../../domain/halt-texts.ts';
import { hasOrderCost } from '../../domain/instrument.ts';
import { checkAgainstEquity, checkLimits } from '../../domain/limit-rules.ts';
import type { RiskLimits } from '../../domain/limits.ts';
import { makerMarketsOf } from '../../domain/maker-settings.ts';
import type { BreakerName } from '../../domain/risk.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { EngineControls } from '../controls.ts';

/** Changes limits; what is left out stays. @throws UserError naming the field, its value and what would do. */
export async function setLimits(
  engine: EngineControls,
  changed: Partial<RiskLimits>,
  caller: Caller,
): Promise<RiskLimits> {
  const { kernel } = engine.requireSession().parts;
  const wanted = { ...kernel.limits, ...changed };
  checkLimits(wanted);
  const { equity } = kernel.risk.escalation;
  if (equity !== undefined) checkAgainstEquity(wanted, Object.keys(changed), equity);
  await engine.command({ type: 'setLimits', limits: changed }, caller);
  return kernel.limits;
}

/**
 * @throws UserError where quotes would rest at a real account, or at one whose venue has no dead-man switch, or where an order costs gas at
 * one of their venues: a setting of before stays as it is, and quotes nothing there.
 */
export function demandQuotable(
  { config, execution, store }: Pick<Kernel, 'config' | 'execution' | 'store'>,
  {
    makerMarkets = execution.makerMarkets,
    makerAtAccounts = execution.makerAtAccounts,
  }: { readonly makerMarkets?: string | undefined; readonly makerAtAccounts?: boolean | undefined },
): void {
  const isTurnedOn = makerAtAccounts && !execution.makerAtAccounts;
  const isNamed = makerMarkets !== '' && makerMarkets !== execution.makerMarkets;
  const isAtAccounts = config.mustReconcile === true && makerAtAccounts;
  if ((isTurnedOn || isNamed) && config.mustReconcile === true && !config.simulatedMarket)
    throw new UserError({
      code: 'no-quotes-at-accounts',
      field: isTurnedOn ? 'makerAtAccounts' : 'makerMarkets',
      value: isTurnedOn ? 'true' : makerMarkets,
      message:
        'is not open to real accounts yet: quotes have rested at rehearsed accounts alone, and a cycle does not ask beforehand whether the rate limit bears all of its orders',
      remedy: 'Rehearse quotes against the local exchanges, or quote on paper.',
    });
  // Judged as it will be: markets that were set before rest at accounts from now on.
  if (!isNamed && !isTurnedOn) return;
  const refuse = (message: string, remedy: string, code: string): UserError =>
    new UserError({ code, field: 'makerMarkets', value: makerMarkets, message, remedy });
  const unguarded = isAtAccounts ? (config.withoutDeadMan ?? []) : [];
  const pools = new Set(store.instruments.filter(hasOrderCost).map(({ venue }) => venue));
  for (const { quotedAt, hedgedAt } of makerMarketsOf(makerMarkets)) {
    if (unguarded.includes(quotedAt))
      throw refuse(
        `cannot be quoted at ${quotedAt}, which has no dead-man switch: quotes would outlast an engine that sleeps or is cut off`,
        'Quote at a venue that has one, and hedge there; or quote in a profile whose orders are simulated.',
        'no-quotes-unguarded',
      );
    const venue = [quotedAt, hedgedAt].find((one) => pools.has(one));
    if (venue === undefined) continue;
    throw refuse(
      `cannot be quoted or hedged at ${venue}: each order there costs gas, which no quote reckons with`,
      'Name venues whose orders cost no gas.',
      'no-quotes-at-pools',
    );
  }
}

/** @throws UserError when the breaker is not tripped. */
export function demandTripped({ risk }: Kernel, breaker: BreakerName, venue: string): void {
  const { tripped } = risk.breakers;
  if (tripped.some((one) => one.breaker === breaker && one.venue === venue)) return;
  if (breaker === 'daily-loss' && risk.escalation.level !== 'normal') return;
  const names = tripped.map((one) => `${breakerLabel(one.breaker, one.venue)} (${one.breaker})`);
  throw new UserError({
    code: 'not-tripped',
    field: 'breaker',
    value: venue === '' ? breaker : `${breaker} of ${venue}`,
    message: 'is not tripped',
    remedy: names.length === 0 ? 'No breaker is.' : `Tripped are ${names.join(', ')}.`,
  });
}

/** @throws UserError when the strategy is not stopped. */
export function demandStopped({ risk }: Kernel, strategy: string): void {
  const { stops } = risk.repetitions;
  if (risk.repetitions.stopOf(strategy) !== undefined) return;
  throw new UserError({
    code: 'not-stopped',
    field: 'strategy',
    value: strategy,
    message: 'is not stopped',
    remedy: stops.length === 0 ? 'None is.' : `Stopped are ${stops.map((stop) => stop.strategy).join(', ')}.`,
  });
}

/**
 * Goes by the machine's clock from here on where it was set ahead.
 * @throws UserError while it is behind: times of records never go back.
 */
export function demandClock(clock: Clock): void {
  clock.adopt?.();
  const { stepUs = 0 } = clock;
  if (stepUs >= 0) return;
  throw new UserError({
    code: 'clock-behind',
    field: 'clock',
    value: `${(stepUs / 1e6).toFixed(1)} s`,
    message: 'is how far the machine’s clock is behind the clock of this run, which never goes back',
    remedy: 'Correct the machine’s clock, or restart the engine to use it.',
  });
}

/** The end of a step: what it did to the account, what the risk engine makes of its facts, and what that does to quotes that rest. */
import type { Outbox } from '../domain/effect.ts';
import type { TimeUs } from '../domain/time.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import type { TradingDesk } from './trading-desk.ts';

export type ConcludeParts = {
  readonly outbox: Outbox;
  readonly desk: Pick<TradingDesk, 'watch' | 'maker'>;
  readonly risk: Pick<RiskMonitor, 'watch'>;
};

/** Quotes that a level, a latch or a kill of this very step stands against are pulled in it. */
export function conclude({ outbox, desk, risk }: ConcludeParts, nowUs: TimeUs): void {
  desk.watch(outbox, nowUs);
  const { events, effects } = outbox;
  const [seen, sent] = [events.length, effects.length];
  risk.watch(events, nowUs);
  if (events.length === seen && effects.length === sent) return;
  desk.maker.onStep(nowUs);
  desk.watch({ events: events.slice(seen), effects: effects.slice(sent) }, nowUs);
  risk.watch(events, nowUs);
}

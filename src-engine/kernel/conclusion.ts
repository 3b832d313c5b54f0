/** The end of a step: what it did to the account, what the risk engine makes of its facts, and what that does to quotes that rest. */
import type { Outbox } from '../domain/effect.ts';
import type { TimeUs } from '../domain/time.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import type { StrategyDesk } from '../strategies/session/strategy-desk.ts';
import type { TradingDesk } from './trading-desk.ts';

export type ConcludeParts = {
  readonly outbox: Outbox;
  readonly desk: Pick<TradingDesk, 'watch' | 'maker'>;
  readonly risk: Pick<RiskMonitor, 'watch'>;
  readonly strategies: Pick<StrategyDesk, 'onFacts'>;
};

/** Quotes that a level, a latch or a kill of this very step stands against are pulled in it: until nothing more is said of it. */
export function conclude({ outbox, desk, risk, strategies }: ConcludeParts, nowUs: TimeUs): void {
  const { events, effects } = outbox;
  for (let news: Pick<Outbox, 'events' | 'effects'> = outbox; ; ) {
    desk.watch(news, nowUs);
    strategies.onFacts(news.events);
    const [seen, sent] = [events.length, effects.length];
    risk.watch(events, nowUs);
    if (events.length === seen && effects.length === sent) return;
    desk.maker.onStep(nowUs);
    news = { events: events.slice(seen), effects: effects.slice(sent) };
  }
}

import type { NewsEvent } from '../../../src-engine/contract/topics.ts';

/** An event of the engine itself in plain words; order and opportunity facts have tables of their own. */
export function newsText(event: NewsEvent): { readonly title: string; readonly detail: string } {
  switch (event.type) {
    case 'runStarted':
      return {
        title: 'Run started',
        detail: `${event.mode}${event.simulatedMarket ? ', simulated market' : ''}, home ${event.homeAsset}`,
      };
    case 'feedChanged':
      return { title: `Feed ${event.state}`, detail: join(event.venue, event.venueStatus, event.reason) };
    case 'bookStateChanged':
      return { title: `Book ${event.state}`, detail: join(event.symbol, event.reason) };
    case 'killed':
      return {
        title: 'Killed',
        detail: `${event.cancelsSent} cancels sent · via ${event.actor.via} · ${event.reason}`,
      };
    case 'killVerified':
      return { title: 'Kill verified', detail: `the venue shows ${event.openOrders} open orders` };
    case 'rearmed':
      return { title: 'Re-armed', detail: `via ${event.actor.via}` };
    case 'tradingHalted':
      return { title: 'Trading halted', detail: join(event.code, event.reason) };
    case 'tradingResumed':
      return { title: 'Trading resumed', detail: `via ${event.actor.via}` };
    case 'limitsChanged':
      return { title: 'Limits changed', detail: `${event.changed.join(', ')} · via ${event.actor.via}` };
  }
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

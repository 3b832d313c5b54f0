/** What a venue's market data becomes in the runner, where nothing else listens to it. */
import type { MarketSink } from '../venues/market-feed.ts';
import type { Runner } from './runner.ts';

/** Changed rules are left out: whoever takes them over decides how. A feed’s note reaches the runner as its report. */
export function runnerSink(
  runner: Pick<Runner, 'submit'>,
): Omit<
  Required<MarketSink>,
  'onRaw' | 'isRecording' | 'onInstrumentChange' | 'onNote' | 'onPerpetual' | 'onFunding'
> {
  return {
    onBook: (update) => runner.submit(update),
    onTrade: (trade) => runner.submit(trade),
    onFeed: (event) => runner.submit(event),
    onAlive: (venue, receivedUs) => runner.submit({ kind: 'alive', venue, receivedUs }),
    onBookLost: (instrumentId, reason, atUs) =>
      runner.submit({ kind: 'book-lost', instrumentId, reason, atUs }),
    onInstrumentStopped: (instrumentId, reason, atUs) =>
      runner.submit({ kind: 'instrument-stopped', instrumentId, reason, atUs }),
    onInstrumentStatus: (instrumentId, status, atUs) =>
      runner.submit({ kind: 'instrument-status', instrumentId, status, atUs }),
  };
}

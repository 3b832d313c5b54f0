import type { EngineStatus } from '../../contract/records.ts';
import { restWords } from '../../contract/venue-records.ts';
import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const status: Command = {
  name: 'status',
  options: DATA_DIR_OPTION,
  examples: ['status', 'status --json'],
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const answer = await engine.call('getStatus', {});
    output.result({ running: true, pid: engine.pid, url: engine.url, ...answer }, describe(answer));
    return EXIT_DONE;
  },
};

function describe(answer: EngineStatus): string {
  const mode = answer.mode === null ? 'no profile chosen' : `${answer.venueTitle}, ${answer.mode}`;
  const market = answer.simulatedMarket ? ' (simulated market)' : '';
  const trading = answer.killed ? 'KILLED' : answer.paused ? `paused: ${answer.haltReason}` : 'trading';
  const feeds = answer.feeds.map((feed) => {
    const age =
      feed.aliveAgeUs === null
        ? 'no data yet'
        : `last sign of life ${(feed.aliveAgeUs / 1e6).toFixed(1)} s ago`;
    return `  ${feed.venue}: ${feed.state}${restWords(feed)}, ${age}, ${feed.booksLive} books live, ${feed.booksStale} stale, ${feed.booksSyncing} syncing`;
  });
  const { opportunities, orders, fills, denials } = answer.counters;
  const counts = `  ${opportunities} opportunities, ${orders} orders, ${fills} fills, ${denials} denials`;
  const doubts = answer.doubtedCoins.map(({ coin, reason }) => `  ${coin} is quarantined: ${reason}`);
  return [`${mode}${market}: ${trading}`, ...feeds, ...doubts, counts].join('\n');
}

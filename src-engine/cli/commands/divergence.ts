import type { Divergence } from '../../divergence/divergence.ts';
import { findDivergence } from '../../divergence/divergence.ts';
import { CarryReplay } from '../../engine/perpetuals/carry-replay.ts';
import { readSessionLog } from '../../divergence/session-log.ts';
import { verifierOf } from '../../venues/registry.ts';
import type { EngineEvent } from '../../domain/event.ts';
import { UserError } from '../../domain/errors.ts';
import type { StrategySetup } from '../../domain/strategy-schemas.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { StrategyShelf } from '../../assembly/strategy-shelf.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { openDatabase } from '../../storage/database.ts';
import type { Database } from '../../storage/database-types.ts';
import { eventsOfRun } from '../../storage/queries/recovery.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, onlyPositional } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, databaseOf } from './database-option.ts';

const PAGE = 2_000;
const SHOWN_TRADES = 20;

export const divergence: Command = {
  name: 'divergence',
  words: [{ name: 'SESSION', words: 'a session that serve --session-log recorded' }],
  options: { ...DATA_DIR_OPTION, ...DATABASE_OPTIONS },
  examples: ['divergence session.jsonl.gz'],
  async run(args, output) {
    const log = await readSessionLog(onlyPositional(args));
    const url = await databaseOf(args);
    const database = await openDatabase(url === undefined ? { dataDir: dataDirOf(args) } : { url });
    const shelf = new StrategyShelf(dataDirOf(args), new SystemClock(), undefined, { sharesTurn: false });
    try {
      const { profile } = log.head;
      const { runId } = log.config;
      if ((await eventsOfRun(database, profile, runId, 0, 1)).length === 0) {
        throw new UserError({
          code: 'unknown-session',
          field: 'SESSION',
          value: runId,
          message: 'is not in this data folder’s journal',
          remedy: 'Name the data folder of the engine that recorded it with --data-dir.',
        });
      }
      const strategies = {
        shelf: { find: (name: string, code: string) => shelf.find(name, code) },
        // One that is not there any longer shows as the first difference.
        prepare: (setup: StrategySetup) => shelf.prepare([setup], () => undefined),
      };
      const found = await findDivergence(
        log,
        journalOf(database, profile, runId),
        verifierOf,
        strategies,
        (store) => new CarryReplay(store),
      );
      output.result(found, describe(found));
      return found.isIdentical ? EXIT_DONE : EXIT_CHECK_FAILED;
    } finally {
      shelf.close();
      await database.close();
    }
  },
};

async function* journalOf(database: Database, profile: string, runId: string): AsyncGenerator<EngineEvent> {
  let after = 0;
  for (;;) {
    const page = await eventsOfRun(database, profile, runId, after, PAGE);
    for (const { event } of page) yield event;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

function describe(found: Divergence): string {
  const { first, trades } = found;
  const rows = trades.slice(0, SHOWN_TRADES).map(({ executionId, path, recorded, replayed }) => {
    const same = recorded === replayed;
    return `  ${same ? '=' : '≠'} ${executionId} ${path.join('→')}: ${recorded ?? 'not stored'}${same ? '' : ` | ${replayed ?? 'not traded'}`}`;
  });
  const strategies = found.strategies.map(
    ({ strategy, recorded, replayed }) =>
      `  ${recorded === replayed ? '=' : '≠'} ${strategy}: ${recorded} fills${recorded === replayed ? '' : ` | ${replayed} in the replay`}`,
  );
  const more = trades.length > rows.length ? [`  and ${trades.length - rows.length} more`] : [];
  const verdict =
    first === null
      ? [
          `identical: ${found.facts} facts of ${found.calls} calls, ${found.orders} orders, ${trades.length} cycles${found.carries === 0 ? '' : `, ${found.carries} states of carries`}`,
        ]
      : [
          `DIFFERENT at fact ${first.fact}, ${formatTimeUs(first.atUs)}, line ${first.line}: given ${first.given}`,
          `  recorded: ${first.recorded ?? 'nothing'}`,
          `  replayed:  ${first.replayed ?? 'nothing'}`,
        ];
  const unstored =
    found.unstored === 0
      ? []
      : [`the last ${found.unstored} facts are in no journal: the process ended first`];
  return [`session ${found.runId}`, ...verdict, ...unstored, ...rows, ...more, ...strategies].join('\n');
}

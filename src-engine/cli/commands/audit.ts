import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { connectEngine } from '../../gateway/client.ts';
import { findingText, type Verification, verifyChains } from '../../storage/chain/verify.ts';
import { openDatabase } from '../../storage/database.ts';
import { DATABASE_FILE } from '../../storage/sqlite.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  onlyPositional,
  type Output,
} from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, DATABASE_USAGE, databaseOf } from './database-option.ts';

export const audit: Command = {
  name: 'audit',
  summary:
    'Walks the hash chains over the facts and the audit trail and names the first row that is not as it was written.',
  usage: `verify|acknowledge [--data-dir D] ${DATABASE_USAGE} [--json]`,
  options: {
    'data-dir': { type: 'string' },
    ...DATABASE_OPTIONS,
  },
  async run(args, output) {
    const what = onlyPositional(args, 'verify or acknowledge');
    if (what === 'verify') return verify(args, output);
    if (what === 'acknowledge') return acknowledge(args, output);
    throw new UserError({
      code: 'bad-usage',
      field: 'audit',
      value: what,
      message: 'is neither verify nor acknowledge',
      remedy: 'Write parallax audit verify.',
    });
  },
};

async function verify(args: CommandArgs, output: Output): Promise<number> {
  const dataDir = dataDirOf(args);
  const url = await databaseOf(args);
  if (url === undefined) demandDatabase(dataDir);
  const database = await openDatabase(url === undefined ? { dataDir } : { url, dataDir });
  try {
    const verified = await verifyChains(database.db, database.heads);
    output.result(verified, describe(verified));
    return verified.whole ? EXIT_DONE : EXIT_CHECK_FAILED;
  } finally {
    await database.close();
  }
}

/** Checking must not make a database where there is none. */
function demandDatabase(dataDir: string): void {
  if (existsSync(join(dataDir, DATABASE_FILE))) return;
  throw new UserError({
    code: 'no-database',
    field: 'data-dir',
    value: dataDir,
    message: `holds no ${DATABASE_FILE}`,
    remedy: 'Name the data folder of the engine with --data-dir.',
  });
}

function describe({ whole, chains, findings, headFile }: Verification): string {
  const counts = chains.map(({ profile, chain, rows, sealed }) => {
    const before = sealed === 0 ? '' : `, ${sealed} of them sealed as they stood`;
    return `  ${chain} of ${profile}: ${rows} rows in place${before}`;
  });
  const wrong = findings.map((finding) => `  ${findingText(finding)}`);
  const file = headFile === '' ? [] : [`  the ends that the data folder keeps: ${headFile}`];
  return [whole ? 'whole: every row is as it was written' : 'NOT WHOLE', ...wrong, ...file, ...counts].join(
    '\n',
  );
}

async function acknowledge(args: CommandArgs, output: Output): Promise<number> {
  const engine = connectEngine(dataDirOf(args), 'command-line');
  const { acknowledged } = await engine.call('acknowledgeHistory', { confirm: 'ACKNOWLEDGE' });
  const text =
    acknowledged.length === 0
      ? 'nothing to acknowledge: the history was found whole at the start'
      : ['acknowledged; trading stays halted until it is resumed:', ...acknowledged].join('\n');
  output.result({ acknowledged }, text);
  return EXIT_DONE;
}

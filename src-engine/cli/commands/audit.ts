import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { connectEngine } from '../../gateway/client.ts';
import {
  type ExpectedEnd,
  findingText,
  type Verification,
  verifyChains,
} from '../../storage/chain/verify.ts';
import { openDatabase } from '../../storage/database.ts';
import { DATABASE_FILE } from '../../storage/sqlite.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  onlyPositional,
  type Output,
  textOptions,
} from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, databaseOf } from './database-option.ts';

export const audit: Command = {
  name: 'audit',
  words: [
    {
      name: 'ACTION',
      words: 'checks the history, or accepts one that was found changed so that trading can be resumed',
      choices: ['verify', 'acknowledge'],
    },
  ],
  options: {
    expect: {
      value: 'END',
      words: 'the end of a chain, as verify printed it some time before',
      example: `events:live:1234:${'0'.repeat(64)}`,
      multiple: true,
      actions: ['verify'],
    },
    ...DATA_DIR_OPTION,
    ...DATABASE_OPTIONS,
  },
  examples: ['audit verify', 'audit acknowledge'],
  async run(args, output) {
    return onlyPositional(args) === 'verify' ? verify(args, output) : acknowledge(args, output);
  },
};

async function verify(args: CommandArgs, output: Output): Promise<number> {
  const dataDir = dataDirOf(args);
  const expected = expectedEnds(args);
  const url = await databaseOf(args);
  if (url === undefined) demandDatabase(dataDir);
  const database = await openDatabase(url === undefined ? { dataDir } : { url, dataDir });
  try {
    const verified = await verifyChains(database.db, database.heads, expected);
    output.result(verified, describe(verified));
    return verified.whole ? EXIT_DONE : EXIT_CHECK_FAILED;
  } finally {
    await database.close();
  }
}

/** Ends that `verify` printed some time before. @throws UserError for one that is not of that form. */
function expectedEnds(args: CommandArgs): ExpectedEnd[] {
  return textOptions(args, 'expect').map((value): ExpectedEnd => {
    const [, chain, profile, row, hash] = EXPECTED.exec(value) ?? [];
    if ((chain === 'events' || chain === 'audit') && profile !== undefined && hash !== undefined) {
      return { chain, profile, end: { id: Number(row), hash } };
    }
    throw new UserError({
      code: 'bad-option',
      field: '--expect',
      value: value.slice(0, 100),
      message: 'is not the end of a chain',
      remedy: 'Write it as audit verify printed it: events:live:1234:HASH.',
    });
  });
}

const EXPECTED = /^(events|audit):([\w-]{1,64}):(\d{1,15}):([0-9a-f]{64})$/;

/** What a chain of hashes is worth. */
const MEANING = [
  'This shows that the database alone was not changed: neither facts, audit trail and settings, nor the tables that follow from the facts.',
  'It cannot show that a program which can write both the database and the data folder changed nothing: the hashes have no key, as whatever runs as',
  'this user could read one. For that, keep the ends below somewhere else and give them later with --expect. Alerts are not compared.',
].join('\n');

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
    const before = sealed === 0 ? '' : `, ${sealed} of them sealed unverified`;
    return `  ${chain} of ${profile}: ${rows} rows in place${before}`;
  });
  const ends = chains
    .filter(({ end }) => end.id > 0)
    .map(({ profile, chain, end }) => `  --expect ${chain}:${profile}:${end.id}:${end.hash}`);
  const wrong = findings.map((finding) => `  ${findingText(finding)}`);
  const file = headFile === '' ? [] : [`  the ends that the data folder keeps: ${headFile}`];
  const verdict = whole ? 'verified: every row is as it was written' : 'NOT WHOLE';
  return [verdict, ...wrong, ...file, ...counts, MEANING, ...ends].join('\n');
}

async function acknowledge(args: CommandArgs, output: Output): Promise<number> {
  const engine = connectEngine(dataDirOf(args), 'command-line');
  const { acknowledged } = await engine.call('acknowledgeHistory', { confirm: 'ACKNOWLEDGE' });
  const text =
    acknowledged.length === 0
      ? 'nothing to acknowledge: the history was verified at the start'
      : ['acknowledged; trading stays halted until it is resumed:', ...acknowledged].join('\n');
  output.result({ acknowledged }, text);
  return EXIT_DONE;
}

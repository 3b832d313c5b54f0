/** The command line: finds the command, checks its options, runs it, and says in one line what was wrong. */
import { parseArgs } from 'node:util';
import { describeProblem, UserError } from '../domain/errors.ts';
import { refuseSecretArguments } from '../config/argument-secrets.ts';
import { hideAddressSecrets } from '../lib/address-secrets.ts';
import { terminalText } from '../lib/terminal-text.ts';
import { VERSION } from '../config/version.ts';
import { type Command, EXIT_BAD_USAGE, EXIT_CHECK_FAILED, EXIT_DONE, type Output } from './command.ts';

/** Loaded when asked for: a kill must not wait for the backtest to be read in. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  exchange: async () => (await import('./commands/exchange.ts')).exchange,
  status: async () => (await import('./commands/status.ts')).status,
  kill: async () => (await import('./commands/kill.ts')).kill,
  rearm: async () => (await import('./commands/rearm.ts')).rearm,
  resume: async () => (await import('./commands/resume.ts')).resume,
  'trust-coin': async () => (await import('./commands/trust-coin.ts')).trustCoin,
  plans: async () => (await import('./commands/plans.ts')).plans,
  live: async () => (await import('./commands/live.ts')).live,
  risk: async () => (await import('./commands/risk.ts')).risk,
  account: async () => (await import('./commands/account.ts')).account,
  key: async () => (await import('./commands/key.ts')).key,
  'database-password': async () => (await import('./commands/database-password.ts')).databasePassword,
  backup: async () => (await import('./commands/backup.ts')).backup,
  audit: async () => (await import('./commands/audit.ts')).audit,
  record: async () => (await import('./commands/record.ts')).record,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  'check-book': async () => (await import('./commands/check-book.ts')).checkBookCommand,
  graph: async () => (await import('./commands/graph.ts')).graph,
  backtest: async () => (await import('./commands/backtest.ts')).backtest,
  runs: async () => (await import('./commands/runs.ts')).runs,
  report: async () => (await import('./commands/report.ts')).report,
  compare: async () => (await import('./commands/compare.ts')).compare,
  divergence: async () => (await import('./commands/divergence.ts')).divergence,
  sweep: async () => (await import('./commands/sweep.ts')).sweep,
  worker: async () => (await import('./commands/worker.ts')).worker,
  import: async () => (await import('./commands/import.ts')).importCommand,
  library: async () => (await import('./commands/library.ts')).library,
  tape: async () => (await import('./commands/tape.ts')).tape,
  pairs: async () => (await import('./commands/pairs.ts')).pairs,
};

/** Runs one command line. Never throws: answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv;
  if (name === 'help' || name === '--help' || name === '-h') {
    say(process.stdout, await help());
    return EXIT_DONE;
  }
  if (name === '--version' || name === 'version') {
    say(process.stdout, `${VERSION}\n`);
    return EXIT_DONE;
  }
  const json = rest.includes('--json');
  try {
    refuseSecretArguments(argv);
    const command = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]?.() : undefined;
    if (command === undefined) throw unknownCommand(name);
    if (rest.includes('--help') || rest.includes('-h')) {
      say(process.stdout, usageOf(command));
      return EXIT_DONE;
    }
    return await command.run(parse(command, rest), outputOf(json));
  } catch (error) {
    return fail(error, json);
  }
}

/** The one place where the command line writes. */
function say(stream: NodeJS.WriteStream, text: string): void {
  stream.write(terminalText(text));
}

function parse(command: Command, rest: readonly string[]) {
  try {
    return parseArgs({
      args: joinNegativeNumbers(rest),
      options: { ...command.options, json: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw new UserError({
      code: 'bad-usage',
      field: command.name,
      message: `has invalid options: ${message}`,
      remedy: `Usage: parallax ${command.name} ${command.usage}`,
    });
  }
}

/** `--fee-bps -5` would be read as two options; joined, the value reaches the check that names its range. */
function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-\d/.test(arg) && before?.startsWith('--') === true && !before.includes('=')) {
      joined[joined.length - 1] = `${before}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

function outputOf(json: boolean): Output {
  return {
    json,
    result: (data, text) => {
      say(process.stdout, json ? `${JSON.stringify(data)}\n` : `${text}\n`);
    },
    note: (text) => {
      say(process.stderr, `${text}\n`);
    },
  };
}

function fail(error: unknown, json: boolean): number {
  if (error instanceof UserError) {
    say(process.stderr, `parallax: ${hideAddressSecrets(describeProblem(error.problem))}\n`);
    if (json) say(process.stdout, hideAddressSecrets(`${JSON.stringify({ error: error.problem })}\n`));
    return EXIT_BAD_USAGE;
  }
  say(
    process.stderr,
    hideAddressSecrets(
      `parallax: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    ),
  );
  return EXIT_CHECK_FAILED;
}

function unknownCommand(name: string): UserError {
  return new UserError({
    code: 'unknown-command',
    field: 'command',
    value: name,
    message: 'is not a command',
    remedy: `Commands: ${Object.keys(COMMANDS).join(', ')}.`,
  });
}

function usageOf(command: Command): string {
  const details = command.details === undefined ? '' : `\n${command.details}\n`;
  return `parallax ${command.name} ${command.usage}\n\n${command.summary}\n${details}`;
}

async function help(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const rows = commands.map((command) => `  ${command.name.padEnd(11)} ${command.summary}`).join('\n');
  return `Parallax ${VERSION}: a trading terminal for crypto arbitrage\n\nUsage: parallax COMMAND [options]\n\n${rows}\n\nAdd --json for one JSON object on stdout, --help for a command's options.\n`;
}

/** The command line: finds the command, checks its options, runs it, and says in one line what was wrong. */
import { refuseSecretArguments } from '../config/argument-secrets.ts';
import { invocation } from '../lib/invocation.ts';
import { VERSION } from '../config/version.ts';
import { describeProblem, UserError } from '../domain/errors.ts';
import { hideAddressSecrets } from '../lib/address-secrets.ts';
import { terminalText } from '../lib/terminal-text.ts';
import { EXIT_BAD_USAGE, EXIT_CHECK_FAILED, EXIT_DONE, type Output } from './command.ts';
import { COMMANDS } from './command-list.ts';

const HELP: ReadonlySet<string> = new Set(['--help', '-h']);

/** Runs one command line. Never throws: answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [first = 'help', ...rest] = argv;
  const json = rest.includes('--json');
  try {
    refuseSecretArguments(argv);
    // `KILL` in a hurry is a kill.
    const name = first.toLowerCase();
    if (name === 'help' || HELP.has(name)) return await help(rest);
    if (name === '--version' || name === 'version') {
      if (rest.length > 0) throw stray(name, rest);
      say(process.stdout, `${VERSION}\n`);
      return EXIT_DONE;
    }
    const listed = listedCommand(name, first);
    if (rest.some((word) => HELP.has(word))) return await help([name]);
    const [command, { parseCommandLine }] = await Promise.all([listed.load(), import('./command-line.ts')]);
    return await command.run(parseCommandLine(command, rest), outputOf(json));
  } catch (error) {
    return fail(error, json);
  }
}

/** The one place where the command line writes. */
function say(stream: NodeJS.WriteStream, text: string): void {
  stream.write(terminalText(text));
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

/** @param typed as the user wrote it. */
function listedCommand(name: string, typed: string) {
  const found = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (found !== undefined) return found;
  throw new UserError({
    code: 'unknown-command',
    field: 'command',
    value: typed,
    message: 'is not a command; nothing was done',
    remedy: `To stop all trading: ${invocation()} kill. Commands: ${Object.keys(COMMANDS).join(', ')}.`,
  });
}

function stray(name: string, words: readonly string[]): UserError {
  return new UserError({
    code: 'stray-words',
    field: name,
    value: words.join(' '),
    message: 'is not understood',
    remedy: `Write ${invocation()} ${name}.`,
  });
}

/** The list of commands, which loads none of them, or the page of one. */
async function help([name, ...more]: readonly string[]): Promise<number> {
  if (name === undefined) {
    const width = Math.max(...Object.keys(COMMANDS).map((each) => each.length));
    const rows = Object.entries(COMMANDS).map(
      ([each, { summary }]) => `  ${each.padEnd(width)}  ${summary}\n`,
    );
    say(
      process.stdout,
      `Parallax ${VERSION}: a trading terminal for crypto arbitrage\n\nUsage: ${invocation()} COMMAND [options]\n\n${rows.join('')}\nAdd --json for one JSON object on stdout, --help for a command's options and examples.\n`,
    );
    return EXIT_DONE;
  }
  if (more.length > 0) throw stray(`help ${name}`, more);
  const { summary, load } = listedCommand(name.toLowerCase(), name);
  const [command, { optionsOf }, { helpPage }] = await Promise.all([
    load(),
    import('./command-line.ts'),
    import('./help-text.ts'),
  ]);
  say(process.stdout, helpPage(command, summary, optionsOf(command), invocation()));
  return EXIT_DONE;
}

/** What makes a shell complete the command line: commands, their options, and the values of those that have few. */
import type { OptionRows, WordRow } from './command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export type CompletedCommand = {
  readonly name: string;
  readonly summary: string;
  readonly words: readonly WordRow[];
  readonly options: OptionRows;
};

export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}

/** In single quotes of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const actionsOf = ({ words }: CompletedCommand): readonly string[] => words[0]?.choices ?? [];

function bashScript(commands: readonly CompletedCommand[]): string {
  const values = commands.flatMap(({ name, options }) =>
    Object.entries(options).flatMap(([option, { value, choices }]) => {
      if (choices !== undefined)
        return [`    ${quoted(`${name} --${option}`)}) words=${quoted(choices.join(' '))} ;;`];
      // Files, which bash completes itself.
      return value === undefined ? [] : [`    ${quoted(`${name} --${option}`)}) return ;;`];
    }),
  );
  const rows = commands.map((command) => {
    const options = Object.keys(command.options).map((option) => `--${option}`);
    return `      ${command.name}) words=${quoted([...actionsOf(command), ...options].join(' '))} ;;`;
  });
  return [
    '_parallax() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words=""',
    '  COMPREPLY=()',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words=${quoted(['help', ...commands.map(({ name }) => name)].join(' '))}`,
    '  else',
    '    case "${COMP_WORDS[1]} $before" in',
    ...values,
    '    *) case "${COMP_WORDS[1]}" in',
    ...rows,
    '      esac ;;',
    '    esac',
    '  fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '}',
    'complete -o default -F _parallax parallax',
  ].join('\n');
}

function zshScript(commands: readonly CompletedCommand[]): string {
  // Brackets and colons end parts of a specification.
  const escaped = (text: string): string => text.replaceAll(/[\\[\]:]/g, String.raw`\$&`);
  const named = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map((command) => {
    const specs = Object.entries(command.options).map(([option, { words, value, choices, multiple }]) => {
      const many = multiple === true ? '*' : '';
      const takes =
        value === undefined
          ? ''
          : `:${option}:${choices === undefined ? '_files' : `(${choices.join(' ')})`}`;
      return quoted(`${many}--${option}[${escaped(words)}]${takes}`);
    });
    const actions = actionsOf(command);
    const first = actions.length === 0 ? [] : [quoted(`1:action:(${actions.join(' ')})`)];
    return `    ${command.name}) _arguments ${[...specs, ...first, quoted('*:file:_files')].join(' ')} ;;`;
  });
  return [
    '#compdef parallax',
    'local -a commands',
    'if (( CURRENT == 2 )); then',
    '  commands=(',
    ...named,
    '  )',
    '  _describe command commands',
    'else',
    '  shift words',
    '  (( CURRENT-- ))',
    '  case "$words[1]" in',
    ...cases,
    '  esac',
    'fi',
  ].join('\n');
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const line = (...parts: readonly string[]): string => ['complete -c parallax', ...parts].join(' ');
  return commands
    .flatMap((command) => [
      line('-f -n __fish_use_subcommand', `-a ${command.name}`, `-d ${quoted(command.summary)}`),
      ...actionsOf(command).map((action) =>
        line(`-f -n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}`, `-a ${action}`),
      ),
      ...Object.entries(command.options).map(([option, { words, value, choices }]) =>
        line(
          `-n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}`,
          `-l ${option}`,
          `-d ${quoted(words)}`,
          ...(value === undefined ? [] : ['-r']),
          ...(choices === undefined ? [] : [`-f -a ${quoted(choices.join(' '))}`]),
        ),
      ),
    ])
    .join('\n');
}

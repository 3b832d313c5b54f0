/** What a command of the command line is, and the way it speaks: facts to stdout, everything else to stderr. */
import { UserError } from '../domain/errors.ts';

/** Exit codes: done; the check that was asked for failed; bad usage or bad input. */
export const EXIT_DONE = 0;
export const EXIT_CHECK_FAILED = 1;
export const EXIT_BAD_USAGE = 2;

export type NumberRange = { readonly min: number; readonly max: number; readonly integer?: boolean };

/** One option: what is parsed, refused, shown by `--help` and completed by a shell comes from this row alone. */
export type OptionRow = {
  /** What it does, without a full stop. */
  readonly words: string;
  /** What stands for its value in help: `N`, `FILE`. A flag has none. */
  readonly value?: string;
  /** A value that may be given, for help and for the remedy of a wrong one. */
  readonly example?: string;
  /** The only values that it may have. */
  readonly choices?: readonly string[];
  /** What begins so is taken besides `choices`, and looked at by the command itself. */
  readonly orPrefix?: string;
  /** It is a number within this range, in the unit that `words` name. */
  readonly range?: NumberRange;
  /** What holds where it is not given, as help shows it. */
  readonly usual?: string | number;
  /** It may be given several times. */
  readonly multiple?: true;
  /** Options that contradict it. */
  readonly not?: readonly string[];
  /** Options of which one must be given with it. */
  readonly needs?: readonly string[];
  /** The actions (first words of the command) that take it. */
  readonly actions?: readonly string[];
  /** Its value is all words up to the next option, and may be missing: a text for people, never a reason to refuse. */
  readonly isText?: true;
};
export type OptionRows = Readonly<Record<string, OptionRow>>;

/** A word that follows the command's name. */
export type WordRow = {
  /** As usage shows it: `FILE`. */
  readonly name: string;
  readonly words: string;
  /** Absent: exactly one. */
  readonly count?: 'optional' | 'some' | 'any';
  readonly choices?: readonly string[];
};

export type OptionValue = string | number | boolean | readonly string[];
export type CommandArgs = {
  /** Of the options that were given: numbers where the row has a range, else text, true for flags, lists for repeated ones. */
  readonly values: Readonly<Record<string, OptionValue | undefined>>;
  readonly positionals: readonly string[];
};

export type Output = {
  readonly json: boolean;
  /** The command's result: one JSON object with --json, else the text for a person. */
  readonly result: (data: Readonly<Record<string, unknown>>, text: string) => void;
  /** Progress and remarks. */
  readonly note: (text: string) => void;
};

export type Command = {
  readonly name: string;
  /** The words that it takes, in their order. Absent: none. */
  readonly words?: readonly WordRow[];
  readonly options: OptionRows;
  /** What `--help` shows below the options. */
  readonly details?: string;
  /** Whole lines that may be typed, without `parallax`. */
  readonly examples: readonly string[];
  /** What to do when it was not understood, where more than its usage is to be said. */
  readonly refusal?: string;
  run(args: CommandArgs, output: Output): Promise<number>;
};

/** Commands by name, each loaded when it is asked for. */
export type ListedCommands = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
>;

/** The word of a command that takes exactly one. */
export function onlyPositional(args: CommandArgs): string {
  return args.positionals[0] ?? '';
}

export function textOption(args: CommandArgs, name: string): string | undefined {
  const value = args.values[name];
  return typeof value === 'string' ? value : undefined;
}

/** An option that may be given several times. */
export function textOptions(args: CommandArgs, name: string): readonly string[] {
  const given = args.values[name];
  return typeof given === 'object' ? given : [];
}

/** The number of an option that has a range; it lies within it. */
export function numberOption(args: CommandArgs, name: string): number | undefined {
  const value = args.values[name];
  return typeof value === 'number' ? value : undefined;
}

/** One of the option's choices; those of its row are given again, for their type. */
export function choiceOption<T extends string>(
  args: CommandArgs,
  name: string,
  choices: readonly T[],
): T | undefined {
  return choices.find((choice) => choice === args.values[name]);
}

export function flagOption(args: CommandArgs, name: string): boolean {
  return args.values[name] === true;
}

/** What was given does not do. @param value empty: not shown, of a secret or of what is missing. */
export function badUsage(field: string, value: string, message: string, remedy: string): UserError {
  return new UserError({
    code: 'bad-usage',
    field,
    value: value === '' ? undefined : value,
    message,
    remedy,
  });
}

/** What a command of the command line is, and the way it speaks: facts to stdout, everything else to stderr. */
import type { ParseArgsOptionsConfig } from 'node:util';
import { UserError } from '../domain/errors.ts';

/** Exit codes: done; the check that was asked for failed; bad usage or bad input. */
export const EXIT_DONE = 0;
export const EXIT_CHECK_FAILED = 1;
export const EXIT_BAD_USAGE = 2;

export type CommandArgs = {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
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
  readonly summary: string;
  /** What follows the name: `FILE [--online-only]`. */
  readonly usage: string;
  /** What `--help` says of the options below the usage. */
  readonly details?: string;
  readonly options: ParseArgsOptionsConfig;
  run(args: CommandArgs, output: Output): Promise<number>;
};

/** The only positional argument of a command. @throws UserError when there is none, or more. */
export function onlyPositional(args: CommandArgs, name: string): string {
  const [first, ...more] = args.positionals;
  if (first === undefined || more.length > 0) {
    throw new UserError({
      code: 'bad-usage',
      field: name,
      value: args.positionals.join(' '),
      message: first === undefined ? 'is missing' : 'is more than one',
      remedy: `Give exactly one ${name}.`,
    });
  }
  return first;
}

export function textOption(args: CommandArgs, name: string): string | undefined {
  const value = args.values[name];
  return typeof value === 'string' ? value : undefined;
}

/** An option that may be given several times. */
export function textOptions(args: CommandArgs, name: string): readonly string[] {
  const given = args.values[name];
  return typeof given === 'object' ? given.map(String) : [];
}

/** A number option within its range. @throws UserError naming the option, its value and the range. */
export function numberOption(
  args: CommandArgs,
  name: string,
  range: { readonly min: number; readonly max: number; readonly integer?: boolean },
): number | undefined {
  const text = textOption(args, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  const fits = text.trim() !== '' && Number.isFinite(value) && value >= range.min && value <= range.max;
  if (fits && (range.integer !== true || Number.isInteger(value))) return value;
  throw new UserError({
    code: 'bad-option',
    field: `--${name}`,
    value: text,
    message: `is not a ${range.integer === true ? 'whole ' : ''}number from ${range.min} to ${range.max}`,
    remedy: `Write for example --${name} ${Math.max(range.min, Math.min(range.max, 10))}.`,
  });
}

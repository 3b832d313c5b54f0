/** From the words of a command line to a command's values: whatever its table of options does not explain is refused. */
import { parseArgs } from 'node:util';
import { UserError } from '../domain/errors.ts';
import { invocation } from '../lib/invocation.ts';
import type { Command, CommandArgs, OptionRow, OptionRows, OptionValue, WordRow } from './command.ts';
import { usageOf } from './help-text.ts';

/** Of every command. */
export const COMMON_OPTIONS = {
  json: { words: 'prints one JSON object on stdout in place of text' },
  help: { words: 'shows this page' },
} as const satisfies OptionRows;

export function optionsOf(command: Command): OptionRows {
  return { ...command.options, ...COMMON_OPTIONS };
}

/** @throws UserError for what is not understood: it names the word or option, its value and what may be written. */
export function parseCommandLine(command: Command, argv: readonly string[]): CommandArgs {
  try {
    return new Line(command, argv).args();
  } catch (error) {
    const { refusal } = command;
    if (refusal === undefined || !(error instanceof UserError)) throw error;
    throw new UserError({ ...error.problem, remedy: refusal });
  }
}

class Line {
  readonly #command: Command;
  readonly #rows: OptionRows;
  readonly #argv: readonly string[];
  readonly #values = new Map<string, OptionValue>();
  readonly #words: string[] = [];

  constructor(command: Command, argv: readonly string[]) {
    this.#command = command;
    this.#rows = optionsOf(command);
    this.#argv = argv;
  }

  args(): CommandArgs {
    const options = Object.fromEntries(
      Object.entries(this.#rows).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    );
    const args = withTexts(this.#argv, this.#rows);
    // Not strict: its own messages are sentences without field and value.
    const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
    for (const token of tokens) {
      if (token.kind === 'positional') this.#words.push(token.value);
      else if (token.kind === 'option') this.#take(token.name, token.rawName, token.value, token.inlineValue);
    }
    this.#demandWords();
    this.#demandRelations();
    return { values: Object.fromEntries(this.#values), positionals: this.#words };
  }

  #take(name: string, raw: string, value: string | undefined, isInline: boolean | undefined): void {
    const row = Object.hasOwn(this.#rows, name) && raw.startsWith('--') ? this.#rows[name] : undefined;
    if (row === undefined) {
      const names = Object.keys(this.#rows).map((each) => `--${each}`);
      throw new UserError({
        code: 'unknown-option',
        field: this.#command.name,
        value: raw,
        message: 'is not an option of it',
        remedy: `Its options are ${names.join(', ')}.`,
      });
    }
    const before = this.#values.get(name);
    if (before !== undefined && row.multiple !== true) {
      const values = row.value === undefined ? '' : ` (${JSON.stringify(before)} and "${value ?? ''}")`;
      throw refuseOption(name, row, undefined, `is given twice${values}`, 'Give it once.');
    }
    const checked = checkedValue(name, row, value, isInline === true);
    this.#values.set(
      name,
      row.multiple === true ? [...((before as string[] | undefined) ?? []), String(checked)] : checked,
    );
  }

  #demandWords(): void {
    const { words = [], name } = this.#command;
    let left = this.#words.length;
    for (const row of words) {
      const isMany = row.count === 'some' || row.count === 'any';
      const isFree = row.count === 'optional' || row.count === 'any';
      if (left === 0 && !isFree) throw this.#missing(row);
      const at = this.#words.length - left;
      const word = this.#words[at];
      if (word === '') throw this.#badWord(row, '', 'is empty');
      if (word !== undefined && row.choices?.includes(word) === false) {
        throw this.#badWord(row, word, `is not understood as ${row.name}`);
      }
      left -= isMany ? left : Math.min(left, 1);
    }
    if (this.#words.includes('')) throw this.#badWord(words.at(-1), '', 'is empty');
    if (left === 0) return;
    const stray = this.#words.slice(-left).join(' ');
    throw new UserError({
      code: 'stray-words',
      field: name,
      value: stray,
      message: 'is not understood; nothing was done',
      remedy: this.#usage(),
    });
  }

  #demandRelations(): void {
    const { words = [], name: command } = this.#command;
    const action = this.#words[0] ?? words[0]?.choices?.[0] ?? '';
    for (const name of this.#values.keys()) {
      const row = this.#rows[name] as OptionRow;
      const against = row.not?.find((other) => this.#values.has(other));
      if (against !== undefined) {
        throw refuseOption(name, row, undefined, `contradicts --${against}`, 'Give one of the two.');
      }
      if (row.needs !== undefined && !row.needs.some((other) => this.#values.has(other))) {
        const others = row.needs.map((other) => `--${other}`).join(' or ');
        throw refuseOption(name, row, undefined, `means nothing without ${others}`, `Add ${others}.`);
      }
      if (row.actions !== undefined && !row.actions.includes(action)) {
        const message = `is not an option of "${command} ${action}"`;
        throw refuseOption(name, row, undefined, message, `It belongs to ${row.actions.join(' and ')}.`);
      }
    }
  }

  #missing(row: WordRow): UserError {
    return new UserError({
      code: 'bad-usage',
      field: row.name,
      message: `is missing: ${row.words}`,
      remedy: this.#usage(),
    });
  }

  #badWord(row: WordRow | undefined, value: string, message: string): UserError {
    const remedy = row?.choices === undefined ? this.#usage() : `Use one of ${row.choices.join(', ')}.`;
    return new UserError({
      code: 'bad-usage',
      field: row?.name ?? this.#command.name,
      value,
      message,
      remedy,
    });
  }

  #usage(): string {
    return `Usage: ${usageOf(this.#command, invocation())}`;
  }
}

/** `--reason venue is down` is one text; a text that is missing is an empty one. */
function withTexts(argv: readonly string[], rows: OptionRows): string[] {
  const args: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at] as string;
    const [option = '', ...inline] = arg.split('=');
    if (arg.startsWith('--') && rows[option.slice(2)]?.isText === true) {
      const words = inline.length === 0 ? [] : [inline.join('=')];
      while (at + 1 < argv.length && argv[at + 1]?.startsWith('--') === false)
        words.push(argv[++at] as string);
      args.push(`${option}=${words.join(' ')}`);
    } else args.push(arg);
  }
  return args;
}

function checkedValue(
  name: string,
  row: OptionRow,
  value: string | undefined,
  isInline: boolean,
): string | number | boolean {
  if (row.value === undefined) {
    if (value === undefined) return true;
    throw refuseOption(name, row, value, 'is a value, and this option takes none', 'Leave the value out.');
  }
  if (row.isText === true) return value ?? '';
  // The word behind it is another option: this one was left without a value.
  const isNext = value !== undefined && !isInline && value.startsWith('-') && !/^-[\d.]/.test(value);
  if (value === undefined || isNext) throw refuseOption(name, row, undefined, 'has no value');
  if (value.trim() === '') throw refuseOption(name, row, value, 'is an empty value');
  const isOther = row.orPrefix !== undefined && value.startsWith(row.orPrefix);
  if (row.choices !== undefined && !row.choices.includes(value) && !isOther) {
    throw refuseOption(
      name,
      row,
      value,
      'is none of its values',
      `Use one of ${row.choices.join(', ')}${row.orPrefix === undefined ? '' : `, or ${row.orPrefix}ID`}.`,
    );
  }
  if (row.range === undefined) return value;
  const { min, max, integer } = row.range;
  const number = Number(value);
  const fits = Number.isFinite(number) && number >= min && number <= max;
  if (fits && (integer !== true || Number.isInteger(number))) return number;
  const kind = integer === true ? 'a whole number' : 'a number';
  throw refuseOption(name, row, value, `is not ${kind} from ${min} to ${max}`);
}

function refuseOption(
  name: string,
  row: OptionRow,
  value: string | undefined,
  message: string,
  remedy?: string,
): UserError {
  const example = row.example ?? row.choices?.[0] ?? row.usual ?? row.value ?? '';
  return new UserError({
    code: 'bad-option',
    field: `--${name}`,
    value: value?.slice(0, 200),
    message,
    remedy: remedy ?? `Write for example --${name} ${example}.`,
  });
}

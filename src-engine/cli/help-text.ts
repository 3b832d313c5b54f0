/** The pages of `--help`: a line an option, with what it may be, what holds without it, and an example. */
import type { Command, OptionRow, OptionRows, WordRow } from './command.ts';

const MAX_LEFT = 30;

/** More of them than a line of an error can hold: it refers to the page then. */
const MANY_OPTIONS = 5;

/** `parallax tape LOG... [--out FILE] …`, in the line of an error. @param caller how the command line is started here. */
export function usageOf({ name, words = [], options }: Command, caller: string): string {
  const rows = Object.entries(options);
  const start = [caller, name, ...words.map(wordUsage)].join(' ');
  if (rows.length > MANY_OPTIONS) return `${start} [options], which ${caller} ${name} --help lists`;
  const shown = rows.map(([option, row]) => `[${leftOf(option, row)}]${row.multiple ? '...' : ''}`);
  return [start, ...shown, '[--json]'].join(' ');
}

function wordUsage({ name, count, choices }: WordRow): string {
  const shown = choices?.join('|') ?? name;
  if (count === undefined) return shown;
  return { optional: `[${shown}]`, some: `${shown}...`, any: `[${shown}...]` }[count];
}

function leftOf(option: string, { value, choices }: OptionRow): string {
  if (value === undefined) return `--${option}`;
  return `--${option} ${value === '' ? (choices ?? []).join('|') : value}`;
}

/** The whole page of a command. @param rows its options and those of every command. */
export function helpPage(command: Command, summary: string, rows: OptionRows, caller: string): string {
  const { name, words = [], details, examples } = command;
  const shownWords = words.map((word) => `  ${wordUsage(word)}: ${word.words}`);
  const usage = `${caller} ${[name, ...words.map(wordUsage)].join(' ')} [options]`;
  const table = Object.entries(rows).map(([option, row]) => optionLine(option, row));
  return [
    usage,
    '',
    summary,
    '',
    ...(shownWords.length === 0 ? [] : [...shownWords, '']),
    'Options:',
    ...table,
    ...(details === undefined ? [] : ['', details]),
    '',
    'Examples:',
    ...examples.map((example) => `  ${caller} ${example}`),
    '',
  ].join('\n');
}

function optionLine(option: string, row: OptionRow): string {
  const left = leftOf(option, row);
  const facts = [
    ...(row.range === undefined ? [] : [rangeWords(row.range)]),
    ...(row.choices === undefined || row.value === '' ? [] : [`one of ${row.choices.join(', ')}`]),
    ...(row.usual === undefined ? [] : [`default ${row.usual}`]),
    ...(row.multiple === undefined ? [] : ['may be repeated']),
    ...(row.actions === undefined ? [] : [`with ${row.actions.join(', ')}`]),
    ...(row.needs === undefined ? [] : [`with ${row.needs.map((name) => `--${name}`).join(' or ')}`]),
    ...(row.not === undefined ? [] : [`not with ${row.not.map((name) => `--${name}`).join(', ')}`]),
    ...(row.example === undefined ? [] : [`example: --${option} ${row.example}`]),
  ];
  const right = facts.length === 0 ? row.words : `${row.words} (${facts.join('; ')})`;
  return left.length <= MAX_LEFT
    ? `  ${left.padEnd(MAX_LEFT)} ${right}`
    : `  ${left}\n  ${''.padEnd(MAX_LEFT)} ${right}`;
}

function rangeWords({ min, max, integer }: NonNullable<OptionRow['range']>): string {
  return `${integer === true ? 'whole, ' : ''}from ${min} to ${max}`;
}

/** Every command in one process: what its table of options does not explain is refused, and what it explains is true. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Command, type OptionRow } from './command.ts';
import { optionsOf, parseCommandLine } from './command-line.ts';
import { COMMANDS } from './command-list.ts';
import { helpPage } from './help-text.ts';
import { parallaxHere } from './testing/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-words-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const commands: readonly Command[] = await Promise.all(Object.values(COMMANDS).map(({ load }) => load()));
const named = commands.map((command) => [command.name, command] as const);

/** The fewest words that a command takes. */
function words({ words = [] }: Command): string[] {
  return words.flatMap(({ count, choices }) =>
    count === undefined || count === 'some' ? [choices?.[0] ?? 'word'] : [],
  );
}

function valueOf({ example, choices, usual, range }: OptionRow): string {
  return String(choices?.[0] ?? example ?? (range === undefined ? usual : range.min)).replaceAll('"', '');
}

/** One option with the words and the other options that it belongs to. */
function lineWith(
  command: Command,
  name: string,
  value = valueOf(command.options[name] as OptionRow),
): string[] {
  const row = command.options[name] as OptionRow;
  const action = row.actions?.[0];
  const needed = row.needs?.[0];
  const other = needed === undefined ? undefined : (command.options[needed] as OptionRow);
  return [
    ...(action === undefined ? words(command) : [action]),
    ...(row.value === undefined ? [`--${name}`] : [`--${name}=${value}`]),
    ...(other === undefined
      ? []
      : [other.value === undefined ? `--${needed}` : `--${needed}=${valueOf(other)}`]),
  ];
}

/** The refusal, and that the command never began. */
async function refused(command: Command, args: readonly string[]): Promise<string> {
  const run = vi.spyOn(command, 'run').mockResolvedValue(0);
  const answer = await parallaxHere(command.name, ...args);
  expect(run, args.join(' ')).not.toHaveBeenCalled();
  run.mockRestore();
  expect(answer.code).toBe(2);
  if (!args.includes('--json')) expect(answer.stdout).toBe('');
  expect(answer.stderr.trimEnd().split('\n')).toHaveLength(1);
  return answer.stderr;
}

describe.each(named)('%s', (_, command) => {
  it('refuses a stray word, and does nothing', async () => {
    const takesMany = command.words?.some(({ count }) => count === 'some' || count === 'any') === true;
    // Its own count of names is its own to check.
    if (takesMany) return;
    const full = (command.words ?? []).map(({ choices }) => choices?.[0] ?? 'word');
    expect(await refused(command, [...full, 'x'])).toMatch(/"x" is not understood; nothing was done/);
  });

  it('refuses an unknown, a doubled and a misspelled option', async () => {
    expect(await refused(command, [...words(command), '--frobnicate'])).toContain(
      '"--frobnicate" is not an option',
    );
    expect(await refused(command, [...words(command), '-x'])).toContain('"-x" is not an option');
    expect(await refused(command, [...words(command), '--json', '--json'])).toContain(
      '--json: is given twice',
    );
    expect(await refused(command, [...words(command), '--json=yes'])).toContain('takes none');
    for (const [name, row] of Object.entries(command.options)) {
      if (row.multiple === true) continue;
      const line = lineWith(command, name);
      const again = line.find((word) => word.startsWith(`--${name}`)) ?? '';
      expect(await refused(command, [...line, again])).toContain(`--${name}: is given twice`);
    }
  });

  it('refuses an option without a value, with an empty one, and with one beyond its range or choices', async () => {
    for (const [name, row] of Object.entries(command.options)) {
      if (row.value === undefined) {
        const line = lineWith(command, name).map((word) => (word === `--${name}` ? `${word}=x` : word));
        expect(await refused(command, line)).toContain(`--${name}: "x" is a value`);
        continue;
      }
      if (row.isText === true) continue;
      const before = lineWith(command, name).filter((word) => !word.startsWith(`--${name}=`));
      expect(await refused(command, [...before, `--${name}`])).toContain(`--${name}: has no value`);
      expect(await refused(command, [...before, `--${name}`, '--json'])).toContain(`--${name}: has no value`);
      expect(await refused(command, lineWith(command, name, ''))).toContain(
        `--${name}: "" is an empty value`,
      );
      expect(await refused(command, lineWith(command, name, ' '))).toContain('is an empty value');
      if (row.choices !== undefined) {
        expect(await refused(command, lineWith(command, name, 'zzz'))).toContain(
          `--${name}: "zzz" is none of its values`,
        );
      }
      if (row.range === undefined) continue;
      const { min, max, integer } = row.range;
      const beyond = [
        'zzz',
        '1e999',
        String(min - 1),
        String(max * 2 + 1),
        ...(integer === true ? [String(min + 0.5)] : []),
      ];
      for (const value of beyond) {
        expect(await refused(command, lineWith(command, name, value))).toContain(
          `--${name}: "${value}" is not a`,
        );
      }
    }
  });

  it('refuses options that contradict each other, need another one, or belong to another action', async () => {
    for (const [name, row] of Object.entries(command.options)) {
      for (const other of row.not ?? []) {
        const against = lineWith(command, other).filter((word) => word.startsWith('--'));
        expect(await refused(command, [...lineWith(command, name), ...against])).toContain('contradicts');
      }
      if (row.needs !== undefined) {
        const alone = lineWith(command, name).filter(
          (word) => !row.needs?.some((need) => word.startsWith(`--${need}`)),
        );
        expect(await refused(command, alone)).toContain(`--${name}: means nothing without`);
      }
      const actions = command.words?.[0]?.choices ?? [];
      const wrong = actions.find((action) => row.actions?.includes(action) === false);
      if (wrong !== undefined) {
        const line = [wrong, ...lineWith(command, name).slice(1)];
        expect(await refused(command, line)).toContain(
          `--${name}: is not an option of "${command.name} ${wrong}"`,
        );
      }
    }
  });

  it('has a help page with a line an option: its default or range, and an example that is understood', async () => {
    const page = helpPage(command, 'What it does.', optionsOf(command), 'parallax');
    for (const [name, row] of Object.entries(optionsOf(command))) {
      expect(page).toMatch(new RegExp(String.raw`^  --${name}( |$)`, 'm'));
      if (row.value === undefined) continue;
      // A choice is its own example.
      expect(row.example ?? row.choices ?? (row.range && row.usual), `${name} has no example`).toBeDefined();
      expect(() => parseCommandLine(command, lineWith(command, name))).not.toThrow();
      if (row.example !== undefined) {
        const example = row.example.replaceAll('"', '');
        expect(() => parseCommandLine(command, lineWith(command, name, example)), name).not.toThrow();
      }
    }
    for (const example of command.examples) {
      const [first, ...rest] = example.split(' ');
      expect(first).toBe(command.name);
      expect(() => parseCommandLine(command, rest), example).not.toThrow();
    }
    const printed = await parallaxHere(command.name, '--help');
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect((await parallaxHere('help', command.name)).stdout).toBe(printed.stdout);
  });
});

describe('a kill in a hurry', () => {
  const engine = ['--data-dir', join(folder, 'none')];
  const NOT_KILLED =
    /NOTHING WAS KILLED: type "(npm run -s )?parallax( --)? kill" alone, which stops all trading at every venue/;

  it.each([
    ['now'],
    ['kraken'],
    ['all'],
    ['--force'],
    ['-9'],
    ['--reason', '--json', 'x'],
    ['--venue', 'kraken'],
  ])('%s: is refused whole, says that nothing was killed, and what to type', async (...words) => {
    const answer = await parallaxHere('kill', ...words.filter((word) => typeof word === 'string'), ...engine);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toMatch(NOT_KILLED);
  });

  it.each<[string[], string]>([
    [['KILL'], ''],
    [['Kill', '--reason'], ''],
    [['kill', '--reason', ''], ''],
    [['kill', '--reason=', '--json'], ''],
    [['kill', '--reason', 'the', 'venue', 'is', 'down', '--json'], 'the venue is down'],
    [['kill', '--reason=it', 'is -5 % down'], 'it is -5 % down'],
  ])('%j is a kill: only its words for people are free', async (line, reason) => {
    const command = (await COMMANDS['kill']?.load()) as Command;
    const run = vi.spyOn(command, 'run').mockResolvedValue(0);
    expect((await parallaxHere(...line, ...engine)).code).toBe(0);
    expect(run.mock.lastCall?.[0].values['reason'] ?? '').toBe(reason);
    run.mockRestore();
  });
});

it.each([
  [['stop'], /command: "stop" is not a command; nothing was done\. To stop all trading: .*parallax.* kill\./],
  [['--json', 'kill'], /command: "--json" is not a command/],
  [['--version', 'x'], /--version: "x" is not understood/],
  [['help', 'kill', 'x'], /help kill: "x" is not understood/],
  [['help', 'nothing'], /"nothing" is not a command/],
  [['constructor'], /"constructor" is not a command/],
  [['library', 'list', 'x'], /NAME: "x" is not understood: list takes no names/],
  [['library', 'trim'], /NAME: is missing \(1\)/],
  [
    ['library', 'merge', 'one'],
    /NAME: "one" is not the number of recordings that it takes \(from 2 to 200\)/,
  ],
  [['library', 'lst'], /ACTION: "lst" is not understood as ACTION\. Use one of list/],
  [['plans', 'list', 'x'], /plans: "list x" has a word too much/],
  [['plans', 'copy', 'demo'], /plans: "copy demo" is not complete\. Write .* plans copy PLAN NAME/],
  [['compare', 'run-1'], /RUN: is missing: the one that it is compared with/],
])('%j is refused', async (line, expected) => {
  const place = ['library', 'plans'].includes(line[0] ?? '') ? ['--data-dir', join(folder, 'data')] : [];
  const answer = await parallaxHere(...line, ...place);
  expect(answer.stderr).toMatch(expected);
  expect(answer.code).toBe(2);
});

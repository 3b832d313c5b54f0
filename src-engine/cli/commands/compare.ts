import { isDeepStrictEqual } from 'node:util';
import type { RunReview } from '../../contract/lab-records.ts';
import { figureName, figureText } from '../../lab/figure-text.ts';
import { labFolders } from '../../lab/lab-task.ts';
import { readPart } from '../../lab/stored-run.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

type Difference = { readonly name: string; readonly a: unknown; readonly b: unknown };

export const compare: Command = {
  name: 'compare',
  words: [
    { name: 'RUN', words: 'a stored backtest, as the runs command lists it' },
    { name: 'RUN', words: 'the one that it is compared with' },
  ],
  options: DATA_DIR_OPTION,
  examples: ['compare run-0123456789abcdef run-fedcba9876543210'],
  async run(args, output) {
    const [first = '', second = ''] = args.positionals;
    const { runs } = labFolders(dataDirOf(args));
    const a = await readPart(runs, first, 'review');
    const b = await readPart(runs, second, 'review');
    const sameData = a.dataHash === b.dataHash;
    const settings = differences(flat(a.settings), flat(b.settings));
    const figures = differences(a.figures, b.figures);
    const rows = [
      ...settings.map((row) => `  ${row.name}: ${shown(row.a)} | ${shown(row.b)}`),
      ...figures.map(({ name }) => {
        return `  ${figureName(name)}: ${figureText(name, a.figures[name])} | ${figureText(name, b.figures[name])}`;
      }),
    ];
    const text = [
      `${heading(a)} | ${heading(b)}`,
      sameData ? 'the same data' : 'DIFFERENT DATA: their figures are not of one market',
      ...(rows.length === 0 ? ['nothing differs'] : rows),
    ];
    output.result({ a: a.runId, b: b.runId, sameData, settings, figures }, text.join('\n'));
    return EXIT_DONE;
  },
};

const heading = ({ runId, name }: RunReview): string => `${runId} ${name}`;
const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');

function differences(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): Difference[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => !isDeepStrictEqual(a[name], b[name]))
    .map((name) => ({ name, a: a[name] ?? null, b: b[name] ?? null }));
}

/** One level of names: `detection.minNetBps`. */
function flat(settings: Readonly<Record<string, unknown>>, prefix = ''): Record<string, unknown> {
  const rows: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      Object.assign(rows, flat(value as Record<string, unknown>, `${prefix}${name}.`));
    } else rows[`${prefix}${name}`] = value;
  }
  return rows;
}

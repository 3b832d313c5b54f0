import { isDeepStrictEqual } from 'node:util';
import type { RunReview } from '../../contract/lab-records.ts';
import { UserError } from '../../domain/errors.ts';
import { labFolders } from '../../lab/lab-task.ts';
import { readPart } from '../../lab/stored-run.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';

type Difference = { readonly name: string; readonly a: unknown; readonly b: unknown };

export const compare: Command = {
  name: 'compare',
  summary: 'Compares two stored backtests: the assumptions that differ, and their results.',
  usage: 'RUN RUN [--data-dir D] [--json]',
  options: { 'data-dir': { type: 'string' } },
  async run(args, output) {
    const [first, second, ...more] = args.positionals;
    if (first === undefined || second === undefined || more.length > 0) {
      throw new UserError({
        code: 'bad-usage',
        field: 'RUN',
        value: args.positionals.join(' '),
        message: 'is needed twice',
        remedy: 'Name two runs as the runs command lists them.',
      });
    }
    const { runs } = labFolders(dataDirOf(args));
    const a = await readPart(runs, first, 'review');
    const b = await readPart(runs, second, 'review');
    const sameData = a.dataHash === b.dataHash;
    const settings = differences(flat(a.settings), flat(b.settings));
    const figures = differences(a.figures, b.figures);
    const rows = [...settings, ...figures].map((row) => `  ${row.name}: ${shown(row.a)} | ${shown(row.b)}`);
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

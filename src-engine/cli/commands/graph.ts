import { readFile } from 'node:fs/promises';
import { countGraph, type Pair } from '../../detection/pair-graph.ts';
import { UserError } from '../../domain/errors.ts';
import { ASSUMED_BASIS } from '../../venues/kraken/fee-schedule.ts';
import { type LeftOutPair, readInstrumentFile } from '../../venues/kraken/instruments.ts';
import { type Command, EXIT_DONE, onlyPositional } from '../command.ts';

/** Most pairs that are named on the screen. */
const MAX_NAMED = 20;

export const graph: Command = {
  name: 'graph',
  summary: 'Counts assets, pairs and triangles of an AssetPairs answer or a v2 instrument snapshot.',
  usage: 'FILE [--online-only] [--json]',
  options: { 'online-only': { type: 'boolean' } },
  async run(args, output) {
    const file = onlyPositional(args, 'FILE');
    const leftOut: LeftOutPair[] = [];
    const specs = readInstrumentFile(await readText(file), file, (pair) => leftOut.push(pair));
    const chosen: Pair[] =
      args.values['online-only'] === true ? specs.filter((spec) => spec.status === 'online') : specs;
    const counts = countGraph(chosen);
    const withoutFee = specs.filter(({ takerFee }) => (takerFee ?? undefined) === undefined).length;
    const lines = [`${counts.assets} assets, ${counts.pairs} pairs, ${counts.triangles} triangles`];
    if (withoutFee > 0) lines.push(feeLine(withoutFee, specs.length));
    if (leftOut.length > 0) lines.push(...leftOutLines(leftOut));
    output.result({ ...counts, withoutFee, leftOut }, lines.join('\n'));
    return EXIT_DONE;
  },
};

function feeLine(withoutFee: number, pairs: number): string {
  const which = withoutFee === pairs ? 'no pair' : `${pairs - withoutFee} of ${pairs} pairs`;
  return `fees listed for ${which}: paper trading takes Kraken’s published fees (${ASSUMED_BASIS}), live trading those of the account`;
}

function leftOutLines(leftOut: readonly LeftOutPair[]): string[] {
  const named = leftOut.slice(0, MAX_NAMED).map(({ name, reason }) => `  ${name}: ${reason}`);
  const more = leftOut.length - named.length;
  const rest = more === 0 ? [] : [`  and ${more} more: see --json`];
  return [`left out, as they cannot be traded: ${leftOut.length}`, ...named, ...rest];
}

/** @throws UserError when the file cannot be read. */
async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError({
      code: 'file-unreadable',
      field: 'FILE',
      value: file,
      message: `cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})`,
      remedy: 'Check its name and its permissions.',
    });
  }
}

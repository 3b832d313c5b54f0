import { readFile } from 'node:fs/promises';
import { countGraph, type Pair } from '../../detection/pair-graph.ts';
import { UserError } from '../../domain/errors.ts';
import { readInstrumentFile } from '../../venues/kraken/instruments.ts';
import { type Command, EXIT_DONE, onlyPositional } from '../command.ts';

export const graph: Command = {
  name: 'graph',
  summary: 'Counts assets, pairs and triangles of an AssetPairs answer or a v2 instrument snapshot.',
  usage: 'FILE [--online-only] [--json]',
  options: { 'online-only': { type: 'boolean' } },
  async run(args, output) {
    const file = onlyPositional(args, 'FILE');
    const specs = readInstrumentFile(await readText(file), file);
    const chosen: Pair[] =
      args.values['online-only'] === true ? specs.filter((spec) => spec.status === 'online') : specs;
    const counts = countGraph(chosen);
    output.result(counts, `${counts.assets} assets, ${counts.pairs} pairs, ${counts.triangles} triangles`);
    return EXIT_DONE;
  },
};

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

import { join } from 'node:path';
import type { RunHead } from '../../contract/lab-records.ts';
import { labFolders } from '../../lab/lab-task.ts';
import { listRuns } from '../../lab/stored-run.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const runs: Command = {
  name: 'runs',
  options: DATA_DIR_OPTION,
  examples: ['runs'],
  async run(args, output) {
    const { runs } = labFolders(dataDirOf(args));
    const { heads, damaged } = await listRuns(runs);
    const text = heads.length === 0 ? 'none is stored yet' : heads.map(line).join('\n');
    output.result({ runs: heads, damaged }, text);
    for (const name of damaged) output.note(`damaged, or of another version: ${join(runs, name)}`);
    return EXIT_DONE;
  },
};

function line({ runId, name, netPnl, homeAsset, trades, sharpe }: RunHead): string {
  return `${runId}  ${netPnl} ${homeAsset}, ${trades} trades, Sharpe ${sharpe?.toFixed(2) ?? 'none'}  ${name}`;
}

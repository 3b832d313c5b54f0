import type { RunHead } from '../../contract/lab-records.ts';
import { labFolders } from '../../lab/lab-task.ts';
import { listRuns } from '../../lab/stored-run.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';

export const runs: Command = {
  name: 'runs',
  summary: 'Lists the backtests that the lab has stored, newest first.',
  usage: '[--data-dir D] [--json]',
  options: { 'data-dir': { type: 'string' } },
  async run(args, output) {
    const found = await listRuns(labFolders(dataDirOf(args)).runs);
    output.result({ runs: found }, found.length === 0 ? 'none is stored yet' : found.map(line).join('\n'));
    return EXIT_DONE;
  },
};

function line({ runId, name, netPnl, homeAsset, trades, sharpe }: RunHead): string {
  return `${runId}  ${netPnl} ${homeAsset}, ${trades} trades, Sharpe ${sharpe?.toFixed(2) ?? 'none'}  ${name}`;
}

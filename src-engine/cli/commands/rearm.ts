import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const rearm: Command = {
  name: 'rearm',
  options: DATA_DIR_OPTION,
  examples: ['rearm'],
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const answer = await engine.call('rearm', { confirm: 'REARM' });
    output.result(answer, 're-armed: opportunities are traded again');
    return EXIT_DONE;
  },
};

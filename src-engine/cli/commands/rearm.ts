import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';

export const rearm: Command = {
  name: 'rearm',
  summary: 'Releases the kill switch.',
  usage: '[--data-dir D] [--json]',
  options: { 'data-dir': { type: 'string' } },
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const answer = await engine.call('rearm', { confirm: 'REARM' });
    output.result(answer, 're-armed: opportunities are traded again');
    return EXIT_DONE;
  },
};

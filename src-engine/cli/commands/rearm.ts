import { connectEngine } from '../../gateway/client.ts';
import { invocation } from '../../lib/invocation.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const rearm: Command = {
  name: 'rearm',
  options: DATA_DIR_OPTION,
  examples: ['rearm'],
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const { killed } = await engine.call('getStatus', {});
    if (!killed) {
      output.result({ killed, changed: false }, 'nothing to do: nothing was killed');
      return EXIT_DONE;
    }
    const answer = await engine.call('rearm', { confirm: 'REARM' });
    const { paused, haltReason } = await engine.call('getStatus', {});
    output.result(
      { ...answer, changed: true },
      paused
        ? `re-armed; still paused or halted: ${haltReason}. Then: ${invocation()} resume`
        : 're-armed: opportunities are traded again',
    );
    return EXIT_DONE;
  },
};

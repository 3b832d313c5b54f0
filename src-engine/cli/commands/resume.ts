import { connectEngine } from '../../gateway/client.ts';
import { invocation } from '../../lib/invocation.ts';
import { type Command, EXIT_DONE, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const resume: Command = {
  name: 'resume',
  options: {
    venue: {
      value: 'VENUE',
      words: 'resumes at this venue alone, by its id in status',
      usual: 'every venue',
      example: 'simulated',
    },
    ...DATA_DIR_OPTION,
  },
  examples: ['resume'],
  async run(args, output) {
    const venue = textOption(args, 'venue');
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const before = await engine.call('getStatus', {});
    // A halt of one venue is not in the status: whether it changed anything there is not known.
    const isIdle = venue === undefined && !before.paused;
    const answer = await engine.call('resumeTrading', venue === undefined ? {} : { venue });
    const where = venue === undefined ? '' : ` at ${venue}`;
    const text = answer.paused
      ? `resumed${where}; the whole account is still paused or halted`
      : `resumed${where}: opportunities are traded again`;
    const killed = before.killed
      ? ` Nothing is traded while the kill switch is on: ${invocation()} rearm`
      : '';
    output.result(
      { ...answer, changed: !isIdle },
      `${isIdle && !answer.paused ? 'nothing was paused or halted as a whole; halts of single venues are released' : text}${killed}`,
    );
    return EXIT_DONE;
  },
};

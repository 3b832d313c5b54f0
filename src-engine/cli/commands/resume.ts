import { connectEngine } from '../../gateway/client.ts';
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
    const answer = await engine.call('resumeTrading', venue === undefined ? {} : { venue });
    const where = venue === undefined ? '' : ` at ${venue}`;
    const text = answer.paused
      ? `resumed${where}; the whole account is still paused or halted`
      : `resumed${where}: opportunities are traded again`;
    output.result(answer, text);
    return EXIT_DONE;
  },
};

import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, textOption } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';

export const resume: Command = {
  name: 'resume',
  summary: 'Resumes trading after a pause or a halt, at every venue or at one.',
  usage: '[--venue ID] [--data-dir D] [--json]',
  options: { venue: { type: 'string' }, 'data-dir': { type: 'string' } },
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

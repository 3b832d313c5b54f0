import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, numberOption } from '../command.ts';
import { untilStopped } from '../until-stopped.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const DAY_SECONDS = 86_400;

export const record: Command = {
  name: 'record',
  options: {
    seconds: {
      value: 'N',
      words: 'ends after so many seconds',
      range: { min: 1, max: 30 * DAY_SECONDS },
      usual: 'Ctrl+C',
      example: '3600',
    },
    ...DATA_DIR_OPTION,
  },
  examples: ['record --seconds 3600'],
  async run(args, output) {
    const seconds = numberOption(args, 'seconds');
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const { file } = await engine.call('startRecording', {});
    output.note(`recording to ${file}${seconds === undefined ? '; stop with Ctrl+C' : ` for ${seconds} s`}`);
    await untilStopped(seconds);
    const answer = await engine.call('stopRecording', {});
    output.result(answer, `${answer.file}: ${answer.events} events, ${answer.dropped} dropped`);
    return EXIT_DONE;
  },
};

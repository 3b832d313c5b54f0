import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, numberOption } from '../command.ts';
import { untilStopped } from '../until-stopped.ts';
import { dataDirOf } from './data-dir-option.ts';

const DAY_SECONDS = 86_400;

export const record: Command = {
  name: 'record',
  summary: 'Records the market of the running engine to a market log, for --seconds or until Ctrl+C.',
  usage: '[--seconds N] [--data-dir D] [--json]',
  options: { 'data-dir': { type: 'string' }, seconds: { type: 'string' } },
  async run(args, output) {
    const seconds = numberOption(args, 'seconds', { min: 1, max: 30 * DAY_SECONDS });
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const { file } = await engine.call('startRecording', {});
    output.note(`recording to ${file}${seconds === undefined ? '; stop with Ctrl+C' : ` for ${seconds} s`}`);
    await untilStopped(seconds);
    const answer = await engine.call('stopRecording', {});
    output.result(answer, `${answer.file}: ${answer.events} events, ${answer.dropped} dropped`);
    return EXIT_DONE;
  },
};

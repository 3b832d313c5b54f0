import { stemOf } from '../../backtest/library/library-tasks.ts';
import { makeTape } from '../../backtest/tape-maker.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { TAPE_EXTENSION } from '../../storage/tape/tape-format.ts';
import { type Command, EXIT_DONE, textOption } from '../command.ts';

export const tape: Command = {
  name: 'tape',
  summary: 'Decodes market logs once into a tape, which backtests and sweeps replay much faster.',
  usage: 'LOG... [--out FILE] [--unfinished] [--json]',
  options: { out: { type: 'string' }, unfinished: { type: 'boolean' } },
  async run(args, output) {
    const [first] = args.positionals;
    if (first === undefined) {
      throw new UserError({
        code: 'bad-usage',
        field: 'LOG',
        message: 'is missing',
        remedy: 'Name at least one market log; the record command makes them.',
      });
    }
    const path = textOption(args, 'out') ?? `${stemOf(first)}${TAPE_EXTENSION}`;
    if (args.positionals.includes(path)) {
      throw new UserError({
        code: 'bad-option',
        field: '--out',
        value: path,
        message: 'is one of the logs',
        remedy: 'Name another file for the tape.',
      });
    }
    const allowUnfinished = args.values['unfinished'] === true;
    const head = await makeTape({ logs: args.positionals, path, allowUnfinished });
    const { events, firstUs, lastUs, instruments, unreadableFrames } = head;
    const span = { from: formatTimeUs(firstUs), to: formatTimeUs(lastUs) };
    output.result(
      { tape: path, events, ...span, instruments: instruments.length, unreadableFrames },
      `${path}: ${events} events of ${instruments.length} instruments, ${span.from} to ${span.to}`,
    );
    return EXIT_DONE;
  },
};

import { existsSync } from 'node:fs';
import { stemOf } from '../../backtest/library/library-tasks.ts';
import { makeTape } from '../../backtest/tape-maker.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { tapeProgress } from '../../lab/tape-shelf.ts';
import { isTape } from '../../storage/tape/tape-file.ts';
import { TAPE_EXTENSION } from '../../storage/tape/tape-format.ts';
import { type Command, EXIT_DONE, flagOption, textOption } from '../command.ts';
import { progressNotes } from '../progress-notes.ts';

export const tape: Command = {
  name: 'tape',
  words: [{ name: 'LOG', words: 'market logs, which become one tape', count: 'some' }],
  options: {
    out: {
      value: 'FILE',
      words: 'the tape',
      usual: `LOG with the ending ${TAPE_EXTENSION}`,
      example: 'session.tape',
    },
    unfinished: { words: 'reads a log that breaks off up to its last whole line' },
  },
  examples: ['tape session.jsonl.gz'],
  async run(args, output) {
    const [first = ''] = args.positionals;
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
    await demandReplaceable(path);
    const allowUnfinished = flagOption(args, 'unfinished');
    const onProgress = tapeProgress(progressNotes(output.note));
    const head = await makeTape({ logs: args.positionals, path, allowUnfinished, onProgress });
    const { events, firstUs, lastUs, instruments, unreadableFrames } = head;
    const span = { from: formatTimeUs(firstUs), to: formatTimeUs(lastUs) };
    output.result(
      { tape: path, events, ...span, instruments: instruments.length, unreadableFrames },
      `${path}: ${events} events of ${instruments.length} instruments, ${span.from} to ${span.to}`,
    );
    return EXIT_DONE;
  },
};

/** A tape is made again from its logs; what is anything else is somebody's. @throws UserError */
async function demandReplaceable(path: string): Promise<void> {
  if (!existsSync(path) || (await isTape(path))) return;
  throw new UserError({
    code: 'file-exists',
    field: '--out',
    value: path,
    message: 'exists already and is no tape',
    remedy: 'Choose another name, or remove it first.',
  });
}

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { UserError } from '../../domain/errors.ts';
import { checkBook } from '../../venues/kraken/check-book.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, onlyPositional, textOption } from '../command.ts';

export const checkBookCommand: Command = {
  name: 'check-book',
  summary: 'Rebuilds the books of recorded frames and verifies every checksum.',
  usage: 'FILE --venue kraken [--json]',
  options: { venue: { type: 'string' } },
  async run(args, output) {
    const file = onlyPositional(args, 'FILE');
    const venue = textOption(args, 'venue') ?? 'kraken';
    if (venue !== 'kraken') {
      throw new UserError({
        code: 'unknown-venue',
        field: '--venue',
        value: venue,
        message: 'is not a venue whose frames can be checked',
        remedy: 'Use --venue kraken.',
      });
    }
    const check = await checkBook(linesOf(file));
    const first = check.firstMismatch;
    const where =
      first === undefined
        ? ''
        : `; first mismatch at line ${first.line}, ${first.symbol}: announced ${first.expected}, computed ${first.computed}`;
    const text = `${check.frames} frames, ${check.matched} of ${check.checksums} checksums match, ${check.mismatched} do not, ${check.resubscribes} resubscribes (${check.symbols.join(', ')})${where}`;
    output.result(check, text);
    return check.mismatched === 0 ? EXIT_DONE : EXIT_CHECK_FAILED;
  },
};

/** @throws UserError when the file cannot be read. */
async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    throw new UserError({
      code: 'file-unreadable',
      field: 'FILE',
      value: file,
      message: `cannot be read (${String(error.code)})`,
      remedy: 'Check its name and its permissions.',
    });
  }
}

import type { OperationOutput } from '../../contract/operations.ts';
import { traceLines } from '../../contract/trace-lines.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, onlyPositional } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const trace: Command = {
  name: 'trace',
  words: [{ name: 'ID', words: 'of an opportunity, an execution, an order or a fill' }],
  options: DATA_DIR_OPTION,
  examples: ['trace 1b6c2f90a7'],
  async run(args, output) {
    const id = onlyPositional(args);
    const found = await connectEngine(dataDirOf(args), 'command-line').call('getTrace', { id });
    output.result(found, describe(found));
    return EXIT_DONE;
  },
};

/** As the window has it; fills stand below their orders. */
function describe(found: OperationOutput<'getTrace'>): string {
  return traceLines(found)
    .map(
      ({ kind, id, atUs, text }) =>
        `${kind === 'fill' ? '  ' : ''}${kind}${id === '' ? '' : ` ${id}`}  ${formatTimeUs(atUs)} ${text}`,
    )
    .join('\n');
}

import { UserError } from '../../domain/errors.ts';
import { lineText } from '../../lib/terminal-text.ts';
import type { CheckReport } from '../../venues/capture/check-report.ts';
import { CHECKED_VENUES, checkedVenue, DEFAULT_VENUE } from '../../venues/registry.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, onlyPositional, textOption } from '../command.ts';
import { captureLines } from '../capture-lines.ts';

export const checkBookCommand: Command = {
  name: 'check-book',
  words: [{ name: 'FILE', words: 'recorded frames, plain or gzip' }],
  options: {
    venue: {
      value: 'VENUE',
      words: 'whose frames they are',
      choices: CHECKED_VENUES,
      usual: DEFAULT_VENUE.id,
    },
  },
  examples: ['check-book session.jsonl.gz'],
  async run(args, output) {
    const file = onlyPositional(args);
    const venue = textOption(args, 'venue') ?? DEFAULT_VENUE.id;
    const check = checkedVenue(venue, '--venue').checkCapture();
    let line = 0;
    for await (const text of captureLines(file)) {
      line++;
      if (text.trim() !== '') check.read(text, line);
    }
    const report = check.finish();
    if (Object.keys(report.books).length === 0) throw noBooks(file, venue, line, report);
    output.result(report, words(report));
    const { count, lines } = report.unreadable;
    // A recorder that was stopped cuts its last line; elsewhere what was lost may have been a change of a book.
    const isReadable = count === 0 || (count === 1 && lines[0]?.line === line);
    return report.firstFault === null && isReadable ? EXIT_DONE : EXIT_CHECK_FAILED;
  },
};

function words(report: CheckReport): string {
  const { firstFault: fault } = report;
  const totals =
    `${report.frames} frames: ${report.matched} comparisons match, ${report.mismatched} do not, ` +
    `${report.gaps} gaps, ${report.stale} stale changes, ${report.resyncs} resyncs`;
  const where =
    fault === null
      ? []
      : [
          `first fault: line ${fault.line}, ${fault.symbol === '*' ? 'all books of the connection' : lineText(fault.symbol)}, ${fault.kind}: ${lineText(fault.detail)}`,
        ];
  const books = Object.entries(report.books).map(([symbol, book]) => {
    const best = `${book.bid?.join(' × ') ?? 'none'} | ${book.ask?.join(' × ') ?? 'none'}`;
    const state = book.isPartial ? 'partial: the recording has no snapshot of it' : book.state;
    return `  ${lineText(symbol)}: ${book.applied} of ${book.updates} changes applied, ${book.levels.join(' + ')} levels, best ${best}, ${state}`;
  });
  return [totals, integrityWords[report.integrity], ...where, ...leftOutWords(report), ...books].join('\n');
}

const integrityWords: Readonly<Record<CheckReport['integrity'], string>> = {
  checksum: 'integrity: checksums of the best levels',
  sequence: 'integrity: numbers of each book’s messages',
  'connection-sequence': 'integrity: numbers of all messages of a connection',
  totals: 'integrity: each side’s total quantity, announced with every book; a missing message does not show',
  none: 'integrity: nothing in this recording can be compared: a message that is missing or altered does not show',
};

function leftOutWords({ unreadable, others }: CheckReport): string[] {
  const names = Object.entries(others).map(([name, count]) => `${count} × ${lineText(name)}`);
  const lines = unreadable.lines.map(({ line, reason }) => `line ${line} ${lineText(reason)}`);
  return [
    ...(names.length === 0 ? [] : [`left out: ${names.join(', ')}`]),
    ...(unreadable.count === 0 ? [] : [`${unreadable.count} unreadable lines: ${lines.join('; ')}`]),
  ];
}

function noBooks(file: string, venue: string, lines: number, report: CheckReport): UserError {
  const found = leftOutWords(report).map((words) => `; ${words}`);
  return new UserError({
    code: 'no-books',
    field: 'FILE',
    value: file,
    message: `holds no book of ${venue} that can be rebuilt in its ${lines} lines${found.join('')}`,
    remedy: 'Give a recording of the venue’s book frames with a snapshot, or name its venue with --venue.',
  });
}

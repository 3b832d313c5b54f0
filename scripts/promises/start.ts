/** What is promised to a user who has only the repository. */
import type { PromiseRow } from './promise-row.ts';

export const START_PROMISES: readonly PromiseRow[] = [
  {
    id: 51,
    promise:
      'A clone with nothing beside it passes its tests, and serve from it prints an address that answers the window.',
    status: 'holds',
    evidence: [
      'scripts/test/run-all.test.ts › nothing but one file knows of what lies beside the project',
      'scripts/test/run-all.test.ts › is for the tests from which imports lead to the recorded markets, however far',
      'scripts/start/serve.test.ts › builds the window first, and serves it',
      'scripts/start/start.test.ts › is left out, with the command that helps, where what builds it is not installed',
      'src-engine/gateway/web-server.test.ts › explains how to build the window where it is opened without one',
    ],
  },
  {
    id: 115,
    promise:
      'The command line does nothing where a word, an option, a value or a combination is not understood, and says which and what may be written; a kill that is refused says that nothing was killed. Its help and completion come from the table that it is parsed by.',
    status: 'holds',
    evidence: [
      'src-engine/cli/command-line.test.ts › refuses a stray word, and does nothing',
      'src-engine/cli/command-line.test.ts › refuses an unknown, a doubled and a misspelled option',
      'src-engine/cli/command-line.test.ts › refuses an option without a value, with an empty one, and with one beyond its range or choices',
      'src-engine/cli/command-line.test.ts › refuses options that contradict each other, need another one, or belong to another action',
      'src-engine/cli/command-line.test.ts › has a help page with a line an option: its default or range, and an example that is understood',
      'src-engine/cli/words.test.ts › rearm says that nothing was killed, and what changed when something was',
      'src-engine/cli/start.test.ts › bash completes commands, their options, and values that are few',
    ],
  },
];

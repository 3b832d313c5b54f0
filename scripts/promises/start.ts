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
];

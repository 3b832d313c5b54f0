/** What is promised to those who run an engine, and to programs that call it. */
import type { PromiseRow } from './promise-row.ts';

const V1 = 'src-engine/gateway/v1/rest-v1.test.ts';
const API = 'src-engine/cli/api.test.ts';
const REAL = 'scripts/observability.test.ts';

export const OPERATION_PROMISES: readonly PromiseRow[] = [
  {
    id: 145,
    promise:
      'Programs read everything by /api/v1 without a gap or a repetition, follow the journal from any number on, and get problem details with a remedy; a change that breaks a client is meant.',
    status: 'holds',
    evidence: [
      `${V1} › comes in pages whose cursors lead through every row once, and ends`,
      `${V1} › begins now, and continues behind the id that a client comes back with`,
      `${V1} › sends a history of many pages whole, in order`,
      `${V1} › are the form of every refusal below /api/v1, those of the framework as well`,
      'src-engine/storage/queries/event-pages.test.ts › page by page, by type, and a row that cannot be read is named',
      `${API} › the TypeScript client pages through all fills, and its stream gives the journal as the database has it`,
      `${API} › the commands of the README work as they stand there (needs curl)`,
      'scripts/api.test.ts › nothing that a client was made for is gone; a change that is meant is kept with `npm run api`',
    ],
  },
  {
    id: 146,
    promise:
      'A key of the API does what its scope allows and no more, is named in the audit trail, is known to its owner alone, and opens nothing once it is revoked.',
    status: 'holds',
    evidence: [
      `${V1} › with the scope %s that calls %s is answered with %i`,
      `${V1} › is named in the audit trail, whatever program it says it is, and never shown`,
      `${V1} › ends at once when its key is revoked, the others do not, and it is no call that took so long`,
      `${API} › a key is shown once, opens what its scope allows, and nothing once it is revoked`,
    ],
  },
  {
    id: 147,
    promise:
      'Every alert rule is checked and tested by Prometheus itself, names a runbook that exists, and reaches a receiver from a running engine.',
    status: 'partly',
    evidence: [
      `${REAL} › every alert names a page of the runbooks that is there`,
      `${REAL} › the rules pass their check and their own tests, and Alertmanager takes its example`,
      `${REAL} › the figures of a running engine pass the linter, and rules and dashboards ask for no others`,
      `${REAL} › a kill is scraped, fires, and reaches the receiver with its runbook; it ends with the re-arming`,
    ],
    missing: 'The dashboards were not opened in a Grafana; models and the event bus have no figures yet.',
  },
  {
    id: 148,
    promise:
      'An alert reaches each channel once, escaped for it; a service that hangs or refuses costs its own notices alone, and no address or token is shown.',
    status: 'partly',
    evidence: [
      'src-engine/notifying/notifier.test.ts › gets each notice once, in order, and one that hangs costs the others nothing',
      'src-engine/notifying/notifier.test.ts › tries again when the service says, so many times, and then gives up and goes on',
      'src-engine/notifying/notifier.test.ts › whose address is not set, or whose service refuses, is shown with the reason and without the address',
      'src-engine/notifying/messages.test.ts › of each channel mentions no one and holds no markup or link of the text',
      'src-engine/notifying/notifier.test.ts › follows no redirect, reads little, and calls this machine only where that is allowed',
    ],
    missing: 'E-mail is no channel yet; the services themselves were not called.',
  },
];

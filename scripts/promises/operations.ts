/** What is promised to those who run an engine, and to programs that call it. */
import type { PromiseRow } from './promise-row.ts';

const V1 = 'src-engine/gateway/v1/rest-v1.test.ts';
const API = 'src-engine/cli/api.test.ts';
const MAIL = 'src-engine/notifying/mail.test.ts';
const PARQUET = 'src-engine/parquet/parquet.test.ts';
const AWS = 'src-engine/secrets/aws-secrets.test.ts';
const ARROW = 'src-engine/parquet/arrow.test.ts';
const BUCKET = 'src-engine/parquet/bucket.test.ts';
const SECRETS = 'src-engine/secrets/backends.test.ts';
const TOKEN = 'src-engine/gateway/v1/token.test.ts';
const SLO = 'src-engine/slo/slo.test.ts';
const UPDATES = 'src-main/updates/updates.test.ts';
const REAL = 'scripts/observability.test.ts';
const BOT = 'src-engine/ops-bot/ops-bot.test.ts';
const GO_LIVE = 'src-engine/engine/account/go-live-desk.test.ts';

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
      `${MAIL} › arrives over TLS with a login, over STARTTLS with one, and at a relay without either`,
      `${MAIL} › takes no header, receiver or second message out of a text`,
      `${MAIL} › waits in its channel while the server says later, and arrives once`,
      `${MAIL} › shows no password to a server without TLS or with a certificate that does not hold`,
    ],
    missing: 'Chats were not called themselves: their answers are scripted.',
  },
  {
    id: 162,
    promise:
      'The history and recordings leave as Parquet or Arrow that other programs read as it is, with the sums of the engine to the last digit, in bounded memory, to a folder or a bucket, where nothing half is seen; the market comes back as the recording that it was.',
    status: 'partly',
    evidence: [
      `${PARQUET} › has in DuckDB the sums and counts of the engine, to the last digit, with types and days of its own`,
      `${PARQUET} › is written whole or not at all, and beside nothing that is there`,
      `${PARQUET} › a table of many venues keeps few rows in memory and few files open`,
      `${PARQUET} › comes back as it was, event by event, over midnight, with trades, changed rules and an empty book`,
      `${PARQUET} › of another program, without a footer of ours, is read with steps from its digits, in every compression`,
      `${ARROW} › of a history has the sums of the engine; of features every value`,
      `${BUCKET} › gets each file in parts as its bytes come, holds little, and shows nothing before all of it is there`,
      `${BUCKET} › that floods, resets or loses its answer gets everything once it answers again`,
      `${BUCKET} › keeps nothing of an export that was stopped or failed, and says what it could not take back`,
      `${BUCKET} › writes a history to a bucket, of which DuckDB has the sums of the engine; its key is shown nowhere`,
    ],
    missing:
      'S3 itself was not called: its answers are scripted. Best prices of a faster stream and lost books do not come back.',
  },
  {
    id: 163,
    promise:
      'Every fact reaches the broker of an event bus at least once and in order, through a broker that is away and an engine that is started again, and the thread that trades does nothing for it.',
    status: 'holds',
    evidence: [
      'src-engine/bus/publisher.test.ts › publishes each fact once and in order, of every profile, from its beginning on and page after page',
      'src-engine/bus/publisher.test.ts › goes on where it was confirmed, after a broker that was away, lost a page, or took one and did not say so',
      'src-engine/bus/buses.test.ts › every fact is in the stream, through a broker that was killed and an engine that was started again',
      'src-engine/bus/buses.test.ts › every fact is confirmed by a quorum queue, through a broker that was away, and keeps its id and type',
    ],
  },
  {
    id: 164,
    promise:
      'Secrets come from the keychain, the environment, files that their owner alone may read, credentials of systemd, Vault, or AWS Secrets Manager; what is said of a fault holds no part of one.',
    status: 'partly',
    evidence: [
      `${SECRETS} › are found by their name, leave the environment at once, and cannot be written`,
      `${SECRETS} › that others may read, that are no files or too long, are refused by name`,
      `${SECRETS} › are the credentials of systemd, which root’s group may read and Parallax does not write`,
      `${SECRETS} › that were read stay in use while Vault is sealed, floods or is away; what was never read is refused with one line`,
      `${SECRETS} › are rotated without a restart; the token is renewed at two thirds of its time, and got anew once it is refused`,
      `${AWS} › are rotated without a restart, and so is the key that opens them`,
      `${AWS} › that were read stay in use while it is away, throttles or a proxy answers, and after a refusal they do not`,
    ],
    missing:
      'Neither Vault nor AWS itself was called; the canary of the whole engine runs with the keychain alone.',
  },
  {
    id: 165,
    promise:
      'A token that stands for a key of the API opens what its scope allows, for a quarter of an hour and no longer than its key; nothing that was changed or signed elsewhere opens anything.',
    status: 'holds',
    evidence: [
      `${TOKEN} › a token has the scope of its key or a lesser one, is named as its key in the audit trail, and says nothing of the key`,
      `${TOKEN} › a token ends after a quarter of an hour, with its key, and gives no other token`,
      `${TOKEN} › signing keys change every hour, and the one before holds as long as its tokens`,
      `${TOKEN} › what was changed, signed by another, or says that it needs no signature opens nothing`,
    ],
  },
  {
    id: 166,
    promise:
      'Service levels over 30 days (availability, calls within a second, tracking error) are counted by the minute, kept over restarts, and shown with what is left of each budget and how fast it is used.',
    status: 'holds',
    evidence: [
      `${SLO} › are shares of minutes and calls, with what is left of the budget and how fast it is used`,
      `${SLO} › forget what is older than 30 days, and nothing before`,
      `${SLO} › go on after a restart; the time after an engine that ended by itself was no readiness, that after a stop is not counted`,
      `${SLO} › counts each minute and its calls once, survives a question that fails and a database that refuses, and stores its end`,
    ],
  },
  {
    id: 181,
    promise:
      'An update is taken only with the signature of a key that was built into the program, from no feed that is altered, replayed, held back or older, over TLS alone, and byte for byte; it is installed when it is asked alone, once, and never while live trading is armed, a job of the lab runs or the engine does not answer, which arms nothing and begins no job meanwhile; the version before can be put back, and one that a later feed withdraws cannot be installed.',
    status: 'partly',
    evidence: [
      `${UPDATES} › that is signed offers its version, and nothing is taken unasked`,
      `${UPDATES} › that is older than one seen before is refused, also after a restart, and so is another under its number`,
      `${UPDATES} › that never ends, is cut off, stands still or is canceled is not kept`,
      `${UPDATES} › is staged once it is the file that was signed, installed when asked, and there is a way back`,
      `${UPDATES} › is not installed while something speaks against it, nor where that begins as it is read`,
      `${UPDATES} › is not installed where the engine does not agree to begin nothing meanwhile`,
      `${UPDATES} › may be behind redirects, each of them as safe as the first`,
      `${UPDATES} › that a later feed withdraws, or names with other bytes, can no longer be installed`,
      'src-main/desktop-updates.test.ts › an engine that cannot start offers the version before, where it is kept, and says why it cannot be had',
    ],
    missing:
      'Installed packages were not updated by it on any system: Electron’s program is a double in the tests. The installer of Windows, a dmg and packages of Linux are handed to the system.',
  },
  {
    id: 182,
    promise:
      'An engine that loses its lease on the database sends no order. Where another engine has it, it disarms, halts, and cancels its own orders alone; where that is not known it kills.',
    status: 'holds',
    evidence: [
      'src-engine/storage/lease/engine-lease.test.ts › is looked at when it ends, so that its loss names who has it, or once more when that shows later',
      'src-engine/storage/lease/engine-lease.test.ts › goes to one of many engines that start at once, and commits of an earlier holder are refused',
      'src-engine/engine/kill/kill-desk.test.ts › to another engine: disarms, halts, and cancels the orders of this one alone, with no watchdog left to do more',
      'src-engine/engine/kill/kill-desk.test.ts › to an engine that is not known: is a kill of everything',
      'src-engine/assembly/scoped-venue.test.ts › cancels its own orders alone once another engine has the account, and says that the rest is not verified',
      'src-engine/engine/kill/lease-takeover.test.ts › leaves the account, and the orders that the other engine has there, alone; a kill by hand does not',
    ],
  },
  {
    id: 183,
    promise:
      'A bot of a chat obeys people listed by id and no others, each message once, also over a restart; it looks and takes risk away, and can resume, re-arm, arm, or change nothing. Each command is in the audit trail with name and id.',
    status: 'partly',
    evidence: [
      `${BOT} › answers listed people, by their id alone; others get nothing, and are counted`,
      `${BOT} › carries a message out once, and not one that was typed long before it came`,
      'src-engine/ops-bot/carried-out.test.ts › a message that changed something is kept before that is done, and taken once, also by the engine after it',
      `${BOT} › is carried out with the scope “stop”: it looks and takes risk away, and can do nothing else`,
      `${BOT} › has a row of the audit trail with the name and id of the person, and its refusal is an answer`,
      `${BOT} › run on a thread of their own, begin with the token that is stored, and obey a list that was changed at once`,
    ],
    missing:
      'Telegram and Slack themselves were not called: scripted servers of their documented forms were.',
  },
  {
    id: 184,
    promise:
      'The go-live pipeline goes forward by a person alone, and only while its gates hold; it goes back by itself, disarmed, one stage for one bad time: a burning level, a lost budget, a ledger that differs.',
    status: 'holds',
    evidence: [
      'src-engine/engine/account/go-live.test.ts › goes from staging to a canary by its gates alone, and back by itself when the ledger differs',
      `${GO_LIVE} › goes back one stage for one bad time, and a second only for what comes once it is armed again`,
      `${GO_LIVE} › does not send a canary while a service level burns`,
      `${GO_LIVE} › arms nothing by hand that came under a pipeline, or back to staging, while the checklist was read`,
      `${GO_LIVE} › holds a step back that the database refuses, disarms all the same, and stores it a minute later`,
    ],
  },
];

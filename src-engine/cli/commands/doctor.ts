import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { WINDOW_DIR } from '../../assemble.ts';
import { describeProblem, UserError } from '../../domain/errors.ts';
import { readRuntimeFile } from '../../gateway/runtime-file.ts';
import { openSecrets, secretsPlace } from '../../secrets/secret-store.ts';
import { openDatabase } from '../../storage/database.ts';
import { startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';
import { invocation } from '../../lib/invocation.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { CCXT_PREFIX } from '../../venues/ccxt/ids.ts';
import { DEFAULT_VENUE, venueAdapter, VENUES } from '../../venues/registry.ts';
import { SystemNetwork } from '../../venues/system-network.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  numberOption,
  textOption,
} from '../command.ts';
import type { Finding } from '../finding.ts';
import { untilStopped } from '../until-stopped.ts';
import { tryVenue } from '../venue-trial.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const doctor: Command = {
  name: 'doctor',
  options: {
    venue: {
      value: 'VENUE',
      words:
        'tries this venue in place of the machine: its clock, its instruments and one book, without a key',
      choices: VENUES,
      orPrefix: CCXT_PREFIX,
    },
    seconds: {
      value: 'N',
      words: 'seconds for which the book is followed',
      range: { min: 1, max: 600 },
      usual: 10,
      needs: ['venue'],
    },
    'rest-url': {
      value: 'URL',
      words: 'another address of its REST interface',
      example: 'http://127.0.0.1:4780',
      needs: ['venue'],
    },
    'stream-url': {
      value: 'URL',
      words: 'another address of its WebSocket',
      example: 'ws://127.0.0.1:4780/v2',
      needs: ['venue'],
    },
    ...DATA_DIR_OPTION,
  },
  examples: ['doctor', `doctor --venue ${DEFAULT_VENUE.id}`],
  async run(args, output) {
    const venue = textOption(args, 'venue');
    const findings = venue === undefined ? await lookAtMachine(args) : await lookAtVenue(venue, args);
    const healthy = findings.every((finding) => finding.ok || !finding.needed);
    const text = findings.map((finding) => `${wordOf(finding).padEnd(8)} ${finding.name}: ${finding.detail}`);
    output.result({ healthy, findings }, text.join('\n'));
    return healthy ? EXIT_DONE : EXIT_CHECK_FAILED;
  },
};

/** Without a key, and without touching a running engine. */
function lookAtVenue(name: string, args: CommandArgs): Promise<Finding[]> {
  const seconds = numberOption(args, 'seconds') ?? 10;
  return tryVenue({
    adapter: venueAdapter(name, '--venue'),
    context: {
      clock: new SystemClock(),
      network: new SystemNetwork(),
      random: Math.random,
      urls: { rest: textOption(args, 'rest-url'), stream: textOption(args, 'stream-url') },
    },
    seconds,
    wait: untilStopped,
  });
}

async function lookAtMachine(args: CommandArgs): Promise<Finding[]> {
  const dataDir = dataDirOf(args);
  return [
    { name: 'node', ok: true, needed: true, detail: process.version },
    await look('storage', true, () => checkStorage(dataDir)),
    await look('local exchange', true, checkExchange),
    await look('window', false, checkWindow),
    await look('electron', false, checkElectron),
    await look('keychain', false, checkKeychain),
    { name: 'running engine', ok: true, needed: false, detail: runningEngine(dataDir) },
  ];
}

function wordOf(finding: Finding): string {
  if (finding.ok) return 'ok';
  return finding.needed ? 'BROKEN' : 'missing';
}

async function look(name: string, needed: boolean, check: () => Promise<string> | string): Promise<Finding> {
  try {
    return { name, ok: true, needed, detail: await check() };
  } catch (error) {
    // The name of what was looked at stands before it already.
    const detail =
      error instanceof UserError
        ? describeProblem({ ...error.problem, ...(error.problem.field === name && { field: undefined }) })
        : String(error);
    return { name, ok: false, needed, detail };
  }
}

/** A database beside the real one, so that a running engine is not disturbed. */
async function checkStorage(dataDir: string): Promise<string> {
  const parent = existsSync(dataDir) ? dataDir : tmpdir();
  const folder = await mkdtemp(join(parent, 'doctor-')).catch((error: unknown) => {
    throw new UserError({
      code: 'data-dir-unwritable',
      field: 'data-dir',
      value: parent,
      message: `cannot be written (${String(error)})`,
      remedy: 'Make it writable for this user, or choose another folder with --data-dir.',
    });
  });
  try {
    const database = await openDatabase({ dataDir: folder });
    await database.close();
    return `SQLite works in ${parent}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkExchange(): Promise<string> {
  const local = await startLocalExchange({ updatesPerSecond: 0 });
  await local.stop();
  return 'the demo market can listen on loopback';
}

function checkWindow(): string {
  if (existsSync(join(WINDOW_DIR, 'index.html'))) return `built in ${WINDOW_DIR}`;
  throw new UserError({
    code: 'window-not-built',
    message: 'The window is not built',
    remedy: `Run ${invocation()} serve or npm start in the folder of Parallax: both build it. A server that is only used by commands needs none.`,
  });
}

function checkElectron(): string {
  const require = createRequire(import.meta.url);
  try {
    const folder = dirname(require.resolve('electron/package.json'));
    if (existsSync(join(folder, 'dist'))) return 'the desktop binary is installed';
  } catch {
    // A packaged engine has no electron package beside it.
    if (process.versions['electron'] !== undefined) return 'running inside Electron';
  }
  throw new UserError({
    code: 'no-electron',
    message: 'The desktop binary is not installed',
    remedy: `Run npx install-electron for the desktop; a server needs none: ${invocation()} serve shows the same window in a browser.`,
  });
}

async function checkKeychain(): Promise<string> {
  await openSecrets().get('doctor');
  return secretsPlace() === 'the keychain' ? 'the OS keychain answers' : `${secretsPlace()} answers`;
}

function runningEngine(dataDir: string): string {
  const runtime = readRuntimeFile(dataDir);
  return runtime === undefined ? `none on ${dataDir}` : `process ${runtime.pid} on port ${runtime.port}`;
}

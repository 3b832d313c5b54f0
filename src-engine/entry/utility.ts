/** The engine under Electron: a utility process that the main process forks. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createEngine } from '../assemble.ts';
import { refuseSecretArguments } from '../config/argument-secrets.ts';
import { defaultDataDir } from '../config/data-dir.ts';
import { databaseUrlOf } from '../config/database-url.ts';
import { builtInProfile } from '../contract/records.ts';
import { describeProblem, UserError } from '../domain/errors.ts';
import { holdLittleGarbage } from '../lib/little-garbage.ts';
import { keepPrivate } from '../lib/whole-file.ts';
import { withKeychainPassword } from '../secrets/database-password.ts';
import { openSecrets } from '../secrets/secret-store.ts';
import { terminalText } from '../lib/terminal-text.ts';
import { EDGE_SECONDS } from '../venues/local-exchange/core/flow/dislocations.ts';
import { linkToHost, type ParentPort } from '../gateway/host-link.ts';

/** What is posted right before the end has this long to leave the process. */
const FAREWELL_MS = 500;

// Whatever the umask is: what the engine makes is this user's.
keepPrivate();
holdLittleGarbage();

// Electron adds it to `process`; its types are not the engine's to know.
const { parentPort: port } = process as unknown as { readonly parentPort: ParentPort };

const portNumber = z.coerce.number().int().min(0).max(65_535);
const edgeSeconds = z.coerce.number().min(EDGE_SECONDS.min).max(EDGE_SECONDS.max);
const seedNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

function checked<T>(field: string, schema: z.ZodType<T>, value: string | undefined, remedy: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError({ code: 'bad-option', field, value, message: 'is not allowed', remedy });
}

/** The options of `serve` that the desktop was started with; others are Electron's own. */
async function engineOptions(argv: readonly string[]) {
  refuseSecretArguments(argv);
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    options: {
      'data-dir': { type: 'string' },
      database: { type: 'string' },
      'database-file': { type: 'string' },
      'database-keychain': { type: 'boolean' },
      exchange: { type: 'string' },
      profile: { type: 'string' },
      port: { type: 'string' },
      seed: { type: 'string' },
      'edge-seconds': { type: 'string' },
    },
  });
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const url = databaseUrlOf({ url: text('database'), file: text('database-file') }, process.env);
  const isInKeychain = url !== undefined && values['database-keychain'] === true;
  return {
    dataDir: text('data-dir') ?? defaultDataDir(),
    databaseUrl: isInKeychain ? await withKeychainPassword(url, openSecrets()) : url,
    exchangeUrl: text('exchange'),
    profile: checked(
      '--profile',
      builtInProfile.optional(),
      text('profile'),
      `Use one of ${builtInProfile.options.join(', ')}.`,
    ),
    port: checked('--port', portNumber.optional(), text('port'), 'Use a whole number from 0 to 65535.'),
    edgeSeconds: checked(
      '--edge-seconds',
      edgeSeconds.optional(),
      text('edge-seconds'),
      `Use a number from ${EDGE_SECONDS.min} to ${EDGE_SECONDS.max}.`,
    ),
    seed: checked('--seed', seedNumber.optional(), text('seed'), 'Use a whole number from 0 on.'),
    note: (line: string) => process.stderr.write(`${terminalText(line)}\n`),
  };
}

try {
  const running = await createEngine(await engineOptions(process.argv.slice(2)));
  const stop = async (): Promise<void> => {
    link.close();
    await running.stop();
    process.exit(0);
  };
  const link = linkToHost({
    parentPort: port,
    host: running.engine,
    onHold: (isOn) => running.engine.hold.set(isOn),
    onPower: (state) => {
      if (state === 'resume') running.engine.onResume();
    },
    onShutdown: () => void stop(),
    onOpen: (path) => running.engine.lab.openFile(path),
  });
  link.notify({ t: 'ready', url: running.url });
} catch (error) {
  // Anything else is a crash: the main process starts the engine again.
  if (!(error instanceof UserError)) throw error;
  port.postMessage({ t: 'refused', message: describeProblem(error.problem) });
  setTimeout(() => process.exit(2), FAREWELL_MS);
}

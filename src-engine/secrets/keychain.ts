/**
 * Credentials in the operating system's keychain (Secret Service on Linux, Keychain on macOS, Credential
 * Manager on Windows), and nowhere else: without one the answer is a refusal, never a file.
 */
import { AsyncEntry } from 'keytar';
import { UserError } from '../domain/errors.ts';

export type SecretStore = {
  /** The secret of that name, or undefined. @throws UserError when the keychain cannot be reached. */
  get(name: string): Promise<string | undefined>;
  set(name: string, secret: string): Promise<void>;
  /** True when there was one to delete. */
  delete(name: string): Promise<boolean>;
};

const SERVICE = 'parallax';
const MAX_NAME_LENGTH = 128;
/** A locked keychain asks its owner; one who is away must not block the engine forever. */
const PROMPT_TIMEOUT_MS = 60_000;

/** @param service under which the secrets are filed; another than the default keeps tests apart. */
export function openKeychain(service: string = SERVICE): SecretStore {
  return {
    get: (name) =>
      use(service, name, async (entry, signal) => (await entry.getPassword(signal)) ?? undefined),
    set: (name, secret) => use(service, name, (entry, signal) => entry.setPassword(secret, signal)),
    delete: (name) => use(service, name, (entry, signal) => entry.deletePassword(signal)),
  };
}

async function use<T>(
  service: string,
  name: string,
  action: (entry: AsyncEntry, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (name === '' || name.length > MAX_NAME_LENGTH) {
    const message = `is not a name for a secret (1 to ${MAX_NAME_LENGTH} characters)`;
    throw new UserError({ code: 'bad-secret-name', field: 'name', value: name.slice(0, 40), message });
  }
  try {
    // Without naming the store, the library would fall back silently to the kernel's keyring, which
    // forgets everything at logout.
    const entry = new AsyncEntry(service, name, { linux: { store: 'secret-service' } });
    return await action(entry, AbortSignal.timeout(PROMPT_TIMEOUT_MS));
  } catch (error) {
    throw noKeychain(error);
  }
}

function noKeychain(error: unknown): UserError {
  const reason =
    error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 200) : 'unknown reason';
  return new UserError({
    code: 'no-keychain',
    field: 'keychain',
    message: `cannot be used (${reason})`,
    remedy:
      process.platform === 'linux'
        ? linuxRemedy(process.env)
        : 'Unlock the keychain of this user and try again.',
  });
}

/** With a desktop its keyring; a server has none until one is started in the session of the engine. */
export function linuxRemedy(env: Readonly<Record<string, string | undefined>>): string {
  if (env['DISPLAY'] || env['WAYLAND_DISPLAY']) {
    return 'Unlock your login keyring; if there is none, install gnome-keyring or KWallet and log in again.';
  }
  return `On a server without a desktop install gnome-keyring and dbus, and start Parallax in the shell that this opens: ${SERVER_KEYRING}`;
}

/** A session with a keyring of its own, whose password is typed; what is stored stays in the home folder for the next one. */
const SERVER_KEYRING = String.raw`dbus-run-session -- bash -c 'read -rsp "Keyring password: " P; printf %s "$P" | gnome-keyring-daemon --unlock --components=secrets; exec bash'`;

/**
 * Secrets from environment variables, as containers get them: `PARALLAX_SECRET_NOTIFY_DESK` is `notify-desk`. They are taken out of
 * the environment at once, so that no process that is started later and no crash report has them. `\n` in one is a line end.
 */
import type { SecretStore } from './keychain.ts';
import { readOnly, withoutLineEnd } from './read-only.ts';

const PREFIX = 'PARALLAX_SECRET_';
/** Of this process: the environment has them no more when the store is opened again. */
const taken = new Map<string, string>();

export function environmentSecrets(env: Record<string, string | undefined>): SecretStore {
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || value === undefined) continue;
    taken.set(name, withoutLineEnd(value.replaceAll(String.raw`\n`, '\n')));
    delete env[name];
  }
  return {
    get: (name) => Promise.resolve(taken.get(variableOf(name))),
    ...readOnly('environment', `Set ${PREFIX}NAME where the process is started, and start it again.`),
  };
}

export function variableOf(name: string): string {
  return PREFIX + name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

/**
 * Where the secrets are: the operating system's keychain, or what PARALLAX_SECRETS names. One choice for the engine and for every
 * command, so that what a command stores is found by the engine.
 */
import { UserError } from '../domain/errors.ts';
import { awsSecrets } from './aws-secrets.ts';
import { environmentSecrets } from './environment-secrets.ts';
import { folderSecrets } from './folder-secrets.ts';
import { openKeychain, type SecretStore } from './keychain.ts';
import { vaultSecrets } from './vault-secrets.ts';

export const SECRETS_VARIABLE = 'PARALLAX_SECRETS';
const FORMS =
  'keychain, environment, file:/folder (mode 700, files of mode 600), credentials (systemd), vault:https://host:8200/mount/path, or aws:region/path';

type Environment = Record<string, string | undefined>;

/** @param env a variable that holds a secret is taken out of it. @throws UserError when it names no place, or one that cannot be used. */
export function openSecrets(env: Environment = process.env): SecretStore {
  const named = env[SECRETS_VARIABLE] ?? '';
  const [, kind = '', rest] = /^([a-z]+)(?::(.+))?$/.exec(named) ?? [];
  if (named === '' || (kind === 'keychain' && rest === undefined)) return openKeychain();
  if (kind === 'environment' && rest === undefined) return environmentSecrets(env);
  if (kind === 'file' && rest !== undefined) return folderSecrets(rest, 'own');
  if (kind === 'credentials' && rest === undefined) return folderSecrets(credentialsOf(env), 'credentials');
  if (kind === 'vault' && rest !== undefined) return vaultSecrets(rest, env);
  if (kind === 'aws' && rest !== undefined) return awsSecrets(rest, env);
  throw new UserError({
    code: 'bad-secrets',
    field: SECRETS_VARIABLE,
    // What is given by mistake may be a secret: its first word alone is shown.
    value: kind === '' ? '...' : `${kind}...`.slice(0, 20),
    message: 'names no place for secrets',
    remedy: `Use ${FORMS}.`,
  });
}

/** In words, for whoever asks where they are. */
export function secretsPlace(env: Environment = process.env): string {
  const kind = /^[a-z]+/.exec(env[SECRETS_VARIABLE] ?? '')?.[0] ?? 'keychain';
  return kind === 'keychain' ? 'the keychain' : `${SECRETS_VARIABLE}=${kind}`;
}

function credentialsOf(env: Environment): string {
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (folder !== undefined && folder.startsWith('/')) return folder;
  throw new UserError({
    code: 'no-credentials',
    field: 'CREDENTIALS_DIRECTORY',
    message: 'is not set: this process is no service of systemd with credentials',
    remedy: 'Add LoadCredential= or LoadCredentialEncrypted= to the unit.',
  });
}

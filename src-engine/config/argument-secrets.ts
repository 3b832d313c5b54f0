/** Arguments of a process are seen by every user of the machine: none of them may hold a secret. */
import { UserError } from '../domain/errors.ts';
import { hasAddressSecret, hideAddressSecrets } from '../lib/address-secrets.ts';

const REMEDIES: Readonly<Record<string, string>> = {
  '--database':
    'Set PARALLAX_DATABASE, or PGPASSWORD or PGPASSFILE beside --database, or add --database-keychain, or use --database-file FILE with mode 600.',
  '--redis': 'Leave it out of the address, and set PARALLAX_REDIS_PASSWORD.',
  '--engine': 'Give the address alone; the desktop asks for the token and keeps it in the keychain.',
};

/** @throws UserError that names the option and shows no secret. */
export function refuseSecretArguments(argv: readonly string[]): void {
  argv.forEach((argument, index) => {
    if (!hasAddressSecret(argument)) return;
    const [, inline] = /^(--[\w-]+)=/.exec(argument) ?? [];
    const before = argv[index - 1] ?? '';
    const field = inline ?? (before.startsWith('--') ? before : 'arguments');
    const value = inline === undefined ? argument : argument.slice(inline.length + 1);
    throw new UserError({
      code: 'secret-in-arguments',
      field,
      value: hideAddressSecrets(value),
      message:
        'contains a password or a token, which every user of this machine can read in the process list',
      remedy: `${REMEDIES[field] ?? 'Leave it out.'} Change the secret if others use this machine.`,
    });
  });
}

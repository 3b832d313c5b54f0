/** Runs where no keychain is in reach: prints the problem that storing a secret ends with. */
import { UserError } from '../../domain/errors.ts';
import { openKeychain } from '../keychain.ts';

try {
  await openKeychain('parallax-test').set('kraken/key', 'plain-secret');
  process.stdout.write(JSON.stringify({ code: 'stored' }));
} catch (error) {
  process.stdout.write(JSON.stringify(error instanceof UserError ? error.problem : String(error)));
}

/** Runs inside a D-Bus session of its own: what a keychain must do, printed as one JSON object. */
import { openKeychain } from '../keychain.ts';

const keychain = openKeychain('parallax-test');
const other = openKeychain('parallax-test-other');
const before = await keychain.get('kraken/key');
await keychain.set('kraken/key', 'first');
await keychain.set('kraken/key', 'sécret "2"');
const result = {
  before: before ?? null,
  stored: await keychain.get('kraken/key'),
  otherService: (await other.get('kraken/key')) ?? null,
  deleted: await keychain.delete('kraken/key'),
  after: (await keychain.get('kraken/key')) ?? null,
  deletedAgain: await keychain.delete('kraken/key'),
};
process.stdout.write(JSON.stringify(result));

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claimAccount } from './claim-account.ts';

it('an account is traded by one engine of a user and a machine, whatever its folder and database', () => {
  const root = mkdtempSync(join(tmpdir(), 'parallax-claim-'));
  try {
    const account = { adapter: 'kraken', title: 'Kraken', key: 'public-part-of-a-key' };
    const first = claimAccount(account, root);
    expect(() => claimAccount(account, root)).toThrow(
      /account: "Kraken" is traded already: its key is in use by the engine with process id \d+/,
    );
    // Another key, another venue, and another address are other accounts as far as can be known.
    const others = [{ key: 'another' }, { adapter: 'binance' }, { restUrl: 'http://127.0.0.1:1' }];
    for (const other of others) claimAccount({ ...account, ...other }, root).release();
    expect(readdirSync(root).join()).not.toContain('public-part');
    first.release();
    first.release();
    claimAccount(account, root).release();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

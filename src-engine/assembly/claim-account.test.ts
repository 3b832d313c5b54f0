import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stateDir } from '../config/data-dir.ts';
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

const KRAKEN = { adapter: 'kraken', title: 'Kraken', key: 'public-part-of-a-key' };

it('names the lock file of an account in use, and when it may be deleted', () => {
  const root = mkdtempSync(join(tmpdir(), 'parallax-claim-'));
  try {
    claimAccount(KRAKEN, root);
    const [folder = ''] = readdirSync(root);
    expect(() => claimAccount(KRAKEN, root)).toThrow(
      `If no Parallax engine has that process id, or its machine or container is gone, delete ${join(root, folder, 'engine.lock')}.`,
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

it('claims lie in a folder of the user that no system sweeps and no other user can write', () => {
  const root = mkdtempSync(join(tmpdir(), 'parallax-claim-'));
  try {
    const [open, file] = [join(root, 'open'), join(root, 'file')];
    mkdirSync(open);
    chmodSync(open, 0o777);
    writeFileSync(file, '');
    expect(() => claimAccount(KRAKEN, open)).toThrow(
      /mode 777: claims of accounts must be this user's alone/,
    );
    expect(() => claimAccount(KRAKEN, join(file, 'accounts'))).toThrow(/state folder: .* cannot be written/);
    const places = (['linux', 'darwin', 'win32'] as const).map((platform) =>
      stateDir(platform, {}, '/home/trader'),
    );
    expect(places.map((place) => place.replaceAll('\\', '/'))).toEqual([
      '/home/trader/.local/state/parallax',
      '/home/trader/Library/Application Support/Parallax/state',
      '/home/trader/AppData/Local/Parallax',
    ]);
    expect(stateDir('linux', { XDG_STATE_HOME: '/data/state' }, '/')).toBe('/data/state/parallax');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { demandPrivate } from './standard-input.ts';

it.skipIf(process.platform === 'win32')('a secret is read of no file that others can read or change', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-secret-'));
  const path = join(folder, 'key.txt');
  writeFileSync(path, 'secret');
  const read = (mode: number): void => {
    chmodSync(path, mode);
    demandPrivate(statSync(path), '--file', path);
  };
  for (const mode of [0o600, 0o400]) read(mode);
  for (const mode of [0o640, 0o604, 0o620]) expect(() => read(mode)).toThrow(`chmod 600 ${path}`);
  // A pipe or a terminal has no readers but its own.
  demandPrivate(statSync(folder), 'standard input', 'FILE');
  rmSync(folder, { recursive: true });
});

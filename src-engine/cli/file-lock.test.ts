import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockFile } from './file-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a file has one command at a time, by whatever link it is named', () => {
  const file = join(folder, 'wallet.json');
  writeFileSync(file, '{}');
  const link = join(folder, 'link.json');
  symlinkSync(file, link);
  const first = lockFile('--record', link);
  expect(first.path.endsWith('wallet.json')).toBe(true);
  expect(() => lockFile('--record', file)).toThrow(`is in use by the command with process id ${process.pid}`);
  first.release();
  lockFile('--record', file).release();
  expect(existsSync(`${first.path}.lock`)).toBe(false);
});

it('a lock of a process that has ended, or of another one with its id, holds nothing', () => {
  const file = join(folder, 'new.json');
  for (const holder of ['999999999 ', `${process.pid} before`, `${process.ppid} another`, 'nonsense']) {
    writeFileSync(`${file}.lock`, holder);
    lockFile('--record', file).release();
  }
});

it('a file that no lock can be made for is refused', () => {
  expect(() => lockFile('--record', join(folder, 'none', 'wallet.json'))).toThrow(
    /none\/wallet\.json" cannot be locked \(ENOENT\)/,
  );
});

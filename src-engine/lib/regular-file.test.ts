import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listRuns, readPart, readPrices, readSweep } from '../lab/stored-run.ts';
import { plainText, readPlainText } from './regular-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-plain-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

describe.skipIf(process.platform === 'win32')('what is not a plain file', () => {
  it.each<[name: string, make: (path: string) => void, words: RegExp]>([
    ['pipe', (path) => execFileSync('mkfifo', [path]), /is a pipe/],
    ['folder', (path) => mkdirSync(path), /is a folder/],
    ['loop', (path) => symlinkSync(path, path), /is a link that leads to itself|ELOOP/],
    ['zero', (path) => symlinkSync('/dev/zero', path), /is a device/],
    ['long', (path) => writeFileSync(path, 'x'.repeat(101)), /has 101 bytes, at most 100/],
  ])('is refused in words and never waited for: a %s', async (name, make, words) => {
    make(at(name));
    expect(() => readPlainText(at(name), 100)).toThrow(words);
    await expect(plainText(at(name), 100)).rejects.toThrow(words);
  });

  it('is nothing where there is none', async () => {
    expect([readPlainText(at('none'), 100), await plainText(at('none'), 100)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  // Four pipes would take every thread that reads files for the process, and with them the engine's look-ups of names.
  it('in place of stored runs and sweeps: each is damaged or unknown, and the next is read', async () => {
    const runs = at('runs');
    for (const id of ['run-1', 'run-2', 'run-3', 'run-4', 'run-5']) {
      mkdirSync(join(runs, id), { recursive: true });
      for (const part of ['review.json', 'trades.json', 'prices-0.json'])
        execFileSync('mkfifo', [join(runs, id, part)]);
    }
    execFileSync('mkfifo', [join(runs, 'sweep-1.json')]);
    expect((await listRuns(runs)).damaged).toHaveLength(5);
    await expect(readPart(runs, 'run-1', 'review')).rejects.toThrow(/is not a stored run/);
    await expect(readPrices(runs, 'run-1', 0)).rejects.toThrow(/is damaged/);
    await expect(readSweep(runs, 'sweep-1')).rejects.toThrow(/is not a stored sweep/);
  });
});

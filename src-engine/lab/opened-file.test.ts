import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFile } from './opened-file.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/session.jsonl.gz', import.meta.url));
let root = '';
let folder = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parallax-open-'));
  folder = join(root, 'recordings');
  mkdirSync(join(root, 'elsewhere'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function elsewhere(name: string, bytes: string | Buffer = readFileSync(EXAMPLE)): string {
  const path = join(root, 'elsewhere', name);
  writeFileSync(path, bytes);
  return path;
}

it('is copied to the recordings once, and another of its name beside it', async () => {
  const path = elsewhere('session.jsonl.gz');
  expect(await openFile(folder, path)).toBe('session.jsonl.gz');
  expect(await openFile(folder, path)).toBe('session.jsonl.gz');
  expect(await openFile(folder, join(folder, 'session.jsonl.gz'))).toBe('session.jsonl.gz');
  elsewhere('session.jsonl.gz', gzipSync(gunzipSync(readFileSync(EXAMPLE)), { level: 1 }));
  expect(await openFile(folder, path)).toBe('session-2.jsonl.gz');
  expect(readdirSync(folder).sort()).toEqual(['session-2.jsonl.gz', 'session.jsonl.gz']);
  expect(readFileSync(join(folder, 'session.jsonl.gz'))).toEqual(readFileSync(EXAMPLE));
});

it.each([
  ['notes.txt', 'text', /notes\.txt/],
  ['.jsonl', '{}', /plain file name/],
  ['a b.jsonl', '{}', /plain file name/],
  ['empty.jsonl', '', /empty\.jsonl/],
  ['text.jsonl', 'no JSON\n', /text\.jsonl/],
  ['zip.jsonl.gz', 'PK\x03\x04', /zip\.jsonl\.gz/],
  ['short.tape', 'PLXTAPE', /short\.tape/],
  ['other.tape', 'x'.repeat(100), /other\.tape/],
])('%s is refused by name, and nothing of it is kept', async (name, bytes, reason) => {
  await expect(openFile(folder, elsewhere(name, bytes))).rejects.toThrow(reason);
  expect(readdirSync(root)).toEqual(['elsewhere']);
});

it('is not copied where the engine would have too little room left for itself', async () => {
  const path = elsewhere('session.jsonl.gz');
  await expect(openFile(folder, path, async () => 1_073_741_824)).rejects.toThrow(/1074 MB would be free/);
  expect(readdirSync(folder)).toEqual([]);
});

it('is whole where two of one name are opened at once', async () => {
  const first = elsewhere('session.jsonl.gz');
  mkdirSync(folder);
  writeFileSync(
    join(folder, '.opening-00000000-0000-4000-8000-000000000000'),
    'half, of an engine that ended',
  );
  mkdirSync(join(root, 'other'));
  const other = join(root, 'other', 'session.jsonl.gz');
  writeFileSync(other, gzipSync(gunzipSync(readFileSync(EXAMPLE)), { level: 1 }));
  const names = await Promise.all([openFile(folder, first), openFile(folder, other)]);
  expect(names).toEqual(['session.jsonl.gz', 'session-2.jsonl.gz']);
  expect(names.map((name) => readFileSync(join(folder, name)))).toEqual(
    [first, other].map((path) => readFileSync(path)),
  );
  expect(readdirSync(folder).toSorted()).toEqual(names.toSorted());
});

it('is not the one of its name and size whose last byte is another', async () => {
  const long = Buffer.concat([gunzipSync(readFileSync(EXAMPLE)), Buffer.alloc(2_200_000, '\n')]);
  mkdirSync(folder);
  writeFileSync(join(folder, 'session.jsonl'), long);
  const path = elsewhere('session.jsonl', Buffer.concat([long.subarray(0, -1), Buffer.from(' ')]));
  expect(await openFile(folder, path)).toBe('session-2.jsonl');
  expect(await openFile(folder, path)).toBe('session-2.jsonl');
});

it('is a plain file, or a link to one', async () => {
  const pipe = join(root, 'pipe.jsonl');
  execFileSync('mkfifo', [pipe]);
  await expect(openFile(folder, pipe)).rejects.toThrow(/is a pipe/);
  await expect(openFile(folder, join(root, 'gone.jsonl'))).rejects.toThrow(/is not there/);
  mkdirSync(join(root, 'folder.jsonl'));
  await expect(openFile(folder, join(root, 'folder.jsonl'))).rejects.toThrow(/is a folder/);
  copyFileSync(EXAMPLE, join(root, 'far.jsonl.gz'));
  symlinkSync(join(root, 'far.jsonl.gz'), join(root, 'near.jsonl.gz'));
  expect(await openFile(folder, join(root, 'near.jsonl.gz'))).toBe('near.jsonl.gz');
});

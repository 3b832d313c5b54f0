import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UserError } from '../domain/errors.ts';
import { readTokenFile } from './token-file.ts';

const OPERATOR = 'canary-operator-0123456789';
const VIEWER = 'canary-viewer-0123456789';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-tokens-'));
  path = join(folder, 'tokens');
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(content: string, mode = 0o600, credentials?: string) {
  writeFileSync(path, content);
  chmodSync(path, mode);
  return readTokenFile(path, credentials);
}

it('takes one token, or two', () => {
  expect(read(`${OPERATOR}\n`)).toEqual({ operator: OPERATOR });
  expect(read(`${OPERATOR}\r\n${VIEWER}\r\n`)).toEqual({ operator: OPERATOR, viewer: VIEWER });
});

it.each([
  ['', 'bad-token-file'],
  ['short', 'bad-token-file'],
  [`${OPERATOR} ${VIEWER}`, 'bad-token-file'],
  [`${OPERATOR}\n${VIEWER}\n${VIEWER}`, 'bad-token-file'],
  [`${OPERATOR}\n${OPERATOR}`, 'bad-token-file'],
  ['x'.repeat(5_000), 'bad-token-file'],
])('refuses %j, and does not repeat it', (content, code) => {
  let problem: unknown;
  try {
    read(content);
  } catch (error) {
    problem = error instanceof UserError ? error.problem : error;
  }
  expect(problem).toMatchObject({ code, field: '--token-file', value: path, remedy: expect.any(String) });
  expect(JSON.stringify(problem)).not.toContain('canary');
});

it('refuses a file that is not there', () => {
  expect(() => readTokenFile(path)).toThrow('cannot be read (ENOENT)');
});

it.runIf(process.platform !== 'win32')(
  'refuses a file that others can read, with the command that mends it',
  () => {
    for (const mode of [0o644, 0o640, 0o604]) {
      expect(() => read(OPERATOR, mode)).toThrow(`can be read by others. Run: chmod 600 ${path}`);
    }
  },
);

it.runIf(process.platform !== 'win32')(
  'takes a credential of systemd, which its group root may read, and no other file like it',
  () => {
    expect(read(OPERATOR, 0o440, folder)).toEqual({ operator: OPERATOR });
    expect(() => read(OPERATOR, 0o444, folder)).toThrow('can be read by others');
    for (const elsewhere of [tmpdir(), join(folder, 'tokens'), '', 'tokens', undefined])
      expect(() => read(OPERATOR, 0o440, elsewhere)).toThrow('can be read by others');
  },
);

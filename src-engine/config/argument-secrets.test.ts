/** Secrets on the command line, and the ways around it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UserError } from '../domain/errors.ts';
import { Redactor } from '../lib/redactor.ts';
import { refuseSecretArguments } from './argument-secrets.ts';
import { databaseUrlOf } from './database-url.ts';

function refusal(...argv: string[]): string {
  try {
    refuseSecretArguments(argv);
    return '';
  } catch (error) {
    return error instanceof UserError ? error.message : String(error);
  }
}

it.each([
  [
    '--database',
    'postgres://ann:hunter22@db/x',
    /^--database: "postgres:\/\/ann:\*\*\*@db\/x" .*PARALLAX_DATABASE/,
  ],
  ['--database', 'postgres://ann@db/x?sslmode=require&password=hunter22', /password=\*\*\*"/],
  ['--redis', 'redis://:hunter22@127.0.0.1:6379', /^--redis: .*PARALLAX_REDIS_PASSWORD/],
  ['--redis', 'rediss://me:hunter22@h/0', /^--redis: /],
  ['--engine', 'http://127.0.0.1:4777/#token=hunter22', /^--engine: .*#token=\*\*\*/],
  ['--exchange', 'http://me:hunter22@127.0.0.1:1', /^--exchange: /],
  ['--database', 'POSTGRES://ann:a@hunter22@db/x', /^--database: /],
])('a secret in %s is refused, named, and not repeated: %s', (option, value, text) => {
  for (const message of [refusal('serve', option, value), refusal('serve', `${option}=${value}`)]) {
    expect(message).toMatch(text);
    expect(message).not.toContain('hunter22');
  }
  const said = new Redactor().clean(`could not reach ${value} in time`);
  expect(said).toMatch(/^could not reach .* in time$/);
  expect(said).not.toContain('hunter22');
});

it('an address without a secret is accepted', () => {
  expect(
    refusal('serve', '--database', 'postgres://ann@db:5432/x', '--redis', 'redis://127.0.0.1:6379/0'),
  ).toBe('');
  expect(refusal('serve', '--exchange', 'http://[::1]:4777/a?b=c#d', '--data-dir', '/home/a@b:c/d')).toBe('');
});

it('the address of a database comes from the environment, or a file that only its owner can read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-database-'));
  const file = join(folder, 'database');
  const url = 'postgres://ann:hunter22@db/x';
  try {
    expect(databaseUrlOf({ url: undefined, file: undefined }, {})).toBeUndefined();
    expect(databaseUrlOf({ url: undefined, file: undefined }, { PARALLAX_DATABASE: url })).toBe(url);
    expect(databaseUrlOf({ url: 'postgres://ann@db/y', file: undefined }, { PARALLAX_DATABASE: url })).toBe(
      'postgres://ann@db/y',
    );
    writeFileSync(file, `${url}\n`, { mode: 0o600 });
    expect(databaseUrlOf({ url: undefined, file }, {})).toBe(url);
    expect(() => databaseUrlOf({ url: 'postgres://ann@db/y', file }, {})).toThrow(/both name a database/);
    if (process.platform !== 'win32') {
      chmodSync(file, 0o640);
      expect(() => databaseUrlOf({ url: undefined, file }, {})).toThrow(
        /can be read by others\. Run: chmod 600/,
      );
      chmodSync(file, 0o600);
    }
    writeFileSync(file, `${url}\n${url}\n`);
    expect(() => databaseUrlOf({ url: undefined, file }, {})).toThrow(
      /^(?!.*hunter22).*one address on one line/,
    );
    expect(() => databaseUrlOf({ url: undefined, file: `${file}-none` }, {})).toThrow(
      /cannot be read \(ENOENT\)/,
    );
    expect(() => databaseUrlOf({ url: undefined, file: folder }, {})).toThrow(/is not a short file/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

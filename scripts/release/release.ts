/**
 * `npm run release -- WHAT`, the steps of docs/releasing.md:
 *
 * `version 1.2.3` sets the version in every file and dates the changelog. `notes` prints what the changelog says of the version.
 * `key FILE` makes the key that signs feeds: the private half in FILE, the public one on the screen.
 * `feed --key FILE --serial N [--days 60] [--from dist]` writes `updates.json`, signed, beside the packages.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeFeed, makeKey } from './feed.ts';
import { notesOf, setVersion } from './version.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const WHAT = 'write: npm run release -- version 1.2.3 | notes | key FILE | feed --key FILE --serial N';

/** The whole number of an option. @throws Error that names it. */
function wholeNumber(name: string, text: string | undefined, max: number): number {
  const number = Number(text);
  if (text === undefined || !/^\d{1,15}$/.test(text) || number < 1 || number > max)
    throw new Error(`--${name}: ${text ?? 'nothing'} is no whole number from 1 to ${max}`);
  return number;
}

/** What is written to the screen. @throws Error with what is wrong. */
function done(args: readonly string[]): string {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      serial: { type: 'string' },
      days: { type: 'string' },
      from: { type: 'string' },
    },
  });
  const [what, name, ...more] = positionals;
  if (more.length > 0) throw new Error(WHAT);
  if (what !== 'feed' && Object.keys(values).length > 0) throw new Error(WHAT);
  if (what === 'version' && name !== undefined)
    return setVersion(ROOT, name, new Date().toISOString().slice(0, 10)).join('\n');
  const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  if (what === 'notes' && name === undefined) return notesOf(changelog, version);
  if (what === 'key' && name !== undefined) return `PARALLAX_UPDATE_KEYS=${makeKey(name)}`;
  if (what !== 'feed' || name !== undefined || values.key === undefined) throw new Error(WHAT);
  return makeFeed({
    key: values.key,
    serial: wholeNumber('serial', values.serial, Number.MAX_SAFE_INTEGER),
    days: wholeNumber('days', values.days ?? '60', 400),
    version,
    notes: notesOf(changelog, version),
    from: values.from ?? join(ROOT, 'dist'),
  });
}

try {
  process.stdout.write(`${done(process.argv.slice(2))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

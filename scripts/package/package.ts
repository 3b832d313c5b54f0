/**
 * `npm run package`: notices, then electron-builder for this system and processor. PARALLAX_UPDATE_KEYS (public keys, with commas) and
 * PARALLAX_UPDATE_FEED (an address) are built into the program; without a key it takes no updates. More arguments go to electron-builder.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { feedAddress } from '../../src-main/updates/download.ts';
import { publicKeyOf } from '../../src-main/updates/signed-feed.ts';
import { VERSION_FORM } from '../../src-engine/lib/version-order.ts';
import { notices } from './notices.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment adds to the configuration, as arguments. @throws Error that names the variable. */
export function updateArguments(env: Environment): string[] {
  const { PARALLAX_UPDATE_KEYS: keys = '', PARALLAX_UPDATE_FEED: feed = '' } = env;
  if (keys === '' && feed === '') return [];
  if (keys === '' || !keys.split(',').every((key) => publicKeyOf(key) !== undefined))
    throw new Error(
      'PARALLAX_UPDATE_KEYS: holds no public keys as `npm run release -- key FILE` prints them',
    );
  if (feed !== '' && feedAddress(feed) === undefined)
    throw new Error(
      'PARALLAX_UPDATE_FEED: is no address of a feed: https://releases.example/parallax/updates.json',
    );
  return [`-c.extraMetadata.updates.keys=${keys}`, `-c.extraMetadata.updates.feed=${feed}`];
}

/** @param tag that is packaged, where one is. @throws Error where it is not that of the version, or the version is none. */
export function checkVersion(version: string, tag: string | undefined): void {
  if (!VERSION_FORM.test(version))
    throw new Error(`package.json: version "${version}" is none of the form 1.2.3 or 1.2.3-rc.1`);
  if (tag !== undefined && tag !== '' && tag !== `v${version}`)
    throw new Error(`PARALLAX_TAG: "${tag}" is not the tag of version ${version}, which is v${version}`);
}

function main(): number {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  checkVersion(version, process.env['PARALLAX_TAG']);
  const updates = updateArguments(process.env);
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  writeFileSync(join(ROOT, 'out', 'THIRD-PARTY-NOTICES.txt'), notices(ROOT));
  const builder = join(ROOT, 'node_modules', 'electron-builder', 'out', 'cli', 'cli.js');
  const args = [builder, `--${process.arch}`, '--publish', 'never', ...updates, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  return status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/**
 * Installs what the trial needs, once, and runs it: into the cache beside the project’s packages, so that nothing that looks through the
 * project’s sources finds it. Needs the registry of npm the first time.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const folder = join(here, '../../node_modules/.cache/chain');
const lock = readFileSync(join(here, 'package-lock.json'), 'utf8');
/** The lock of what is installed: written last, so that half an installation is done again. */
const mark = join(folder, 'installed.json');

if (!existsSync(mark) || readFileSync(mark, 'utf8') !== lock) {
  process.stdout.write('installing a local chain and the contracts (some 140 MB, once)\n');
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(here, name), join(folder, name));
  // A chain in this process, without a compiler: hardhat wants a file of this name.
  writeFileSync(join(folder, 'hardhat.config.js'), 'export default {};\n');
  // By npm scripts the project's own Node comes first: an older one leaves the chain's native part out.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(mark, lock);
}
await import('./trial.ts');

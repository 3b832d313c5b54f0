/**
 * `node scripts/package/notices.ts`: writes the licences of all that is inside of a package to `out/THIRD-PARTY-NOTICES.txt`: of what the engine
 * needs at run time, and of what is built into the window.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Packages for development whose code becomes a part of the window; what these need does too. */
export const IN_WINDOW = [
  '@fontsource-variable/inter',
  '@fontsource-variable/jetbrains-mono',
  'cmdk',
  'dockview-react',
  'lightweight-charts',
  'lucide-react',
  'minisearch',
  'react',
  'react-dom',
  'react-markdown',
  'remark-gfm',
  'zustand',
];

type Locked = {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
};

/** Paths in `node_modules` of the packages whose code is inside of a package of Parallax. */
export function packagedPaths(lock: Readonly<Record<string, Locked>>): string[] {
  const chosen = new Set(
    Object.entries(lock).flatMap(([path, { dev }]) =>
      path.startsWith('node_modules/') && dev !== true ? [path] : [],
    ),
  );
  const waiting = IN_WINDOW.map((name) => `node_modules/${name}`);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (chosen.has(path) && !IN_WINDOW.includes(path.slice('node_modules/'.length))) continue;
    const locked = lock[path];
    if (locked === undefined) continue;
    const isNew = !chosen.has(path);
    chosen.add(path);
    if (!isNew) continue;
    for (const name of Object.keys(locked.dependencies ?? {})) {
      const own = `${path}/node_modules/${name}`;
      waiting.push(own in lock ? own : `node_modules/${name}`);
    }
  }
  return [...chosen].sort();
}

function licenceText(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const files = names.filter((name) => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name)).sort();
  return files.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n');
}

/** The whole text. Packages of other systems are not installed here, and not inside of this system's package. */
export function notices(root: string): string {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const entries = packagedPaths(packages)
    .filter((path) => existsSync(join(root, path)))
    .map((path) => {
      const { version = '', license = 'see below' } = packages[path] ?? {};
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const text = licenceText(join(root, path));
      return `${name} ${version}\nLicence: ${license}\n${text === '' ? '' : `\n${text}\n`}`;
    });
  return `Parallax contains these packages, each under its own licence.\n\n${entries.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  writeFileSync(join(ROOT, 'out', 'THIRD-PARTY-NOTICES.txt'), notices(ROOT));
}

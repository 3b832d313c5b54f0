/** The version: one number in every file that names it, and a dated section of the changelog that is its release notes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareVersions, VERSION_FORM } from '../../src-engine/lib/version-order.ts';

const NUMBER = String.raw`\d+\.\d+\.\d+(?:-[\w.-]+)?`;

/** Where the version stands, with what is around it. */
const PLACES: readonly (readonly [file: string, form: RegExp])[] = [
  ['package.json', new RegExp(`("version": ")(${NUMBER})(")`)],
  // Twice: of the file, and of the package in it.
  ['package-lock.json', new RegExp(`("name": "parallax",\\s+"version": ")(${NUMBER})(")`, 'g')],
  ['resources/helm/parallax/Chart.yaml', new RegExp(`^((?:appVersion|version): )(${NUMBER})($)`, 'gm')],
  ['resources/helm/parallax/values.yaml', new RegExp(`(image: parallax:)(${NUMBER})($)`, 'm')],
  ['resources/docker/compose.yaml', new RegExp(`(image: parallax:)(${NUMBER})($)`, 'm')],
  ['resources/kubernetes/base/kustomization.yaml', new RegExp(`(newTag: )(${NUMBER})( |$)`, 'm')],
];

export type Named = { readonly file: string; readonly version: string };

/** Every place with the version that it names. @throws Error where a file names none. */
export function versionsIn(read: (file: string) => string): Named[] {
  return PLACES.flatMap(([file, form]) => {
    const found = [
      ...read(file).matchAll(new RegExp(form, form.flags.includes('g') ? form.flags : `${form.flags}g`)),
    ];
    if (found.length === 0) throw new Error(`${file} names no version`);
    return found.map(([, , version = '']) => ({ file, version }));
  });
}

export type Section = { readonly version: string; readonly date: string; readonly text: string };

/** The releases of a changelog, newest first. @throws Error where a heading is of another form, or out of order. */
export function releasesOf(changelog: string): {
  readonly unreleased: string;
  readonly releases: readonly Section[];
} {
  const [, ...parts] = changelog.split(/^## /m);
  const [first = '', ...rest] = parts;
  if (!first.startsWith('Unreleased\n'))
    throw new Error('CHANGELOG.md: the first heading is "## Unreleased"');
  const releases = rest.map((part) => {
    const [, version = '', date = ''] = /^(\S+) \((\d{4}-\d{2}-\d{2})\)\n/.exec(part) ?? [];
    const heading = part.split('\n', 1)[0] ?? '';
    if (!VERSION_FORM.test(version) || Number.isNaN(Date.parse(date)))
      throw new Error(`CHANGELOG.md: "## ${heading}" is none of the form "## 1.2.3 (2026-01-31)"`);
    return { version, date, text: part.slice(heading.length).trim() };
  });
  releases.forEach(({ version, date }, at) => {
    const next = releases[at + 1];
    if (next !== undefined && (compareVersions(version, next.version) <= 0 || date < next.date))
      throw new Error(`CHANGELOG.md: ${version} (${date}) stands above ${next.version} (${next.date})`);
  });
  return { unreleased: first.slice('Unreleased\n'.length).trim(), releases };
}

/** What a release of `version` is about: its section of the changelog. @throws Error where it has none. */
export function notesOf(changelog: string, version: string): string {
  const found = releasesOf(changelog).releases.find((release) => release.version === version);
  if (found === undefined) throw new Error(`CHANGELOG.md has no section of version ${version}`);
  return found.text;
}

/** The changelog with what is unreleased under a version and a date. @throws Error where nothing is, or the version is no later one. */
export function changelogFor(changelog: string, version: string, date: string): string {
  const { unreleased, releases } = releasesOf(changelog);
  const last = releases[0]?.version;
  if (!VERSION_FORM.test(version))
    throw new Error(`"${version}" is no version of the form 1.2.3 or 1.2.3-rc.1`);
  if (last !== undefined && compareVersions(version, last) <= 0)
    throw new Error(`${version} does not come after ${last}`);
  if (unreleased === '') throw new Error('CHANGELOG.md has nothing unreleased');
  return changelog.replace('## Unreleased\n', `## Unreleased\n\n## ${version} (${date})\n`);
}

/** Sets the version in every place, and dates the changelog. Nothing is written where anything does not fit. */
export function setVersion(root: string, version: string, date: string): readonly string[] {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  versionsIn(read);
  const texts = new Map([['CHANGELOG.md', changelogFor(read('CHANGELOG.md'), version, date)]]);
  for (const [file, form] of PLACES)
    texts.set(
      file,
      read(file).replace(form, (_, before: string, _old: string, after: string) => before + version + after),
    );
  for (const [file, text] of texts) writeFileSync(join(root, file), text);
  return [...texts.keys()];
}

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VERSION } from '../../src-engine/config/version.ts';
import { ROOT } from '../start/run.ts';
import { changelogFor, notesOf, releasesOf, setVersion, versionsIn } from './version.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

it('every file that names the version names the one that the program shows', () => {
  const named = versionsIn(read);
  expect(named.filter(({ version }) => version !== VERSION)).toEqual([]);
  expect(named.length).toBeGreaterThanOrEqual(8);
});

it('the changelog is dated, newest first, and has the version of the program', () => {
  const { unreleased, releases } = releasesOf(read('CHANGELOG.md'));
  expect(unreleased === '' || unreleased.startsWith('- ')).toBe(true);
  expect(releases[0]?.version).toBe(VERSION);
});

it('a release changes all of them at once, and its section is its notes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-version-'));
  try {
    const files = [...new Set(versionsIn(read).map(({ file }) => file)), 'CHANGELOG.md'];
    for (const file of files) cpSync(join(ROOT, file), join(folder, file));
    const text = '# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.0.9 (2026-01-31)\n\n- Old.\n';
    expect(changelogFor(text, '0.1.0', '2026-02-28')).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-02-28)\n\n- New.\n\n## 0.0.9 (2026-01-31)\n\n- Old.\n',
    );
    expect(setVersion(folder, '99.0.0-rc.1', '2099-01-01').toSorted()).toEqual(files.toSorted());
    const there = (file: string): string => readFileSync(join(folder, file), 'utf8');
    expect(new Set(versionsIn(there).map(({ version }) => version))).toEqual(new Set(['99.0.0-rc.1']));
    expect(notesOf(there('CHANGELOG.md'), '99.0.0-rc.1')).toMatch(/^- /);
    // Nothing else in them is another one.
    expect(there('package-lock.json').replaceAll('99.0.0-rc.1', VERSION)).toBe(read('package-lock.json'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  ['# C\n\n## 0.1.0 (2026-01-01)\n', /first heading/],
  ['# C\n\n## Unreleased\n\n## 0.1.0\n', /"## 0\.1\.0" is none of the form/],
  ['# C\n\n## Unreleased\n\n## 0.1.0 (2026-13-01)\n', /none of the form/],
  [
    '# C\n\n## Unreleased\n\n## 0.1.0 (2026-01-01)\n\n## 0.2.0 (2026-01-01)\n',
    /0\.1\.0 .* stands above 0\.2\.0/,
  ],
])('%j is no changelog', (text, reason) => {
  expect(() => releasesOf(text)).toThrow(reason);
});

it.each([
  ['0.0.9', /does not come after 0\.0\.9/],
  ['0.0.10-', /no version of the form/],
  ['v1.0.0', /no version of the form/],
])('%s is no next version', (version, reason) => {
  const text = '# C\n\n## Unreleased\n\n- New.\n\n## 0.0.9 (2026-01-31)\n';
  expect(() => changelogFor(text, version, '2026-02-28')).toThrow(reason);
  expect(() => changelogFor(text.replace('- New.\n', ''), '0.1.0', '2026-02-28')).toThrow(
    /nothing unreleased/,
  );
});

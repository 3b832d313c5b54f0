/**
 * What a lone clone has: a copy of the project with nothing beside it. The tests that know of the recorded markets run once
 * more in it, so that none of them stands on what the repository does not contain.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { HAS_SHARED_DATA } from '../../src-engine/testing/shared-data.ts';
import { importsOf } from '../boundaries.ts';
import type { MissingPart } from './parts.ts';

const FOLDERS = ['src-engine', 'src-main', 'src-renderer', 'scripts'];
const LEFT_BEHIND = new Set(['node_modules', 'out', 'dist', 'coverage', 'test-results', '.git', '.vitest']);

/** Test files from which imports lead to `target`, however far; paths relative to the project, sorted. */
export function testsThatReach(root: string, target: string): string[] {
  const importers = new Map<string, string[]>();
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(name)) continue;
      const path = `${folder}/${name.split(sep).join('/')}`;
      for (const { to } of importsOf(path, readFileSync(join(root, path), 'utf8')))
        importers.set(to, [...(importers.get(to) ?? []), path]);
    }
  }
  const reached = new Set([target]);
  for (const file of reached) for (const importer of importers.get(file) ?? []) reached.add(importer);
  return [...reached].filter((file) => /\.test\.tsx?$/.test(file)).sort();
}

/**
 * Copies the sources to an empty folder below `place`, whose name has a space in it, as a user's may. @returns its path.
 */
export function copyAlone(root: string, place: string): string {
  const copy = join(place, 'lone clone', 'parallax');
  mkdirSync(copy, { recursive: true });
  cpSync(root, copy, {
    recursive: true,
    filter: (source) => relative(root, source).includes(sep) || !LEFT_BEHIND.has(basename(source)),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

/** What is proved on them is proved on the project's own fixtures as well. */
export function missingSharedData(isThere = HAS_SHARED_DATA): MissingPart | undefined {
  if (isThere) return undefined;
  return {
    what: 'the folder ../shared/data beside the project',
    leavesOut: 'the tests on large recorded markets, which run in addition to those on made ones',
    command: undefined,
  };
}

/** The rooms whose tests are measured, their files, and the shares that were noticed. */
import { globSync } from 'node:fs';
import { sep } from 'node:path';
import type { Trial } from './run.ts';

/** All of the core that decides about money, as folders of `src-engine`; none lies in another. */
export const ROOMS: readonly string[] = [
  'books',
  'detection',
  'execution',
  'risk',
  'portfolio',
  'inventory',
  'kernel',
  'strategies/carry',
  'strategies/ensemble',
  'strategies/maker-taker',
  'venues/uniswap/curves',
];

/** Counts bytes of the heap in a process of its own: nothing of the core that it runs can be put otherwise. */
const LEFT_OUT = 'src-engine/kernel/hot-path.test.ts';

export type Share = {
  readonly room: string;
  readonly noticed: number;
  readonly tried: number;
  /** From 0 to 1. */
  readonly share: number;
};

export function roomOf(file: string): string {
  return ROOMS.find((room) => file.startsWith(`src-engine/${room}/`)) ?? '';
}

/** Source files of the rooms, relative to `root`; what only tests use, in folders named `testing`, is none of them. */
export function sourcesOf(root: string): string[] {
  return filesOf(root).filter((file) => !file.endsWith('.test.ts') && !file.includes('/testing/'));
}

/** The tests of the rooms: what only a test of a host would notice counts as not noticed. */
export function testsOf(root: string): string[] {
  return filesOf(root).filter((file) => file.endsWith('.test.ts') && file !== LEFT_OUT);
}

export function sharesOf(trials: readonly Trial[]): Share[] {
  return ROOMS.flatMap((room) => {
    const own = trials.filter(({ mutant }) => roomOf(mutant.file) === room);
    if (own.length === 0) return [];
    const noticed = own.filter(({ outcome }) => outcome === 'noticed').length;
    return [{ room, noticed, tried: own.length, share: noticed / own.length }];
  });
}

function filesOf(root: string): string[] {
  return globSync(`src-engine/{${ROOMS.join()}}/**/*.ts`, { cwd: root })
    .map((file) => file.split(sep).join('/'))
    .toSorted();
}

import { expect, it } from 'vitest';
import { ROOT } from '../start/run.ts';
import { FOLDERS, readRules, violations } from './boundaries.ts';
import { findCycles, importsOf, readImportGraph } from './import-graph.ts';

it('finds every kind of import', () => {
  const text = `
    import { a } from './a.ts';
    import type { B } from './b.ts';
    import './c.ts';
    export { d } from './d.ts';
    export * from './e.ts';
    export type { F } from './f.ts';
    const g = await import('./g.ts');
    const text = "import { x } from './not-this.ts'";
  `;
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `./${name}.ts`);
  expect(importsOf('x.ts', text).sort()).toEqual(names);
});

it('reads the files of the project', () => {
  const graph = readImportGraph(ROOT, FOLDERS);
  expect(graph.get('src-engine/gateway/session.ts')).toContain('src-engine/contract/codec.ts');
  expect(graph.get('src-main/window.ts')).toContain('node_modules/electron/');
});

it.each([
  ['src-engine/domain/a.ts', 'src-engine/kernel/kernel.ts'],
  ['src-engine/books/a.ts', 'src-engine/risk/check.ts'],
  ['src-engine/gateway/a.ts', 'src-engine/engine/engine.ts'],
  ['src-engine/venues/kraken/a.ts', 'src-engine/venues/simulated/fill-model.ts'],
  ['src-renderer/a.tsx', 'src-engine/gateway/session.ts'],
  ['src-engine/engine/a.ts', 'src-main/window.ts'],
  ['src-engine/runner/a.ts', 'node_modules/electron/'],
])('forbids %s to import %s', (file, imported) => {
  expect(violations(new Map([[file, [imported]]]), readRules(ROOT))).toHaveLength(1);
});

it.each([
  ['src-engine/risk/a.ts', 'src-engine/books/order-book.ts'],
  ['src-engine/gateway/a.ts', 'src-engine/contract/codec.ts'],
  ['src-main/a.ts', 'src-engine/contract/host-messages.ts'],
  ['src-engine/gateway/a.test.ts', 'src-engine/engine/engine.ts'],
])('lets %s import %s', (file, imported) => {
  expect(violations(new Map([[file, [imported]]]), readRules(ROOT))).toEqual([]);
});

it('finds circles, and no circle where files only share one', () => {
  const graph = new Map([
    ['a', ['b', 'd']],
    ['b', ['c']],
    ['c', ['a']],
    ['d', ['e']],
    ['e', []],
    ['f', ['a', 'e']],
  ]);
  expect(findCycles(graph)).toEqual([['a', 'b', 'c']]);
});

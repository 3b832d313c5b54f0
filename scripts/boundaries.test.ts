import { describe, expect, it } from 'vitest';
import { findCycle, importsOf, violation } from './boundaries.ts';

describe('boundaries', () => {
  it('finds every form of import', () => {
    const source = [
      "import { a } from './a.ts';",
      "import type { B } from '../domain/b.ts';",
      "export { c } from './c.ts';",
      "import './d.ts';",
      "import {\n  e,\n  type F,\n} from './e.ts';",
      "const g = await import('./g.ts');",
      "import ws from 'ws';",
    ].join('\n');
    expect(importsOf('src-engine/books/x.ts', source).map(({ to }) => to)).toEqual([
      'src-engine/books/a.ts',
      'src-engine/domain/b.ts',
      'src-engine/books/c.ts',
      'src-engine/books/d.ts',
      'src-engine/books/e.ts',
      'src-engine/books/g.ts',
      'ws',
    ]);
  });

  it.each([
    ['src-engine/lib/a.ts', 'src-engine/domain/b.ts'],
    ['src-engine/books/a.ts', 'src-engine/detection/b.ts'],
    ['src-engine/kernel/a.ts', 'src-engine/storage/b.ts'],
    ['src-engine/venues/kraken/a.ts', 'src-engine/venues/simulated/b.ts'],
    ['src-engine/storage/a.ts', 'src-engine/kernel/b.ts'],
    ['src-engine/gateway/a.ts', 'src-renderer/b.ts'],
    ['src-engine/domain/a.ts', 'electron'],
    ['src-engine/attic/a.ts', 'src-engine/domain/b.ts'],
    ['src-renderer/a.tsx', 'src-engine/kernel/b.ts'],
    ['src-main/a.ts', 'src-engine/assemble.ts'],
  ])('%s may not import %s', (from, to) => {
    expect(violation({ from, to })).toContain(from);
  });

  it.each([
    ['src-engine/risk/checks/a.ts', 'src-engine/risk/check.ts'],
    ['src-engine/risk/a.ts', 'src-engine/portfolio/b.ts'],
    ['src-engine/runner/a.ts', 'src-engine/execution/order-venue.ts'],
    ['src-engine/venues/kraken/a.ts', 'ws'],
    ['src-renderer/a.tsx', 'src-engine/contract/b.ts'],
    ['src-engine/books/a.test.ts', 'src-engine/storage/b.ts'],
  ])('%s may import %s', (from, to) => {
    expect(violation({ from, to })).toBeUndefined();
  });

  it('finds a circle', () => {
    const imports = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'b' },
    ];
    expect(findCycle(imports)).toEqual(['b', 'c', 'b']);
    expect(findCycle(imports.slice(0, 2))).toBeUndefined();
  });
});

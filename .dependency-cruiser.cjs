/**
 * Who may import whom (ARCHITECTURE.md, "The house"). Each folder names what it may reach; everything
 * else inside the engine is forbidden. Tests beside the code may reach further: they assemble things.
 */
const E = '^src-engine/';
const TEST = '\\.test\\.tsx?$|/testing/';

/** The kernel's rooms, in the order in which a book update walks through them. */
const path = ['books', 'detection', 'portfolio', 'strategies', 'risk', 'execution'];

const only = (from, allowed) => ({
  name: `${from.replaceAll('/', '-')}-imports`,
  severity: 'error',
  from: { path: `${E}${from}/`, pathNot: TEST },
  to: { path: E, pathNot: [from, ...allowed].map((folder) => `${E}${folder}(/|\\.ts$)`) },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('lib', []),
    only('domain', ['lib']),
    only('contract', ['domain', 'lib']),
    ...path.map((room, i) => only(room, ['domain', 'lib', ...path.slice(0, i)])),
    only('kernel', ['domain', 'lib', ...path]),
    only('runner', ['domain', 'lib', 'kernel', 'risk/check', 'execution/execution-venue', 'books', 'venues/market-feed']),
    only('venues/kraken', ['domain', 'lib', 'venues/market-feed', 'books', 'execution/execution-venue']),
    only('venues/simulated', ['domain', 'lib', 'venues/market-feed', 'books', 'execution/execution-venue']),
    only('storage', ['domain', 'contract', 'lib']),
    only('gateway', ['domain', 'contract', 'lib']),
    only('secrets', ['domain', 'contract', 'lib']),
    only('config', ['domain', 'contract', 'lib']),
    only('metrics', ['domain', 'contract', 'lib']),
    only('backtest', [
      'domain', 'lib', 'books', 'detection', 'portfolio', 'risk', 'execution', 'kernel', 'runner', 'storage',
      'venues/market-feed', 'venues/simulated', 'venues/kraken', 'config',
    ]),
    {
      name: 'window-and-main-see-only-the-contract',
      severity: 'error',
      from: { path: '^src-(renderer|main)/', pathNot: TEST },
      to: { path: E, pathNot: `${E}(contract|domain|lib)/` },
    },
    {
      name: 'engine-knows-no-host',
      severity: 'error',
      from: { path: E },
      to: { path: '^src-(renderer|main)/|node_modules/(electron|react|zustand)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(out|dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
  },
};

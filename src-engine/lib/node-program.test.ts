import { describe, expect, it } from 'vitest';
import { builtScript, hasNodeFlag, nodeOf } from './node-program.ts';

const ELECTRON = {
  execPath: '/opt/Parallax/parallax-terminal',
  isElectron: true,
  platform: 'linux',
} as const;
const NODE = { execPath: '/usr/bin/node', isElectron: false, platform: 'linux' } as const;
const SOURCE = 'file:///home/me/parallax/src-engine/venues/ccxt/launch.ts';
const BUILT = 'file:///home/me/parallax/out/main/engine.js';
const ARCHIVED = 'file:///opt/Parallax/resources/app.asar/out/main/engine.js';
const COMMAND = 'file:///opt/Parallax/resources/command/out/main/cli.js';

describe('a process of plain Node', () => {
  it.each([
    ['in the sources', SOURCE, NODE, '/usr/bin/node'],
    ['in a build', BUILT, NODE, '/usr/bin/node'],
    ['in a desktop that is not packaged', BUILT, ELECTRON, '/home/me/parallax/node_modules/node/bin/node'],
    ['in a packaged desktop', ARCHIVED, ELECTRON, '/opt/Parallax/resources/watchdog/node'],
    ['in the command line of a package', COMMAND, NODE, '/usr/bin/node'],
  ])('%s is run by the Node that is there', (_, here, host, node) => {
    expect(nodeOf(here, host)).toBe(node);
  });

  it('of a desktop for Windows is run by a program of that system', () => {
    expect(nodeOf(ARCHIVED, { ...ELECTRON, platform: 'win32' })).toBe(
      '/opt/Parallax/resources/watchdog/node.exe',
    );
  });

  it.each([
    ['in a build', BUILT, true, '/home/me/parallax/out/processes/ccxt.mjs'],
    ['in a packaged desktop', ARCHIVED, false, '/opt/Parallax/resources/processes/ccxt.mjs'],
    ['in the command line of a package', COMMAND, false, '/opt/Parallax/resources/processes/ccxt.mjs'],
  ])('%s has its script where a plain Node reads it', (_, here, isBeside, script) => {
    expect(builtScript(here, 'ccxt', () => isBeside)).toBe(script);
  });

  // The tests run on the Node that a desktop brings along.
  it.each(['--permission', '--disable-sigusr1', '--allow-net'])(
    'is started from a desktop with %s where it knows it',
    (flag) => {
      expect(hasNodeFlag(flag, ELECTRON)).toBe(hasNodeFlag(flag, NODE));
    },
  );
});

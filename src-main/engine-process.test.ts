import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { until } from '../src-engine/testing/until.ts';
import { EngineProcess, type QuitBounds } from './engine-process.ts';
import { recorded, resetElectron } from './testing/electron-double.ts';

const ENTRY = fileURLToPath(new URL('testing/test-engine.ts', import.meta.url));
afterEach(() => resetElectron());

async function started(quitBounds: QuitBounds) {
  const notices: string[] = [];
  const engine = new EngineProcess({
    entry: ENTRY,
    args: [],
    quitBounds,
    onStarted: () => notices.push('started'),
    onNotice: ({ t }) => notices.push(t),
    onCrashed: () => notices.push('crashed'),
    onGivenUp: () => notices.push('given up'),
  });
  engine.start();
  await until(() => notices.includes('mode'));
  const [child] = recorded.children;
  if (child === undefined) throw new Error('there is no process');
  return { engine, child, notices };
}

it('a quit waits for an engine that is stopped as long as its bounds, and ends it', async () => {
  const { engine, child } = await started({ drainMs: 10, endMs: 10, killMs: 60_000 });
  child.process.kill('SIGSTOP');
  await engine.shutdown();
  expect(child.process.signalCode).toBe('SIGKILL');
});

it('an engine agrees to begin nothing, and says before what it had begun; one that is silent does not', async () => {
  const { engine, child, notices } = await started({ drainMs: 1, endMs: 1, killMs: 1 });
  await until(() => notices.includes('started'));
  notices.length = 0;
  expect(await engine.hold(true)).toBe(true);
  expect(new Set(notices)).toEqual(new Set(['mode']));
  child.process.kill('SIGSTOP');
  expect(await engine.hold(true, 5)).toBe(false);
  child.process.kill('SIGCONT');
});

it('a quit goes on without an engine whose end is never heard', async () => {
  const { engine, child } = await started({ drainMs: 1, endMs: 1, killMs: 1 });
  child.process.kill('SIGSTOP');
  child.process.removeAllListeners('exit');
  await engine.shutdown();
  expect(child.process.exitCode).toBeNull();
});

import type { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { launchWith } from './launch.ts';

/** What a program hears of a process whose start ends as `start` does. */
async function heardOf(start: () => unknown): Promise<readonly string[]> {
  const heard: string[] = [];
  const ears = {
    said: () => void heard.push('line'),
    ended: (reason: string) => void heard.push(reason),
  };
  const child = launchWith(start as typeof spawn, { id: 'poloniex', origin: undefined }, ears);
  // Not before the caller has what it asked for.
  expect(heard).toEqual([]);
  expect(child.write('{"do":"ping"}')).toBe(false);
  child.ref();
  child.unref();
  child.kill();
  await new Promise(setImmediate);
  return heard;
}

it('a process for which the system has no memory has ended, and nothing is thrown', async () => {
  const start = (): never => {
    throw new Error('spawn ENOMEM');
  };
  expect(await heardOf(start)).toEqual(['spawn ENOMEM']);
});

it('a process for which the system has no file left has no pipes: it has ended, and its error ends nothing else', async () => {
  const start = (): unknown => {
    const child = new EventEmitter();
    process.nextTick(() => child.emit('error', new Error('spawn EMFILE')));
    return child;
  };
  expect(await heardOf(start)).toEqual(['the system has no file left to open for its pipes']);
});

import type { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { launchWatchdogWith } from './watchdog-process.ts';

it.each([
  [
    'no memory',
    (): never => {
      throw new Error('spawn ENOMEM');
    },
    'spawn ENOMEM',
  ],
  [
    'no file',
    (): unknown => {
      const child = new EventEmitter();
      process.nextTick(() => child.emit('error', new Error('spawn EMFILE')));
      return child;
    },
    'the system has no file left to open for its pipes',
  ],
])(
  'a system with %s left starts no watchdog, which has ended and ends nothing else',
  async (_name, start, reason) => {
    const heard: string[] = [];
    const ears = { said: () => undefined, ended: (why: string) => void heard.push(why) };
    const watchdog = launchWatchdogWith(start as unknown as typeof spawn, ears);
    expect(heard).toEqual([]);
    watchdog.write('line');
    watchdog.ref();
    watchdog.kill();
    watchdog.close();
    await new Promise(setImmediate);
    expect([heard, watchdog.pid]).toEqual([[reason], undefined]);
  },
);

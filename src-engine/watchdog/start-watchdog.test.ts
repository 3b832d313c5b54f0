/** The engine's side, with scripted processes and the time of its own ticks: silence of the watchdog counts too. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startWatchdog, type Watchdog } from './start-watchdog.ts';
import type { Host } from '../lib/node-program.ts';
import { type WatchdogEars, watchdogCommand } from './watchdog-process.ts';

const TICK_US = 100_000;
const SILENCE_MS = 2_000;

class Scripted {
  readonly pid: number;
  readonly heard: { readonly t: string }[] = [];
  readonly ears: WatchdogEars;
  answers = true;
  comesUp: boolean;
  wasKilled = false;
  isClosed = false;

  constructor(pid: number, ears: WatchdogEars, comesUp: boolean) {
    this.pid = pid;
    this.ears = ears;
    this.comesUp = comesUp;
  }

  say(t: string): void {
    this.ears.said(`${JSON.stringify({ t })}\n`);
  }

  write(line: string): void {
    const message = JSON.parse(line) as { readonly t: string };
    this.heard.push(message);
    if (message.t === 'start' && this.comesUp) queueMicrotask(() => this.say('watching'));
    if (message.t === 'beat' && this.answers) this.say('heard');
    if (message.t === 'end' && this.answers) queueMicrotask(() => this.ears.ended('it ended with code 0'));
  }

  close(): void {
    this.isClosed = true;
  }

  /** As the operating system does it: its end is heard later. */
  kill(): void {
    this.wasKilled = true;
    queueMicrotask(() => this.ears.ended('it ended with SIGKILL'));
  }

  ref(): void {}
}

let nowUs = 0;
let calls: string[] = [];
let made: Scripted[] = [];
let comesUp = true;
beforeEach(() => {
  vi.useFakeTimers();
  [nowUs, calls, made, comesUp] = [1_767_225_600_000_000, [], [], true];
});
afterEach(() => vi.useRealTimers());

const start = (): Promise<Watchdog> =>
  startWatchdog(
    {
      dataDir: '/nowhere',
      venue: 'kraken',
      adapter: 'kraken',
      credential: { key: 'key', secret: 'secret' },
      silenceMs: SILENCE_MS,
      onActed: () => calls.push('acted'),
      onLost: (reason) => calls.push(`lost: ${reason}`),
      onBack: () => calls.push('back'),
    },
    {
      launch: (ears) => {
        const one = new Scripted(made.length + 1, ears, comesUp);
        made.push(one);
        return one;
      },
    },
  );

function ticks(watchdog: Watchdog, ms: number): void {
  for (const endUs = nowUs + ms * 1_000; nowUs < endUs; ) watchdog.beat((nowUs += TICK_US));
}
const made1 = (): Scripted => made[0] as Scripted;

describe('a watchdog that does not answer', () => {
  it('is lost after one silence of the engine’s own ticks, ended, and followed by another one', async () => {
    const watchdog = await start();
    ticks(watchdog, 60_000);
    expect([calls, watchdog.isWatching]).toEqual([[], true]);
    made1().answers = false;
    ticks(watchdog, SILENCE_MS - 200);
    expect(calls).toEqual([]);
    ticks(watchdog, 400);
    expect(calls).toEqual(['lost: it has not answered for 2000 ms']);
    expect([made1().wasKilled, watchdog.isWatching, watchdog.pid]).toEqual([true, false, undefined]);
    // Its end, and what it says too late, change nothing.
    await Promise.resolve();
    made1().say('heard');
    made1().say('watching');
    expect([calls.length, watchdog.isWatching]).toEqual([1, false]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([calls.at(-1), made.length, watchdog.isWatching, watchdog.pid]).toEqual(['back', 2, true, 2]);
    ticks(watchdog, 60_000);
    expect(calls).toHaveLength(2);
  });

  it('is not taken for lost while the engine itself slept, or when its clock is set by hours', async () => {
    const watchdog = await start();
    ticks(watchdog, 1_000);
    made1().answers = false;
    for (const jumpUs of [8 * 3_600_000_000, -8 * 3_600_000_000, 120_000_000])
      watchdog.beat((nowUs += jumpUs));
    expect(calls).toEqual([]);
    made1().answers = true;
    const before = made1().heard.length;
    // After a step back beats go on at once.
    watchdog.beat((nowUs -= 120_000_000));
    expect(made1().heard.length).toBe(before + 1);
    ticks(watchdog, 60_000);
    expect(calls).toEqual([]);
  });

  it('at its start does not watch, and is tried again later and later', async () => {
    const watchdog = await start();
    comesUp = false;
    made1().ears.ended('it ended with SIGKILL');
    expect([calls, watchdog.isWatching]).toEqual([['lost: it ended with SIGKILL'], false]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([made.length, watchdog.isWatching]).toEqual([2, false]);
    ticks(watchdog, 60_000);
    await vi.advanceTimersByTimeAsync(15_000);
    expect([made[1]?.wasKilled, watchdog.pid]).toEqual([true, undefined]);
    comesUp = true;
    await vi.advanceTimersByTimeAsync(2_000);
    expect([made.length, watchdog.isWatching, calls.at(-1)]).toEqual([3, true, 'back']);
    expect(calls).toHaveLength(2);
  });

  it('that cannot be started at the start of the engine is one that is lost, and another one is started', async () => {
    comesUp = false;
    const started = start();
    await vi.advanceTimersByTimeAsync(15_000);
    const watchdog = await started;
    expect([calls, watchdog.isWatching]).toEqual([
      ['lost: it could not be started: it ended with SIGKILL'],
      false,
    ]);
    comesUp = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([calls.at(-1), made.length, watchdog.isWatching]).toEqual(['back', 2, true]);
    await watchdog.stop();
  });

  it('of which no process can be made is tried again, and no more once the engine stops', async () => {
    let tries = 0;
    const options = { dataDir: '/nowhere', venue: 'kraken', adapter: 'kraken' };
    const watchdog = await startWatchdog(
      {
        ...options,
        credential: { key: 'key', secret: 'secret' },
        onActed: () => undefined,
        onLost: (reason) => calls.push(reason),
        onBack: () => calls.push('back'),
      },
      {
        launch: () => {
          tries++;
          throw new Error('EMFILE: too many open files');
        },
      },
    );
    expect([calls, watchdog.isWatching]).toEqual([
      ['it could not be started: EMFILE: too many open files'],
      false,
    ]);
    await vi.advanceTimersByTimeAsync(1_000 + 2_000);
    expect(tries).toBe(3);
    await watchdog.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([tries, calls.length]).toEqual([3, 1]);
  });

  it('at the end of the engine is waited for in bounded time', async () => {
    const watchdog = await start();
    made1().answers = false;
    const stopped = watchdog.stop();
    await vi.advanceTimersByTimeAsync(2_900);
    expect(made1().wasKilled).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    await stopped;
    expect([made1().wasKilled, made1().isClosed, made1().heard.at(-1), calls]).toEqual([
      true,
      true,
      { t: 'end' },
      [],
    ]);
  });
});

describe('a pipe with something else in it', () => {
  const garbage = [
    '\u0000',
    '{"t":"heard"',
    '[]',
    '{"t":"acted","report":{}}',
    '9'.repeat(20_000),
    '{"__proto__":1}',
  ];

  it('counts as no answer', async () => {
    const watchdog = await start();
    made1().answers = false;
    for (let ms = 0; ms < 3_000; ms += 100) {
      made1().ears.said(`${garbage[(ms / 100) % garbage.length]}\n`);
      ticks(watchdog, 100);
    }
    expect(calls).toEqual(['lost: it has not answered for 2000 ms']);
  });

  it('is read no further when it is flooded, and another watchdog follows', async () => {
    const watchdog = await start();
    ticks(watchdog, 1_000);
    for (const line of ['{"t":"heard"}', ...garbage]) {
      const one = made.at(-1) as Scripted;
      for (let k = 0; k < 100; k++) one.ears.said(`${line}\n`);
      expect([line.length, one.wasKilled, watchdog.isWatching]).toEqual([line.length, true, false]);
      await vi.advanceTimersByTimeAsync(1_000);
      expect([made.at(-1) === one, watchdog.isWatching]).toEqual([false, true]);
    }
    expect(new Set(calls)).toEqual(
      new Set(['lost: it sent more than 64 lines between two heartbeats', 'back']),
    );
  });
});

describe('the program of a watchdog', () => {
  const node: Host = { execPath: '/usr/bin/node', isElectron: false, platform: 'linux' };
  const electron: Host = { ...node, execPath: '/opt/Parallax/parallax', isElectron: true };

  it('is never Electron’s own, whose program runs no scripts', () => {
    const packaged = 'file:///opt/Parallax/resources/app.asar/out/main/start-watchdog-1a.js';
    expect(watchdogCommand(packaged, electron)).toEqual([
      '/opt/Parallax/resources/watchdog/node',
      '/opt/Parallax/resources/watchdog/watchdog.mjs',
    ]);
    expect(watchdogCommand(packaged, { ...electron, platform: 'win32' })[0]).toMatch(/watchdog\/node\.exe$/);
    const unpackaged = 'file:///home/me/parallax/out/main/engine.js';
    expect(watchdogCommand(unpackaged, electron)).toEqual([
      '/home/me/parallax/node_modules/node/bin/node',
      '/home/me/parallax/out/main/watchdog.js',
    ]);
  });

  it('is the Node that runs the engine elsewhere', () => {
    expect(watchdogCommand('file:///p/out/main/engine.js', node)).toEqual([
      '/usr/bin/node',
      '/p/out/main/watchdog.js',
    ]);
    expect(watchdogCommand('file:///p/src-engine/watchdog/watchdog-process.ts', node)).toEqual([
      '/usr/bin/node',
      '/p/src-engine/entry/watchdog.ts',
    ]);
  });
});

/** The threads of replays, with threads that are made up: how many run, and which one a caller has. */
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import type { TaskSettings } from './lab-task.ts';
import type { ReplayFrame, ReplayMessage } from './replay-messages.ts';
import { type ReplayParts, Replays, type ReplayThread } from './replays.ts';

const CALLER = { role: 'operator', via: 'test' } as const;
const START = { recordings: ['made.jsonl'], settings: {} };

class MadeThread extends EventEmitter implements ReplayThread {
  isRunning = true;

  postMessage(): void {
    // Commands are for the player, which has tests of its own.
  }

  async terminate(): Promise<void> {
    // A thread does not end at once.
    await new Promise((resolve) => setImmediate(resolve));
    this.isRunning = false;
    this.emit('exit');
  }
}

function made(checked: ReplayParts['checked'] = async () => ({})) {
  const threads: MadeThread[] = [];
  const clock = new SimulatedClock(0);
  const replays = new Replays({
    folders: { recordings: '', lab: '' },
    clock,
    checked,
    begin: () => {
      const thread = new MadeThread();
      threads.push(thread);
      return thread;
    },
  });
  const running = (): number => threads.filter(({ isRunning }) => isRunning).length;
  return { replays, threads, clock, running, start: async () => replays.handlers.startReplay(START, CALLER) };
}

it('leaves one thread of starts that come at once, and none after the stop', async () => {
  const { replays, running, start } = made();
  await start();
  const ids = (await Promise.all([start(), start(), start()])).map(({ replayId }) => replayId);
  expect(running()).toBe(1);
  expect(replays.view()?.replayId).toBe(ids.at(-1));
  await replays.stop();
  expect(running()).toBe(0);
});

it('ends the replay that is named, and not one that was started meanwhile', async () => {
  const { replays, running, start } = made();
  const { replayId } = await start();
  const next = start();
  await replays.handlers.controlReplay({ replayId, move: 'end' }, CALLER);
  const later = (await next).replayId;
  expect(replays.view()?.replayId).toBe(later);
  expect(running()).toBe(1);
  await replays.handlers.controlReplay({ replayId: later, move: 'end' }, CALLER);
  await replays.stop();
  expect(running()).toBe(0);
  expect(replays.view()).toBeNull();
});

it('starts nothing once it was stopped, not even what was being checked', async () => {
  let pass: (settings: TaskSettings) => void = () => undefined;
  const { replays, running, start } = made(() => new Promise((resolve) => (pass = resolve)));
  const late = start();
  await replays.stop();
  pass({});
  await expect(late).rejects.toMatchObject({ problem: { code: 'engine-stopping' } });
  expect(running()).toBe(0);
});

it('answers no question with a frame of minutes ago: all questions wait for the next frame', async () => {
  const { replays, threads, clock, start } = made();
  await start();
  const frame = (atUs: number): void => {
    const shown = { state: 'playing', atUs } as ReplayFrame;
    threads[0]?.emit('message', { type: 'frame', frame: shown } satisfies ReplayMessage);
  };
  frame(1);
  clock.advanceTo(600_000_000);
  const asked = [1, 2].map(async () => replays.handlers.getReplay({}, CALLER));
  frame(600_000_000);
  const answers = await Promise.all(asked);
  expect(answers.map(({ replay }) => replay?.atUs)).toEqual([600_000_000, 600_000_000]);
  // One that was looked at a moment ago, and shown since, is of now.
  clock.advanceTo(600_100_000);
  expect((await replays.handlers.getReplay({}, CALLER)).replay?.atUs).toBe(600_000_000);
  await replays.stop();
});

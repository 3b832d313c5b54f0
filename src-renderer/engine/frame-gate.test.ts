import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FrameGate } from './frame-gate.ts';

let frames: (() => void)[];
beforeEach(() => {
  frames = [];
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', (id: number) => void (frames[id - 1] = () => undefined));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function draw(): void {
  for (const frame of frames.splice(0)) frame();
}

test('draws on a frame, once in a period, however often it is asked', () => {
  let drawn = 0;
  const gate = new FrameGate(() => drawn++, 50);
  for (let n = 0; n < 5; n++) gate.ask();
  expect(drawn).toBe(0);
  draw();
  expect(drawn).toBe(1);
  for (let n = 0; n < 5; n++) gate.ask();
  expect(frames).toHaveLength(0);
  vi.advanceTimersByTime(50);
  draw();
  expect(drawn).toBe(2);
});

test('stopped while a frame is asked for, or while it waits for its time, draws nothing and asks for no frame', () => {
  let drawn = 0;
  const framed = new FrameGate(() => drawn++, 50);
  framed.ask();
  framed.stop();
  draw();
  expect(drawn).toBe(0);
  const waits = new FrameGate(() => drawn++, 50);
  waits.ask();
  draw();
  waits.ask();
  waits.stop();
  // The window is gone with its frames.
  vi.stubGlobal('requestAnimationFrame', undefined);
  vi.advanceTimersByTime(1_000);
  waits.ask();
  expect(drawn).toBe(1);
});

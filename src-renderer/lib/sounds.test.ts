import { afterEach, expect, it, vi } from 'vitest';
import { playSound } from './sounds.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('a window that was never touched collects no sounds: after the first touch only what is asked for then is heard', async () => {
  vi.useFakeTimers();
  let allow: () => void = () => undefined;
  let tones = 0;
  const volume = {
    gain: { setValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() },
    connect: vi.fn(),
  };
  class Audio {
    state = 'suspended';
    currentTime = 0;
    destination = {};
    readonly #allowed = new Promise<void>((resolve) => {
      allow = () => {
        this.state = 'running';
        resolve();
      };
    });
    resume(): Promise<void> {
      return this.#allowed;
    }
    createGain(): object {
      return volume;
    }
    createOscillator(): object {
      tones++;
      return { frequency: {}, connect: () => volume, start: vi.fn(), stop: vi.fn() };
    }
  }
  vi.stubGlobal('AudioContext', Audio);
  vi.stubGlobal('window', new EventTarget());
  for (let n = 0; n < 100; n++) playSound('alarm');
  expect(tones).toBe(0);
  vi.advanceTimersByTime(60_000);
  allow();
  await vi.advanceTimersByTimeAsync(0);
  expect(tones).toBe(0);
  playSound('tick');
  expect(tones).toBe(1);
});

/**
 * A screen that draws four times a second while nothing is typed or pressed. The window draws what the market does as often
 * as it can, up to twenty times a second, which takes most of a core for as long as a spec waits for an engine. Specs look at
 * states; how smoothly the window draws is measured by `npm run window-bench`.
 */
import type { BrowserContext } from '@playwright/test';

const PERIOD_MS = 250;
/** After a key, a press, a new size or the start of a page: for so long every frame is drawn. */
const PROMPT_MS = 500;
/** Ages are read off this often, instead of five times a second. */
const AGES_MS = 500;

/** For all pages that the context will open. */
export async function drawSlowly(context: BrowserContext): Promise<void> {
  await context.addInitScript(holdBackFrames, {
    periodMs: PERIOD_MS,
    promptMs: PROMPT_MS,
    agesMs: AGES_MS,
  });
}

/** In the page, before any script of its own. */
function holdBackFrames({
  periodMs,
  promptMs,
  agesMs,
}: Record<'periodMs' | 'promptMs' | 'agesMs', number>): void {
  const request = window.requestAnimationFrame.bind(window);
  const cancel = window.cancelAnimationFrame.bind(window);
  /** How each frame that was asked for is canceled. */
  const asked = new Map<number, () => void>();
  let lastId = 0;
  let drawnMs = performance.now();
  let promptUntilMs = drawnMs + promptMs;

  const ask = (id: number, callback: FrameRequestCallback): void => {
    const frame = request((atMs) => {
      asked.delete(id);
      drawnMs = performance.now();
      callback(atMs);
    });
    asked.set(id, () => cancel(frame));
  };
  window.requestAnimationFrame = (callback) => {
    const id = ++lastId;
    const nowMs = performance.now();
    const waitMs = nowMs < promptUntilMs ? 0 : drawnMs + periodMs - nowMs;
    if (waitMs <= 0) ask(id, callback);
    else {
      const timer = setTimeout(() => ask(id, callback), waitMs);
      asked.set(id, () => clearTimeout(timer));
    }
    return id;
  };
  window.cancelAnimationFrame = (id) => {
    asked.get(id)?.();
    asked.delete(id);
  };
  const every = window.setInterval.bind(window);
  window.setInterval = ((handler: TimerHandler, ms = 0, ...args: unknown[]) =>
    every(handler, Math.max(ms, agesMs), ...args)) as typeof window.setInterval;
  for (const type of ['keydown', 'pointerdown', 'pointerup', 'wheel', 'resize'])
    window.addEventListener(type, () => (promptUntilMs = performance.now() + promptMs), { capture: true });
}

/**
 * What runs in the page while the window is measured: it listens, and changes nothing of the window. Serialised into
 * the browser, so it uses nothing from outside of itself.
 */
export type WindowFigures = {
  /** Times between two frames, in ms. */
  readonly frames: readonly number[];
  /** Durations of tasks over 50 ms. */
  readonly longTasks: readonly number[];
  /** From the engine's reading of a book to after the frame that shows it, in ms. */
  readonly toPixel: readonly number[];
  /** From a key to after the frame that answers it, in ms. */
  readonly input: readonly number[];
  readonly messages: number;
  readonly bytes: number;
};

export type ProbedWindow = { parallaxProbe?: { take: () => WindowFigures } };

/** Installs the probe; its `take` answers what was measured since the last time. */
export function installProbe(): void {
  const MOST = 200_000;
  let frames: number[] = [];
  let longTasks: number[] = [];
  let toPixel: number[] = [];
  let input: number[] = [];
  let messages = 0;
  let bytes = 0;
  let bookAtMs = 0;
  const wallMs = (): number => performance.timeOrigin + performance.now();
  /** After the frame that is made from what is there at this moment. */
  const afterPaint = (run: () => void): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = run;
      port2.postMessage(0);
    });
  };

  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (typeof data !== 'string') return;
        messages++;
        bytes += data.length;
        if (!data.startsWith('{"t":"views","atUs":') || !data.includes('"key":"book:')) return;
        bookAtMs = Number.parseInt(data.slice(20, 40), 10) / 1_000;
      });
    }
  };

  let lastMs = 0;
  const onFrame = (nowMs: number): void => {
    if (lastMs > 0 && frames.length < MOST) frames.push(nowMs - lastMs);
    lastMs = nowMs;
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push(entry.duration);
  }).observe({ type: 'longtask' });
  window.addEventListener(
    'keydown',
    () => {
      const fromMs = performance.now();
      afterPaint(() => input.push(performance.now() - fromMs));
    },
    { capture: true },
  );
  const watch = (): void => {
    const ladder = document.querySelector('.ladder-body');
    if (ladder === null) return void setTimeout(watch, 100);
    let isWaiting = false;
    new MutationObserver(() => {
      if (isWaiting || bookAtMs === 0) return;
      isWaiting = true;
      const ofMs = bookAtMs;
      afterPaint(() => {
        isWaiting = false;
        if (toPixel.length < MOST) toPixel.push(wallMs() - ofMs);
      });
    }).observe(ladder, { subtree: true, childList: true, characterData: true });
  };
  document.addEventListener('DOMContentLoaded', watch);

  (window as ProbedWindow).parallaxProbe = {
    take() {
      const taken = { frames, longTasks, toPixel, input, messages, bytes };
      [frames, longTasks, toPixel, input] = [[], [], [], []];
      [messages, bytes] = [0, 0];
      return taken;
    },
  };
}

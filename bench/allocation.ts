/** Counts the heap that updates take, with nothing found: a count, so that no slow machine can fail it. */
import type { FrameStream } from './frame-stream.ts';
import type { HotPath } from './hot-path.ts';

/** Updates between two looks at the heap: so few that no collection falls between them, even at 200 bytes each. */
const CHUNK = 4_000;
const WARM_UP = 150_000;

/** Bytes an update, over at least `updates` of them. Needs `node --expose-gc`. */
export function bytesPerUpdate(path: HotPath, stream: FrameStream, updates: number): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('start it with node --expose-gc');
  const { length } = stream.updates;
  for (let warmed = 0; warmed < WARM_UP; ) {
    path.prepare(stream);
    warmed += path.run(stream);
  }
  let counted = 0;
  let bytes = 0;
  while (counted < updates) {
    path.prepare(stream);
    for (let from = 0; from < length; from += CHUNK) {
      gc({ type: 'minor', execution: 'sync' });
      const before = process.memoryUsage().heapUsed;
      const done = path.run(stream, from, Math.min(length, from + CHUNK));
      bytes += process.memoryUsage().heapUsed - before;
      counted += done;
    }
  }
  path.check(stream.name);
  return bytes / counted;
}

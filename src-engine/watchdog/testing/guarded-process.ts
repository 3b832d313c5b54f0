/**
 * Stands for an engine: starts the watchdog that the first line of its input describes, and beats in a loop. Further lines:
 * `stop`, `hang` (the loop never comes back), `mute` (the process lives, its loop is over). Prints one JSON object a line.
 */
import { createInterface } from 'node:readline';
import { lockDataDir } from '../../gateway/runtime-file.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { startWatchdog, type Watchdog } from '../start-watchdog.ts';

const BEAT_MS = 50;
const send = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

const clock = new SystemClock();
let watchdog: Watchdog | undefined;
let beats: NodeJS.Timeout | undefined;
let count = 0;

async function begin(line: string): Promise<void> {
  const options = JSON.parse(line) as { dataDir: string };
  lockDataDir(options.dataDir);
  watchdog = await startWatchdog({
    ...(JSON.parse(line) as Omit<Parameters<typeof startWatchdog>[0], 'onActed' | 'onLost' | 'onBack'>),
    onActed: (report) => send({ acted: report }),
    onLost: (reason) => send({ lost: reason }),
    onBack: () => send({ back: true }),
  });
  let pid: number | undefined;
  beats = setInterval(() => {
    watchdog?.beat(clock.nowUs());
    if (watchdog !== undefined && ++count % 20 === 0) send({ beats: count });
    if (pid === watchdog?.pid) return;
    pid = watchdog?.pid;
    if (pid !== undefined) send({ watchdog: pid });
  }, BEAT_MS);
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') {
    clearInterval(beats);
    await watchdog?.stop();
    send({ stopped: true });
  } else if (line === 'mute') clearInterval(beats);
  else if (line === 'hang') for (;;) Math.sqrt(2);
  else await begin(line);
}

/** Entry of the thread of a replay: `workerData` is a ReplayStart. It ends with the command `end`. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { BacktestOptions } from '../backtest/options.ts';
import { UserError } from '../domain/errors.ts';
import { giveWay } from '../lib/give-way.ts';
import {
  BELL_LOOKED,
  BELL_RINGS,
  type ReplayCommand,
  type ReplayMessage,
  type ReplayStart,
} from './replay-messages.ts';
import { ReplayPlayer } from './replay-player.ts';
import { tapeOf } from './tape-shelf.ts';

const LOW_PRIORITY = 10;

if (parentPort === null) throw new Error('replay-worker.ts runs in a worker thread only');
// As all work of the lab it gives way to the engine that trades.
if (process.platform === 'linux') giveWay(LOW_PRIORITY);

function say(port: MessagePort, message: ReplayMessage): void {
  port.postMessage(message);
}

async function run(port: MessagePort, { folders, recordings, settings, bell }: ReplayStart): Promise<void> {
  const tape = await tapeOf(folders, recordings);
  const options = { logs: [tape.path], ...settings } as BacktestOptions;
  const rings = new Int32Array(bell);
  let heard = 0;
  await new ReplayPlayer(tape, options, {
    take: () => {
      // Read before the messages: a ring that comes meanwhile ends the next sleep at once.
      heard = Atomics.load(rings, BELL_RINGS);
      return receiveMessageOnPort(port)?.message as ReplayCommand | undefined;
    },
    sleep: (ms) => void Atomics.wait(rings, BELL_RINGS, heard, ms),
    isLookedAt: () => Atomics.exchange(rings, BELL_LOOKED, 0) === 1,
    nowMs: () => performance.now(),
    show: (frame) => say(port, { type: 'frame', frame }),
    answer: (ask, trade) => say(port, { type: 'trade', ask, trade }),
  }).run();
}

const port = parentPort;
void run(port, workerData as ReplayStart)
  .catch((error: unknown) => {
    const code = error instanceof UserError ? error.problem.code : 'internal';
    say(port, { type: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  })
  .finally(() => port.close());

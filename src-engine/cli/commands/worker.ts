import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { REDIS_PASSWORD, redisTarget } from '../../backtest/sweep/remote/redis-target.ts';
import { defaultDataDir } from '../../config/data-dir.ts';
import { UserError } from '../../domain/errors.ts';
import { type Command, EXIT_DONE, numberOption, textOption } from '../command.ts';
import { untilStopped } from '../until-stopped.ts';

const MAX_THREADS = 64;

export const worker: Command = {
  name: 'worker',
  summary:
    'Runs trials of sweeps that other machines queue on a Redis, on the market data of a local folder.',
  usage: '--redis URL [--data DIR] [--threads N] [--seconds N] [--json]',
  options: {
    redis: { type: 'string' },
    data: { type: 'string' },
    threads: { type: 'string' },
    seconds: { type: 'string' },
  },
  async run(args, output) {
    const url = textOption(args, 'redis');
    if (url === undefined) {
      throw new UserError({
        code: 'bad-usage',
        field: '--redis',
        message: 'is missing',
        remedy: 'Give the address that the sweep was started with, for example redis://127.0.0.1:6379.',
      });
    }
    const threads =
      numberOption(args, 'threads', { min: 1, max: MAX_THREADS, integer: true }) ?? availableParallelism();
    const seconds = numberOption(args, 'seconds', { min: 1, max: 86_400 });
    // Loaded when asked for: no other command needs a queue.
    const { runSweepWorker } = await import('../../backtest/sweep/remote/sweep-worker-loop.ts');
    const abort = new AbortController();
    void untilStopped(seconds).then(() => abort.abort());
    const trials = await runSweepWorker({
      redis: redisTarget(url, process.env[REDIS_PASSWORD]),
      data: resolve(textOption(args, 'data') ?? '.'),
      cache: join(defaultDataDir(), 'tapes'),
      threads,
      note: output.note,
      signal: abort.signal,
    });
    output.result({ trials }, `${trials} trials run here`);
    return EXIT_DONE;
  },
};

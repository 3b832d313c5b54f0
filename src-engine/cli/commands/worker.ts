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
  options: {
    redis: {
      value: 'URL',
      words: 'the Redis that the sweep was started with, without its password',
      example: 'redis://127.0.0.1:6379',
    },
    data: {
      value: 'DIR',
      words: 'the folder with the market data',
      usual: 'this folder',
      example: './recordings',
    },
    threads: {
      value: 'N',
      words: 'threads that run trials',
      range: { min: 1, max: MAX_THREADS, integer: true },
      usual: availableParallelism(),
      example: '2',
    },
    seconds: {
      value: 'N',
      words: 'ends after so many seconds',
      range: { min: 1, max: 86_400 },
      usual: 'Ctrl+C',
      example: '3600',
    },
  },
  examples: ['worker --redis redis://127.0.0.1:6379 --data ./recordings'],
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
    const threads = numberOption(args, 'threads') ?? availableParallelism();
    const seconds = numberOption(args, 'seconds');
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

import { expect, it, onTestFinished } from 'vitest';
import { launchSide } from './side-process.ts';

it('a first line that cannot be had ends no engine where no process could be started either', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const reason = await new Promise((resolve) => {
    launchSide(
      () => {
        throw new Error('EMFILE');
      },
      () => ({ program: 'none', args: [], first: Promise.reject(new Error('there is no such file')) }),
      { said: () => undefined, ended: resolve },
    );
  });
  expect(reason).toBe('EMFILE');
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
});

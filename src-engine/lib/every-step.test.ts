import { expect, it } from 'vitest';
import { everyStep } from './every-step.ts';

it('takes every step in order behind one that fails, and throws the first failure', async () => {
  const taken: string[] = [];
  const step = (name: string, failure?: string) => async () => {
    await Promise.resolve();
    taken.push(name);
    if (failure !== undefined) throw new Error(failure);
  };
  const steps = [step('journal', 'no disk'), step('log', 'no file'), step('account')];
  await expect(everyStep(steps)).rejects.toThrow('no disk');
  expect(taken).toEqual(['journal', 'log', 'account']);
  await everyStep([step('again')]);
});

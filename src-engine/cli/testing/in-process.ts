/** The command line in this process, for tests of many cases: what it wrote, and the code that it would end with. */
import { vi } from 'vitest';
import { main } from '../main.ts';
import type { Answer } from './parallax-process.ts';

export async function parallaxHere(...args: string[]): Promise<Answer> {
  const answer = { stdout: '', stderr: '' };
  const caught = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      answer[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await main(args), ...answer };
  } finally {
    for (const spy of caught) spy.mockRestore();
  }
}

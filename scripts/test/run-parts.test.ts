import { getPriority } from 'node:os';
import { expect, it } from 'vitest';
import { Progress } from './progress.ts';
import { type Part, runLanes } from './run-parts.ts';

const part = (name: string): Part => ({
  name,
  heading: name.toUpperCase(),
  unit: 'tests',
  script: [],
  counts: (code) => ({ passed: 1, failed: code, skipped: 0 }),
});

/** Programs that a test lets speak and end. */
function programs() {
  const speak = new Map<string, (text: string) => void>();
  const send = new Map<string, (message: unknown) => void>();
  const end = new Map<string, (code: number) => void>();
  const run = (
    { name }: Part,
    onOutput: (text: string) => void,
    onMessage: (message: unknown) => void,
  ): Promise<number> => {
    speak.set(name, onOutput);
    send.set(name, onMessage);
    return new Promise((resolve) => end.set(name, resolve));
  };
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { speak, send, end, run, settled };
}

it('runs lanes side by side and the parts of a lane in turn, and shows their output as if all ran in turn', async () => {
  const lanes = [[part('lint'), part('unit')], [part('window')]];
  const { speak, send, end, run, settled } = programs();
  let shown = '';
  const progress = new Progress(lanes, { seconds: {}, isOurs: false }, () => 0);
  const results = runLanes(lanes, progress, { write: (text) => void (shown += text) }, run);
  expect([...speak.keys()]).toEqual(['lint', 'window']);
  speak.get('window')?.('w1\n');
  speak.get('lint')?.('l1\n');
  send.get('window')?.({ parallaxTests: { done: 1, total: 4, share: 0.5 } });
  expect(shown).toBe('\n── LINT\nl1\n');
  expect(progress.line()).toMatch(/^lint · window: 1 of 4 tests, /);
  end.get('lint')?.(1);
  await settled();
  speak.get('unit')?.('u1\n');
  end.get('window')?.(0);
  await settled();
  expect(shown).toBe('\n── LINT\nl1\n\n── UNIT\nu1\n');
  end.get('unit')?.(0);
  expect(await results).toEqual([
    { passed: 1, failed: 1, skipped: 0 },
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 1, failed: 0, skipped: 0 },
  ]);
  expect(shown).toBe('\n── LINT\nl1\n\n── UNIT\nu1\n\n── WINDOW\nw1\n');
});

it('shows what a later part has said so far when its turn comes, and goes on as it comes', async () => {
  const lanes = [[part('lint')], [part('window')], []];
  const { speak, end, run, settled } = programs();
  let shown = '';
  const progress = new Progress(lanes, { seconds: {}, isOurs: false }, () => 0);
  const results = runLanes(lanes, progress, { write: (text) => void (shown += text) }, run);
  speak.get('window')?.('w1\n');
  end.get('lint')?.(0);
  await settled();
  expect(shown).toBe('\n── LINT\n\n── WINDOW\nw1\n');
  speak.get('window')?.('w2\n');
  expect(shown).toMatch(/w1\nw2\n$/);
  end.get('window')?.(0);
  expect(await results).toHaveLength(2);
});

it('lets a part give way to the others', async () => {
  const priority = Math.min(19, getPriority() + 1);
  // It ends once its priority has come.
  const script = `while (require('node:os').getPriority() !== ${priority});
    process.stdout.write('gives way');`;
  let shown = '';
  const lanes = [[{ ...part('unit'), script: ['--eval', script], priority }]];
  const progress = new Progress(lanes, { seconds: {}, isOurs: false }, () => 0);
  await runLanes(lanes, progress, { write: (text) => void (shown += text) });
  expect(shown).toContain('gives way');
});

import { expect, it } from 'vitest';
import type { Role } from '../contract/operations.ts';
import { ManualClock } from '../gateway/testing/fake-host.ts';
import { until } from '../testing/until.ts';
import { SnapshotDesk } from './snapshot-desk.ts';

function deskByHand() {
  const clock = new ManualClock();
  const begun: { readonly role: Role; end(): void; fail(error: Error): void }[] = [];
  const desk = new SnapshotDesk(
    clock,
    (role) =>
      new Promise((resolve, reject) => {
        const text = `snapshot ${begun.length + 1}`;
        begun.push({ role, end: () => resolve(text), fail: reject });
      }),
  );
  return { clock, desk, begun };
}

it('who asks while one is made gets the next one, all of them the same', async () => {
  const { desk, begun } = deskByHand();
  const first = desk.text('operator');
  await until(() => begun.length === 1);
  const others = Array.from({ length: 100 }, () => desk.text('operator'));
  begun[0]?.end();
  expect(await first).toBe('snapshot 1');
  await until(() => begun.length === 2);
  begun[1]?.end();
  expect(new Set(await Promise.all(others))).toEqual(new Set(['snapshot 2']));
  expect(begun).toHaveLength(2);
});

it('viewers are given four a second at most, and keep no operator waiting', async () => {
  const { clock, desk, begun } = deskByHand();
  const ofViewers = () => begun.filter(({ role }) => role === 'viewer').length;
  for (let ms = 0; ms < 1_000; ms += 50) {
    for (let k = 0; k < 50; k++) void desk.text('viewer');
    await new Promise(setImmediate);
    begun.at(-1)?.end();
    clock.advanceMs(50);
    await new Promise(setImmediate);
  }
  expect(ofViewers()).toBeGreaterThan(1);
  expect(ofViewers()).toBeLessThanOrEqual(5);
  const asked = desk.text('operator');
  await until(() => begun.at(-1)?.role === 'operator');
  begun.at(-1)?.end();
  expect(await asked).toMatch(/^snapshot/);
});

it('one that fails fails for those who waited for it, and the next one is made', async () => {
  const { desk, begun } = deskByHand();
  const failing = [desk.text('operator'), desk.text('operator')].map((text) =>
    text.catch((error: Error) => error.message),
  );
  await until(() => begun.length === 1);
  begun[0]?.fail(new Error('the reader is busy'));
  expect(await Promise.all(failing)).toEqual(['the reader is busy', 'the reader is busy']);
  const next = desk.text('operator');
  await until(() => begun.length === 2);
  begun[1]?.end();
  expect(await next).toBe('snapshot 2');
});

import { expect, it } from 'vitest';
import type { Role } from '../contract/operations.ts';
import { ManualClock } from '../gateway/testing/fake-host.ts';
import { answerBuffer, AnswerBytes, HeldBytes } from '../lib/answer-bytes.ts';
import { until } from '../testing/until.ts';
import { SnapshotDesk } from './snapshot-desk.ts';

function deskByHand() {
  const clock = new ManualClock();
  const begun: { readonly role: Role; end(): void; fail(error: Error): void }[] = [];
  const held = new HeldBytes();
  const desk = new SnapshotDesk(
    clock,
    (role) =>
      new Promise((resolve, reject) => {
        const text = `"snapshot ${begun.length + 1}"`;
        begun.push({ role, end: () => resolve(new AnswerBytes(answerBuffer(text), held)), fail: reject });
      }),
  );
  return { clock, desk, begun, held };
}

it('who asks while one is made gets the next one, all of them the same', async () => {
  const { desk, begun, held } = deskByHand();
  const first = desk.bytes('operator');
  await until(() => begun.length === 1);
  const others = Array.from({ length: 100 }, () => desk.bytes('operator'));
  begun[0]?.end();
  expect((await first).takeText()).toBe('"snapshot 1"');
  await until(() => begun.length === 2);
  begun[1]?.end();
  const answers = await Promise.all(others);
  expect(begun).toHaveLength(2);
  // One and the same memory for all, until the last of them has sent it.
  expect(held.bytes).toBe('{"ok":true,"data":"snapshot 2"}'.length);
  for (const answer of answers.slice(1)) answer.release();
  expect(answers[0]?.takeText()).toBe('"snapshot 2"');
  expect(held.bytes).toBe(0);
});

it('viewers are given four a second at most, and keep no operator waiting', async () => {
  const { clock, desk, begun } = deskByHand();
  const ofViewers = () => begun.filter(({ role }) => role === 'viewer').length;
  for (let ms = 0; ms < 1_000; ms += 50) {
    for (let k = 0; k < 50; k++) void desk.bytes('viewer');
    await new Promise(setImmediate);
    begun.at(-1)?.end();
    clock.advanceMs(50);
    await new Promise(setImmediate);
  }
  expect(ofViewers()).toBeGreaterThan(1);
  expect(ofViewers()).toBeLessThanOrEqual(5);
  const asked = desk.bytes('operator');
  await until(() => begun.at(-1)?.role === 'operator');
  begun.at(-1)?.end();
  expect((await asked).takeText()).toMatch(/^"snapshot/);
});

it('one that fails fails for those who waited for it, and the next one is made', async () => {
  const { desk, begun } = deskByHand();
  const failing = [desk.bytes('operator'), desk.bytes('operator')].map((answer) =>
    answer.catch((error: Error) => error.message),
  );
  await until(() => begun.length === 1);
  begun[0]?.fail(new Error('the reader is busy'));
  expect(await Promise.all(failing)).toEqual(['the reader is busy', 'the reader is busy']);
  const next = desk.bytes('operator');
  await until(() => begun.length === 2);
  begun[1]?.end();
  expect((await next).takeText()).toBe('"snapshot 2"');
});

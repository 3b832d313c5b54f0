import { expect, it } from 'vitest';
import { answerBuffer, AnswerBytes, HeldBytes } from './answer-bytes.ts';

const made = (data: unknown, held = new HeldBytes()): AnswerBytes =>
  new AnswerBytes(answerBuffer(JSON.stringify(data)), held);

it('an answer has its data in it, whatever the characters, and is counted where it is held until the last holder is done', () => {
  let falls = 0;
  const all = new HeldBytes(undefined, () => falls++);
  const own = new HeldBytes(all);
  const data = { text: '"µ✓😀\ud800\u0000', list: [] };
  const answer = made(data, own);
  expect(JSON.parse(answer.whole.toString())).toEqual({ ok: true, data });
  expect(JSON.parse(`{"id":1,${answer.rest.toString()}`)).toEqual({ id: 1, ok: true, data });
  answer.hold(1);
  expect([own.bytes, all.bytes]).toEqual([answer.length, answer.length]);
  answer.release();
  expect([own.bytes, answer.whole.length, falls]).toEqual([answer.length, answer.length, 0]);
  expect(JSON.parse(answer.takeText())).toEqual(data);
  // Gone at once, and not when the collector comes.
  expect([own.bytes, all.bytes, answer.whole.length, falls]).toEqual([0, 0, 0, 1]);
  answer.release();
  expect([own.bytes, falls]).toEqual([0, 1]);
});

it('an answer that is joined to other fields, or changed, takes the place of the one that it was made of', () => {
  const held = new HeldBytes();
  const history = made({ orders: ['✓'] }, held);
  const joined = history.joinedTo(JSON.stringify({ status: 'µ', seq: 3 }));
  expect([history.whole.length, held.bytes]).toEqual([0, joined.length]);
  const mapped = joined.mapped((json) => json.replace('"seq":3', '"seq":30'));
  expect(held.bytes).toBe(mapped.length);
  expect(JSON.parse(mapped.takeText())).toEqual({ status: 'µ', seq: 30, orders: ['✓'] });
  expect(held.bytes).toBe(0);
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '../../src-engine/contract/topics.ts';
import { FactLane } from './fact-lane.ts';

const fact = (seq: number): Fact => ({ seq, event: { type: 'killVerified', openOrders: 0, atUs: seq } });
const seqs = (facts: readonly Fact[]) => facts.map(({ seq }) => seq);

test('facts that arrive before the snapshot are applied after it, without those it already holds', () => {
  const lane = new FactLane();
  lane.awaitSnapshot();
  expect(lane.push([fact(4), fact(5)])).toEqual({ facts: [], gap: false });
  expect(lane.push([fact(6)])).toEqual({ facts: [], gap: false });
  const step = lane.snapshotArrived(5);
  expect(seqs(step.facts)).toEqual([6]);
  expect(step.gap).toBe(false);
});

test('a missing number asks for another snapshot and holds back what follows it', () => {
  const lane = new FactLane();
  lane.snapshotArrived(10);
  const step = lane.push([fact(11), fact(13), fact(14)]);
  expect(seqs(step.facts)).toEqual([11]);
  expect(step.gap).toBe(true);
  expect(lane.push([fact(15)]).facts).toEqual([]);
  expect(seqs(lane.snapshotArrived(14).facts)).toEqual([15]);
});

test('too many facts while a snapshot is awaited ask for another one', () => {
  const lane = new FactLane();
  lane.awaitSnapshot();
  lane.push(Array.from({ length: 50_000 }, (_, i) => fact(i + 1)));
  lane.push([fact(50_001)]);
  expect(lane.snapshotArrived(0)).toEqual({ facts: [], gap: true });
});

test('whatever is split, repeated or lost: what is applied rises by one, from the snapshot on', () => {
  const message = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.array(message, { maxLength: 30 }), (from, messages) => {
      const lane = new FactLane();
      lane.snapshotArrived(from);
      let last = from;
      for (const numbers of messages) {
        const step = lane.push(numbers.map(fact));
        for (const { seq } of step.facts) {
          expect(seq).toBe(last + 1);
          last = seq;
        }
        if (step.gap) lane.snapshotArrived(last);
      }
    }),
  );
});

import { describe, expect, it } from 'vitest';
import { BookUpdate } from '../../domain/market-data.ts';
import { DepthJoin } from './depth-join.ts';

function message(seq: number, isSnapshot = false, receivedUs = 0): BookUpdate {
  const made = new BookUpdate();
  made.reset(0, isSnapshot, receivedUs);
  made.seq = seq;
  return made;
}

/** A book that held the changes to 110 behind its snapshot of 90; from 100 on a further snapshot was waited for. */
function held() {
  const join = new DepthJoin();
  const applied: number[] = [];
  const snapshot = (seq: number) => join.snapshot(message(seq, true), ({ seq: at }) => applied.push(at));
  const change = (seq: number) => join.change(seq, message(seq));
  snapshot(90);
  for (let seq = 91; seq <= 100; seq++) change(seq);
  join.keep();
  for (let seq = 101; seq <= 110; seq++) change(seq);
  applied.length = 0;
  return { join, applied, snapshot, change };
}

describe('a book that was lost while a further snapshot was on its way', () => {
  it('is not taken back behind what it held by that snapshot, and is live by the next one', () => {
    const { join, applied, snapshot } = held();
    join.lose();
    expect([snapshot(100), join.isLive, applied]).toEqual([false, false, []]);
    expect([snapshot(110), join.isLive, join.applied]).toEqual([true, true, 110]);
  });

  it('nor by one that the changes since do not lead from to where it was', () => {
    const { join, snapshot, change } = held();
    join.lose();
    change(111);
    expect([snapshot(100), snapshot(109), join.isLive]).toEqual([false, false, false]);
    expect([snapshot(110), join.applied]).toEqual([true, 111]);
  });

  it('is live by it at once where no change is missing: those that were kept go on from it', () => {
    const { join, applied, snapshot, change } = held();
    join.rest();
    change(111);
    expect([snapshot(100), join.isLive, join.applied]).toEqual([true, true, 111]);
    expect(applied).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111]);
  });

  it('begins anew with its next connection', () => {
    const { join, snapshot } = held();
    join.reset();
    expect([snapshot(50), join.applied]).toEqual([true, 50]);
  });
});

describe('a venue that counts anew without a word', () => {
  const S = 1_000_000;

  it('loses the book once only earlier numbers came for ten seconds, and the next snapshot begins it', () => {
    const join = new DepthJoin();
    join.snapshot(message(1_000, true, 1), () => undefined);
    const at = (seq: number, receivedUs: number) => join.change(seq, message(seq, false, receivedUs));
    expect([at(1, S), at(2, 10 * S), at(1_000, 60 * S)]).toEqual(['stale', 'stale', 'stale']);
    // What goes on from the book shows that it is the venue's.
    expect([at(1_001, 60 * S), at(3, 61 * S), at(4, 71 * S - 1)]).toEqual(['follows', 'stale', 'stale']);
    expect([at(5, 71 * S), join.isLive]).toEqual(['restarted', false]);
    expect([join.snapshot(message(4, true, 72 * S), () => undefined), join.applied]).toEqual([true, 5]);
  });

  it('is found by its snapshots where the book was lost, and a number that never was is no hindrance', () => {
    const { join } = held();
    join.lose();
    join.change(9_000, message(9_000, false, S));
    join.change(5, message(5, false, S));
    const snapshot = (seq: number, receivedUs: number) =>
      join.snapshot(message(seq, true, receivedUs), () => undefined);
    expect([snapshot(5, 2 * S), snapshot(5, 12 * S - 1), snapshot(5, 12 * S), join.applied]).toEqual([
      false,
      false,
      true,
      5,
    ]);
  });
});

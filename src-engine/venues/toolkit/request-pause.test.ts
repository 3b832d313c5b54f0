import { expect, it } from 'vitest';
import { RequestPause, RequestPauses } from './request-pause.ts';

const S = 1_000_000;
const NOW = 1_700_000_000 * S;

it('a pause holds what can wait until its end, and the longest counts', () => {
  const pause = new RequestPause();
  expect([pause.untilUs, pause.waitUs(NOW), pause.refusal(NOW)]).toEqual([0, 0, undefined]);
  pause.begin(NOW + 30 * S, NOW);
  pause.begin(NOW + 10 * S, NOW);
  expect([pause.untilUs, pause.waitUs(NOW + S), pause.isBanned(NOW)]).toEqual([NOW + 30 * S, 29 * S, false]);
  expect(pause.refusal(NOW + 500_000)).toBe('the venue asks for a pause, for 30 s more');
  expect(pause.refusal(NOW + 30 * S)).toBeUndefined();
  // What is over begins no pause.
  pause.begin(NOW, NOW + 40 * S);
  expect(pause.waitUs(NOW + 40 * S)).toBe(0);
});

it('a pause lets urgent calls through, and holds them for five seconds once one of them ran into it', () => {
  const pause = new RequestPause();
  pause.begin(NOW + 30 * S, NOW);
  expect(pause.refusal(NOW, true)).toBeUndefined();
  pause.begin(NOW + 60 * S, NOW + S, { wasUrgent: true });
  expect([pause.waitUs(NOW + S, true), pause.waitUs(NOW + 6 * S, true)]).toEqual([5 * S, 0]);
  // The pause ends before the five seconds do.
  pause.begin(NOW + 61 * S, NOW + 59 * S, { wasUrgent: true });
  expect([pause.waitUs(NOW + 60 * S, true), pause.waitUs(NOW + 61 * S, true)]).toEqual([S, 0]);
});

it('urgent calls that run into one pause again and again wait twice as long each time, and less than a pause', () => {
  const pause = new RequestPause();
  let nowUs = NOW;
  const waits = [0, 1, 2, 3].map(() => {
    pause.begin(NOW + 60 * S, nowUs, { wasUrgent: true });
    const waitUs = pause.waitUs(nowUs, true);
    nowUs += waitUs;
    return waitUs / S;
  });
  // The fourth has to wait for the end of the pause.
  expect([waits, nowUs]).toEqual([[5, 10, 20, 25], NOW + 60 * S]);
  pause.begin(nowUs + 60 * S, nowUs, { wasUrgent: true });
  expect(pause.waitUs(nowUs, true)).toBe(5 * S);
});

it('a ban holds urgent calls too, and a pause that follows makes it no shorter', () => {
  const pause = new RequestPause();
  pause.begin(NOW + 120 * S, NOW, { isBan: true });
  pause.begin(NOW + 10 * S, NOW);
  expect(pause.refusal(NOW, true)).toBe('the venue has banned this address, for 120 s more');
  pause.begin(NOW + 200 * S, NOW + 100 * S);
  expect(pause.refusal(NOW + 100 * S)).toBe('the venue has banned this address, for 100 s more');
  expect(pause.refusal(NOW + 120 * S)).toBe('the venue asks for a pause, for 80 s more');
  expect(pause.refusal(NOW + 120 * S, true)).toBeUndefined();
});

it('each venue has one of its own, the same for every caller', () => {
  const pauses = new RequestPauses();
  pauses.of('east').begin(NOW + S, NOW);
  expect([pauses.of('east').waitUs(NOW), pauses.of('west').waitUs(NOW)]).toEqual([S, 0]);
});

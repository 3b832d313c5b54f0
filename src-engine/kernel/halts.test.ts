import { expect, it } from 'vitest';
import { Outbox } from '../domain/effect.ts';
import { Halts } from './halts.ts';

const VENUES = ['east', 'west'];

it('what stood in one session stands in the next: a pause, a halt of all, halts of single venues', () => {
  const before = new Halts(VENUES, new Outbox());
  before.pause(1);
  before.halt('stranded', 'a leg is stranded', 2, 'west');
  before.halt('clock', 'the clock was set', 3, undefined);
  const after = new Halts(VENUES, new Outbox());
  after.goOn(before.standing, 4);
  expect(after.standing).toEqual({
    isPaused: true,
    reason: 'the clock was set',
    ofVenues: [['west', 'a leg is stranded']],
  });
  after.resume({ kind: 'operator', via: 'test' }, 5, undefined);
  expect(after.standing).toEqual(new Halts(VENUES, new Outbox()).standing);
});

it('a halt of a venue that is alone by now is one of all', () => {
  const before = new Halts(VENUES, new Outbox());
  before.halt('stranded', 'a leg is stranded', 1, 'west');
  const after = new Halts(['west'], new Outbox());
  after.goOn(before.standing, 2);
  expect(after.refusal('west')).toBe('a leg is stranded');
});

it('where nothing stood nothing is reported', () => {
  const outbox = new Outbox();
  new Halts(VENUES, outbox).goOn(new Halts(VENUES, new Outbox()).standing, 1);
  expect(outbox.events).toEqual([]);
});

it('one venue is paused by itself, keeps the reason of a halt, and is all of a run of one venue', () => {
  const halts = new Halts(VENUES, new Outbox());
  halts.pauseVenue('west', 1);
  halts.halt('stranded', 'a leg is stranded', 2, 'east');
  halts.pauseVenue('east', 3);
  expect([halts.refusal('west'), halts.refusal('east'), halts.isPaused]).toEqual([
    'paused by the operator',
    'a leg is stranded',
    false,
  ]);
  halts.resume({ kind: 'operator', via: 'test' }, 4, 'west');
  expect(halts.refusal('west')).toBeUndefined();
  const one = new Halts(['west'], new Outbox());
  one.pauseVenue('west', 1);
  expect(one.isPaused).toBe(true);
});

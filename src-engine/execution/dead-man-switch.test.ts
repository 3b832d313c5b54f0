/** When the countdown at a venue is put off, asked for again, and given up: to the microsecond. */
import { describe, expect, it } from 'vitest';
import { Outbox } from '../domain/effect.ts';
import { DeadManSwitch } from './dead-man-switch.ts';

const MS = 1_000;
const S = 1_000_000;
const START = 1_767_225_600_000_000;

function rig() {
  const outbox = new Outbox();
  const halts: string[] = [];
  const state = { obstacle: '', isWanted: true };
  const guard = new DeadManSwitch({
    outbox,
    venues: ['test'],
    isWanted: () => state.isWanted,
    obstacle: () => state.obstacle,
    halt: (code, reason) => halts.push(`${code}: ${reason}`),
  });
  let nowUs = START;
  /** Ticks every 100 ms. */
  const pass = (us: number): void => {
    const endUs = nowUs + us;
    while (nowUs < endUs) {
      nowUs = Math.min(endUs, nowUs + 100 * MS);
      guard.onTick(nowUs);
    }
  };
  const asked = (): number[] =>
    outbox.effects.flatMap((effect) => (effect.type === 'keepAlive' ? [effect.timeoutMs] : []));
  const answer = (refusal = '', timeoutMs = 60_000): void =>
    guard.onAnswer('test', timeoutMs, refusal, nowUs);
  const states = (): string[] =>
    outbox.events.flatMap((event) => (event.type === 'deadManSwitchChanged' ? [event.state] : []));
  guard.onTick(nowUs);
  return { guard, halts, state, pass, asked, answer, states };
}

describe('the countdown at a venue', () => {
  it('counts from the request, and says what is missing of it', () => {
    const { guard, state, pass, answer } = rig();
    const gap = (atS: number, leastS = 0): string | undefined =>
      guard.gap('test', leastS * S, START + atS * S)?.replace('the dead-man switch of test ', '');
    pass(S);
    expect(gap(1)).toBe('is not set yet');
    // The answer is read four seconds after the request left.
    pass(4 * S);
    answer();
    expect([gap(5), gap(40, 20), gap(41, 20), gap(60.9), gap(61)]).toEqual([
      undefined,
      undefined,
      'was not renewed lately',
      undefined,
      'ran out: no renewal was answered',
    ]);
    pass(16 * S);
    answer('EAPI:Rate limit exceeded');
    expect(gap(21)).toBe('is failing: EAPI:Rate limit exceeded');
    state.obstacle = 'the feed is silent';
    pass(S);
    expect(gap(22)).toBe('is withheld: the feed is silent');
  });

  it('begins once the loop has run for a whole second, and is put off every twenty', () => {
    const { pass, asked, answer } = rig();
    pass(S - 1);
    expect(asked()).toEqual([]);
    pass(1);
    expect(asked()).toEqual([60_000]);
    answer();
    pass(20 * S - 1);
    expect(asked()).toHaveLength(1);
    pass(1);
    expect(asked()).toHaveLength(2);
  });

  it('is put off across a pause of half a second, and after a longer one no sooner than a second later', () => {
    const { guard, pass, asked } = rig();
    pass(20 * S);
    const before = asked().length;
    // The next is due at 21 s; half a second between two ticks is no standstill.
    guard.onTick(START + 20.5 * S);
    guard.onTick(START + 21 * S);
    expect(asked()).toHaveLength(before + 1);
    const late = rig();
    late.pass(20 * S);
    late.guard.onTick(START + 20.5 * S + 1);
    late.guard.onTick(START + 21 * S);
    expect(late.asked()).toHaveLength(before);
    late.guard.onTick(START + 21.5 * S);
    late.guard.onTick(START + 21.5 * S + 1);
    expect(late.asked()).toHaveLength(before + 1);
  });

  it('is reported as set once, however often it is put off', () => {
    const { pass, answer, states } = rig();
    pass(S);
    for (let nth = 0; nth < 4; nth++) {
      answer();
      pass(20 * S);
    }
    expect(states()).toEqual(['set']);
  });

  it('ends once the venue shows nothing open after a kill, and only where it was ever set', () => {
    const { guard, pass, asked, answer } = rig();
    guard.onEmpty('test');
    guard.onEmpty('other');
    expect(asked()).toEqual([]);
    pass(S);
    answer();
    guard.onEmpty('test');
    expect(asked()).toEqual([60_000, 0]);
    answer('', 0);
    guard.onEmpty('test');
    expect(asked()).toEqual([60_000, 0]);
  });

  it('that was refused is asked for again five seconds later, and no sooner', () => {
    const { pass, asked, answer, states } = rig();
    pass(S);
    answer('busy');
    pass(5 * S - 1);
    expect(asked()).toHaveLength(1);
    pass(1);
    expect(asked()).toHaveLength(2);
    expect(states()).toEqual(['failing']);
  });

  it('that is refused for a minute halts trading, and not a microsecond sooner', () => {
    const { guard, halts, pass } = rig();
    pass(S);
    guard.onAnswer('test', 60_000, 'busy', START + 61 * S - 1);
    expect(halts).toEqual([]);
    guard.onAnswer('test', 60_000, 'busy', START + 61 * S);
    expect(halts).toEqual(['dead-man-switch: the dead-man switch of test could not be set for 60 s: busy']);
  });

  it('is not begun where nothing needs it, nor ended where it was never set or is over', () => {
    const { guard, state, pass, asked, answer, states } = rig();
    state.isWanted = false;
    pass(30 * S);
    guard.onEmpty('test');
    expect(asked()).toEqual([]);
    state.isWanted = true;
    pass(100 * MS);
    answer();
    guard.onEmpty('test');
    // An end that is refused is none, and harms nothing.
    answer('busy', 0);
    expect(states()).toEqual(['set']);
    answer('', 0);
    guard.onEmpty('test');
    expect([asked(), states()]).toEqual([
      [60_000, 0],
      ['set', 'ended'],
    ]);
  });

  it('that was ended is not taken for set, though a question of before was not answered yet', () => {
    const { guard, pass, asked, answer, states } = rig();
    pass(S);
    answer();
    pass(20 * S);
    expect(asked()).toHaveLength(2);
    guard.onEmpty('test');
    answer('', 0);
    expect(states()).toEqual(['set', 'ended']);
  });

  it('is withheld at once while something is in the way, with the reason, and begun at once after it', () => {
    const { guard, state, pass, asked, answer, states } = rig();
    pass(S);
    answer();
    state.obstacle = 'the feed is silent';
    pass(100 * MS);
    expect(guard.standing('test')).toMatchObject({ state: 'withheld', reason: 'the feed is silent' });
    // The answer to a question of before sets nothing.
    answer();
    expect(states()).toEqual(['set', 'withheld']);
    state.obstacle = '';
    pass(100 * MS);
    expect(asked()).toHaveLength(2);
    answer('busy');
    state.obstacle = 'the feed is silent';
    pass(100 * MS);
    expect(states()).toEqual(['set', 'withheld', 'failing', 'withheld']);
  });

  it('of another venue is no matter', () => {
    const { guard, pass, asked, halts } = rig();
    guard.onAnswer('other', 60_000, 'busy', START);
    guard.onEmpty('other');
    expect([guard.standing('other'), asked(), halts]).toEqual([undefined, [], []]);
    pass(S);
    expect(asked()).toEqual([60_000]);
  });
});

import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import type { Actor, ExecutionRecord } from '../domain/event.ts';
import { sampleExecution } from '../testing/sample-events.ts';
import { Arming } from './arming.ts';
import { Armings } from './armings.ts';

const OPERATOR: Actor = { kind: 'operator', via: 'test' };

function rig(isNeeded = true) {
  const outbox = new Outbox();
  const arming = new Arming(isNeeded, outbox);
  arming.arm(decimal('10'), OPERATOR, 1);
  const finish = (outcome: ExecutionRecord['outcome'], profitHome: string): void =>
    arming.onFinished(sampleExecution({ outcome, profitHome }));
  return { arming, finish, outbox };
}

describe('the canary', () => {
  it('is called back at its budget to the cent, and not before', () => {
    const { arming, finish } = rig();
    finish('completed', '-9.99');
    expect(arming.canary).toMatchObject({ completed: 1, result: '-9.99', budget: '10' });
    finish('completed', '-0.01');
    expect([arming.state, arming.reason]).toEqual(['disarmed', 'the canary lost 10.00, its budget']);
  });

  it('is called back by the engine itself, and sent by an operator', () => {
    const { finish, outbox } = rig();
    finish('completed', '-10');
    const actors = outbox.events.map((event) => (event.type === 'armingChanged' ? event.actor : undefined));
    expect(actors).toEqual([OPERATOR, { kind: 'engine', via: 'risk' }]);
  });

  it('counts completed cycles alone, and neither the result of a sweep nor that of a late fill', () => {
    const { arming, finish } = rig();
    finish('swept', '-50');
    finish('late', '-50');
    finish('unwound', '-1');
    finish('completed', '0.5');
    expect(arming.canary).toMatchObject({ completed: 1, result: '-0.5' });
  });

  it('starts from zero with each arming', () => {
    const { arming, finish } = rig();
    finish('completed', '-4');
    arming.disarm('enough', OPERATOR, 2);
    finish('completed', '-4');
    arming.arm(decimal('5'), OPERATOR, 3);
    expect(arming.canary).toMatchObject({ completed: 0, result: '0', budget: '5' });
    finish('completed', '-4');
    expect(arming.state).toBe('canary');
  });
});

describe('armed in full', () => {
  it('takes as many cycles as the canary must complete, and is ended by a stranded cycle but by no loss', () => {
    const { arming, finish, outbox } = rig();
    const needed = arming.canary?.neededCycles ?? 0;
    for (let k = 1; k < needed; k++) finish('completed', '1');
    arming.armFully(OPERATOR, 2);
    expect(arming.state).toBe('canary');
    finish('completed', '1');
    arming.armFully(OPERATOR, 3);
    expect([arming.state, arming.sinceUs, arming.share, arming.refusal]).toEqual(['armed', 3, 1, '']);
    finish('completed', '-1000');
    expect(arming.state).toBe('armed');
    finish('stranded', '-1');
    expect(arming.refusal).toBe('live trading is disarmed: a cycle was stranded');
    const before = outbox.events.length;
    finish('stranded', '-1');
    expect(outbox.events).toHaveLength(before);
  });

  it('is not needed where no account is traded, whatever happens', () => {
    const { arming, finish, outbox } = rig(false);
    finish('stranded', '-1000');
    arming.disarm('enough', OPERATOR, 2);
    expect([arming.state, arming.refusal, arming.share, arming.canary]).toEqual([
      'disarmed',
      '',
      1,
      undefined,
    ]);
    expect(outbox.events).toEqual([]);
  });
});

describe('each change', () => {
  it('is a fact with its time, reason and actor, and names its venue where a run has several accounts', () => {
    const { arming, outbox } = rig();
    expect(new Arming(true, new Outbox()).sinceUs).toBe(0);
    arming.disarm('enough', OPERATOR, 2);
    expect(outbox.events).toEqual([
      {
        type: 'armingChanged',
        atUs: 1,
        from: 'disarmed',
        to: 'canary',
        reason: 'at 1 % of the risk',
        actor: OPERATOR,
      },
      { type: 'armingChanged', atUs: 2, from: 'canary', to: 'disarmed', reason: 'enough', actor: OPERATOR },
    ]);
    const several = new Outbox();
    new Armings(true, ['a', 'b'], several).of('b').arm(decimal('10'), OPERATOR, 1);
    expect(several.events).toMatchObject([{ type: 'armingChanged', venue: 'b' }]);
    const one = new Outbox();
    new Armings(true, ['a'], one).of('a').arm(decimal('10'), OPERATOR, 1);
    expect(one.events[0]).not.toHaveProperty('venue');
  });
});

describe('accounts at two venues', () => {
  it('are armed and disarmed each by itself, or all at once', () => {
    const armings = new Armings(true, ['a', 'b'], new Outbox());
    expect(armings.isAny).toBe(false);
    armings.of('a').arm(decimal('10'), OPERATOR, 1);
    expect([armings.isAny, armings.of('b').state]).toEqual([true, 'disarmed']);
    armings.of('b').arm(decimal('10'), OPERATOR, 1);
    armings.disarm('enough', OPERATOR, 2, 'a');
    expect([armings.of('a').state, armings.of('b').state]).toEqual(['disarmed', 'canary']);
    armings.of('a').arm(decimal('10'), OPERATOR, 3);
    armings.disarm('enough', OPERATOR, 4);
    expect([armings.of('a').state, armings.of('b').state, armings.isAny]).toEqual([
      'disarmed',
      'disarmed',
      false,
    ]);
    expect(() => armings.of('c')).toThrow('c is not a venue of this run');
  });
});

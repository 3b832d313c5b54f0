/** The venue's dead-man switch: put off by a healthy decision loop, and by nothing else. */
import { describe, expect, it } from 'vitest';
import { AccountRig, VENUE } from '../testing/account-rig.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';

const S = 1_000_000;

/** A live kernel whose account agrees. */
function live(): AccountRig {
  const rig = new AccountRig();
  rig.agree();
  rig.quote(0, 499_950, 500_050);
  return rig;
}

const asked = (rig: AccountRig): number[] =>
  rig.effects.flatMap((effect) => (effect.type === 'keepAlive' ? [effect.timeoutMs] : []));

const answer = (rig: AccountRig, refusal = '', timeoutMs = 60_000): void =>
  rig.report({ kind: 'guarded', venue: VENUE, timeoutMs, refusal, atUs: rig.nowUs });

const states = (rig: AccountRig): string[] => rig.of('deadManSwitchChanged').map(({ state }) => state);

describe('the dead-man switch', () => {
  it('is set for a minute, three times a minute, and reported once', () => {
    const rig = live();
    rig.pass(2);
    expect(asked(rig)).toEqual([60_000]);
    answer(rig);
    rig.pass(17);
    expect(asked(rig)).toHaveLength(1);
    rig.pass(45);
    answer(rig);
    expect(asked(rig)).toEqual([60_000, 60_000, 60_000, 60_000]);
    expect(states(rig)).toEqual(['set']);
    const { deadMan } = rig.kernel.orderEvents;
    expect(deadMan.standing(VENUE)).toMatchObject({ state: 'set', reason: '', setUs: rig.nowUs });
    expect(deadMan.standing('another')).toBeUndefined();
  });

  it('is left to run out while trading is halted, and set at once when it is resumed', () => {
    const rig = live();
    rig.pass(2);
    answer(rig);
    rig.step({ kind: 'journal-failed', reason: 'disk full', atUs: rig.nowUs });
    rig.pass(120);
    expect(asked(rig)).toHaveLength(1);
    expect(rig.of('deadManSwitchChanged').at(-1)).toMatchObject({
      state: 'withheld',
      reason: 'trading is halted: disk full',
    });
    rig.command({ type: 'resume' });
    rig.pass(1);
    expect(asked(rig)).toHaveLength(2);
    answer(rig);
    expect(states(rig)).toEqual(['set', 'withheld', 'set']);
  });

  it('is put off after five seconds without a sign of life of the books, and no longer after more', () => {
    const rig = live();
    rig.pass(2);
    answer(rig);
    rig.pass(5, true);
    expect(states(rig)).toEqual(['set']);
    rig.pass(0.1, true);
    expect(rig.of('deadManSwitchChanged').at(-1)).toMatchObject({
      state: 'withheld',
      reason: 'its feed is silent',
    });
  });

  it('is not ended by a list of open orders while nothing was killed', () => {
    const rig = live();
    rig.pass(2);
    answer(rig);
    rig.report({ kind: 'open-orders', venue: VENUE, count: 0, atUs: rig.nowUs });
    expect(asked(rig)).toEqual([60_000]);
    expect(rig.of('killVerified')).toEqual([]);
  });

  it('does not take a row that could not be read for the answer that it waits for', () => {
    const rig = live();
    rig.pass(2);
    rig.report({ kind: 'unread-rows', venue: VENUE, rows: [], atUs: rig.nowUs });
    expect(states(rig)).toEqual([]);
  });

  it('whose request no adapter took is failing, with the reason', () => {
    const rig = live();
    rig.pass(2);
    answer(rig);
    rig.pass(20);
    expect(asked(rig)).toHaveLength(2);
    const effect = { type: 'keepAlive', venue: VENUE, timeoutMs: 60_000 } as const;
    rig.step({ kind: 'effect-failed', effect, reason: 'no such adapter', atUs: rig.nowUs });
    expect(rig.kernel.orderEvents.deadMan.standing(VENUE)).toMatchObject({
      state: 'failing',
      reason: 'not sent: no such adapter',
    });
  });

  it('is left to run out while nothing is seen of the venue’s books, however well the clock ticks', () => {
    const rig = live();
    rig.pass(2);
    answer(rig);
    rig.pass(60, true);
    expect(asked(rig)).toHaveLength(1);
    expect(states(rig)).toEqual(['set', 'withheld']);
    rig.pass(1);
    expect(asked(rig)).toHaveLength(2);
  });

  it('is not set by the first tick after the loop stood still: a second must show that it runs', () => {
    const rig = live();
    rig.pass(2);
    answer(rig);
    rig.nowUs += 30 * S;
    rig.step({ kind: 'alive', venue: VENUE, receivedUs: rig.nowUs });
    rig.pass(1);
    expect(asked(rig)).toHaveLength(1);
    rig.pass(1);
    expect(asked(rig)).toHaveLength(2);
  });

  it('is not mistaken for set by the answer to a question from before it was withheld', () => {
    const rig = live();
    rig.pass(2);
    rig.step({ kind: 'journal-failed', reason: 'disk full', atUs: rig.nowUs });
    rig.pass(1);
    answer(rig);
    expect(states(rig)).toEqual([]);
  });

  it('that the venue refuses is asked for again, and halts trading when a whole countdown went by', () => {
    const rig = live();
    rig.pass(2);
    for (let n = 0; n < 12; n++) {
      answer(rig, 'EGeneral:Internal error');
      expect(rig.of('tradingHalted')).toEqual([]);
      rig.pass(5);
    }
    expect(asked(rig).length).toBeGreaterThan(10);
    answer(rig, 'EGeneral:Internal error');
    expect(rig.of('tradingHalted')).toMatchObject([
      { code: 'dead-man-switch', reason: expect.stringMatching(/60 s: EGeneral:Internal error/) },
    ]);
    expect(states(rig)).toEqual(['failing']);
  });

  it('is ended once a kill is verified, and not while an order is still open', () => {
    const rig = live();
    rig.pass(2);
    answer(rig);
    rig.command({ type: 'kill', reason: 'drill' });
    rig.report({ kind: 'open-orders', venue: VENUE, count: 1, atUs: rig.nowUs });
    rig.pass(1);
    expect(asked(rig)).toEqual([60_000]);
    rig.report({ kind: 'open-orders', venue: VENUE, count: 0, atUs: rig.nowUs });
    expect(asked(rig)).toEqual([60_000, 0]);
    answer(rig, '', 0);
    rig.pass(60);
    expect(asked(rig)).toHaveLength(2);
    expect(rig.of('deadManSwitchChanged').map(({ state, reason }) => [state, reason])).toEqual([
      ['set', ''],
      ['withheld', 'the kill switch is on'],
      ['ended', ''],
    ]);
    rig.command({ type: 'rearm' });
    rig.pass(1);
    expect(asked(rig)).toHaveLength(3);
  });

  it('is not set before live trading was armed, and goes on when it is disarmed', () => {
    const rig = new AccountRig({ mustArm: true });
    rig.agree();
    rig.quote(0, 499_950, 500_050);
    rig.pass(30);
    expect(asked(rig)).toEqual([]);
    rig.command({ type: 'arm', venue: 'test', lossBudget: '10' });
    rig.pass(1);
    answer(rig);
    rig.command({ type: 'disarm', reason: 'test' });
    rig.pass(60);
    expect(asked(rig).length).toBeGreaterThan(2);
  });

  it('is no matter of a venue without an account', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.pass(100_000);
    expect(run.of('deadManSwitchChanged')).toEqual([]);
  });
});

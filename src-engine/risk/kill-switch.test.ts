import { describe, expect, it } from 'vitest';
import { KillSwitch } from './kill-switch.ts';

describe('kill switch', () => {
  it('stays as the last run left it until it is re-armed', () => {
    expect(new KillSwitch(false, ['a']).isOn).toBe(false);
    const latched = new KillSwitch(true, ['a']);
    expect(latched.isOn).toBe(true);
    expect(latched.verifiedOpenOrders).toBeUndefined();
    latched.rearm();
    expect(latched.isOn).toBe(false);
  });

  it('is verified by all venues together, not by the first that answers', () => {
    const kill = new KillSwitch(false, ['a', 'b']);
    kill.trip();
    kill.verify('a', 0);
    expect(kill.verifiedOpenOrders).toBeUndefined();
    kill.verify('b', 2);
    expect(kill.verifiedOpenOrders).toBe(2);
    kill.verify('a', 1);
    expect(kill.verifiedOpenOrders).toBe(3);
    kill.verify('a', 0);
    kill.verify('b', 0);
    expect(kill.verifiedOpenOrders).toBe(0);
  });

  it('forgets what it was shown when it is thrown again or re-armed, and counts how often it was', () => {
    const kill = new KillSwitch(false, ['a']);
    kill.trip();
    kill.verify('a', 0);
    kill.trip();
    expect(kill.verifiedOpenOrders).toBeUndefined();
    kill.verify('a', 0);
    kill.rearm();
    expect([kill.verifiedOpenOrders, kill.trips]).toEqual([undefined, 2]);
  });

  it('says of each venue what it showed and why it could not be asked, until it answers', () => {
    const kill = new KillSwitch(false, ['a', 'b']);
    expect([kill.isOn, kill.venues]).toEqual([false, ['a', 'b']]);
    kill.trip();
    expect([kill.isOn, kill.unverified]).toEqual([true, ['a', 'b']]);
    kill.fail('a', 'no answer');
    kill.fail('b', 'EAPI:Invalid key');
    expect([kill.problem, kill.problemOf('a')]).toEqual(['a: no answer; b: EAPI:Invalid key', 'no answer']);
    kill.verify('a', 0);
    kill.verify('b', 1);
    expect([kill.problem, kill.problemOf('a'), kill.shownBy('a'), kill.shownBy('b')]).toEqual(['', '', 0, 1]);
    expect(kill.unverified).toEqual(['b']);
    kill.fail('b', 'timeout');
    kill.trip();
    expect([kill.problem, kill.shownBy('a')]).toEqual(['', undefined]);
    kill.fail('b', 'timeout');
    kill.rearm();
    expect([kill.problem, kill.isOn]).toEqual(['', false]);
  });
});

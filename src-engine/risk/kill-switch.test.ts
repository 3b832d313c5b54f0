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
});

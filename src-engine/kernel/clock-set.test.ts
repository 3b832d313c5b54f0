import { expect, it } from 'vitest';
import { AccountRig } from '../testing/account-rig.ts';

it('a clock that somebody set halts trading, says by how much, and has the account compared', () => {
  const rig = new AccountRig();
  rig.agree();
  rig.step({ kind: 'clock-set', stepUs: 120_000_000, atUs: rig.nowUs });
  expect(rig.of('tradingHalted').at(-1)).toMatchObject({
    code: 'clock',
    reason: expect.stringContaining("the machine's clock was set 120.0 s ahead of"),
  });
  expect(rig.kernel.haltReason).toContain('120.0 s ahead');
  expect(rig.effects.at(-1)).toMatchObject({ type: 'reconcile' });
  rig.agree();
  rig.command({ type: 'resume' });
  expect(rig.kernel.haltReason).toBe('');
});

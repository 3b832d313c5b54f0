import { expect, it } from 'vitest';
import { DEFAULT_EXECUTION } from '../domain/limits.ts';
import { AccountRig } from '../testing/account-rig.ts';

it('a clock that was set halts trading, reports by how much, and has the account compared', () => {
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

it('a clock that was set back is reported as behind, and every account is compared again', () => {
  const rig = new AccountRig();
  rig.agree();
  const asked = rig.asked;
  rig.step({ kind: 'clock-set', stepUs: -2_500_000, atUs: rig.nowUs });
  expect(rig.of('tradingHalted').at(-1)?.reason).toContain(
    "the machine's clock was set 2.5 s behind the clock of this run",
  );
  expect(rig.asked).toBe(asked + 1);
});

it('a machine that slept halts nothing, and has the account compared', () => {
  const rig = new AccountRig();
  rig.agree();
  const asked = rig.asked;
  rig.step({ kind: 'wake', atUs: rig.nowUs });
  expect(rig.of('tradingHalted')).toEqual([]);
  expect(rig.asked).toBe(asked + 1);
});

it('an order is in doubt once its end is overdue, and not a moment before', () => {
  const rig = new AccountRig();
  rig.agree();
  rig.openEdge();
  const [order] = rig.placed;
  const deadlineS = DEFAULT_EXECUTION.unwindDeadlineMs / 1_000;
  rig.pass(deadlineS);
  expect(rig.of('orderUnknown')).toEqual([]);
  rig.pass(0.1);
  expect(rig.of('orderUnknown').map((event) => event.order.orderId)).toEqual([order?.orderId]);
});

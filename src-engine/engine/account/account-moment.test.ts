import { expect, it } from 'vitest';
import { KernelHarness } from '../../testing/kernel-harness.ts';
import { AccountMoment } from './account-moment.ts';

it('portfolio, positions and risk show one equity while prices move, and the next moment shows the next', () => {
  const harness = new KernelHarness({ capital: { USD: '10000', BTC: '0.5' } });
  harness.book('BTC/USD', [[60_000, 1]], [[60_000.2, 1]]);
  const account = new AccountMoment(() => '0');
  const shown = (atUs: number) => [
    account.portfolio(harness.kernel, atUs).equity?.equity,
    account.positions(harness.kernel, atUs).equity,
    account
      .positions(harness.kernel, atUs)
      .positions.reduce((sum, { valueHome }) => sum + Number(valueHome), 0),
  ];
  const startUs = Math.ceil(harness.clock.nowUs() / 500_000) * 500_000;
  expect(shown(startUs)).toEqual(['40000.05', '40000.05', 40_000.05]);
  harness.book('BTC/USD', [[61_000, 1]], [[61_000.2, 1]]);
  expect(shown(startUs + 499_999)).toEqual(['40000.05', '40000.05', 40_000.05]);
  expect(account.risk(harness.kernel, startUs + 499_999).equity ?? '40000.05').toBe('40000.05');
  expect(shown(startUs + 500_000)).toEqual(['40500.05', '40500.05', 40_500.05]);
});

it('risk names the kill switch before the level of loss', () => {
  const harness = new KernelHarness({ capital: { USD: '10000' } });
  const account = new AccountMoment(() => '0');
  expect(account.risk(harness.kernel, harness.clock.nowUs()).holds).toEqual([]);
  harness.kernel.killSwitch.trip();
  expect(account.risk(harness.kernel, harness.clock.nowUs()).holds[0]?.kind).toBe('killed');
});

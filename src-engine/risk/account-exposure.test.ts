import { expect, test } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { AccountExposure } from './account-exposure.ts';
import type { Exposure } from './exposure.ts';

test('each figure is computed once for all orders of a plan, one that is not known too', () => {
  const asked: string[] = [];
  const worth = (what: string, amount: string) => {
    asked.push(what);
    return decimal(amount);
  };
  const account = new AccountExposure({
    gross: () => worth('gross', '700'),
    openNotional: () => worth('open', '50'),
    position: (asset: string) => (asset === 'ETH' ? worth(asset, '300') : void asked.push(asset)),
  } as unknown as Exposure);
  for (let order = 0; order < 3; order++) {
    expect(account.grossHome.toString()).toBe('700');
    expect(account.openNotionalHome.toString()).toBe('50');
    expect(account.positionHome('ETH')?.toString()).toBe('300');
    expect(account.positionHome('DOGE')).toBeUndefined();
  }
  expect(asked).toEqual(['gross', 'open', 'ETH', 'DOGE']);
});

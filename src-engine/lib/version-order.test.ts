import { expect, it } from 'vitest';
import { compareVersions, VERSION_FORM } from './version-order.ts';

it('orders versions as semver.org does', () => {
  const order = [
    '0.9.9',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
  ];
  const mixed = [...order].reverse();
  expect(mixed.sort(compareVersions)).toEqual(order);
  expect(compareVersions('1.2.3', '1.2.3')).toBe(0);
  expect(compareVersions('1.2.3-rc.1', '1.2.3-rc.1')).toBe(0);
});

it.each(['1.2', 'v1.2.3', '1.2.3.4', '01.2.3', '1.2.3+5', '1.2.3-', '', '1.2.3\n', '99999999999.0.0'])(
  '%j is no version',
  (text) => {
    expect(VERSION_FORM.test(text)).toBe(false);
  },
);

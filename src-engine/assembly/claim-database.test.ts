import { expect, it } from 'vitest';
import { holderIdOf } from './claim-database.ts';

const LINUX = {
  platform: 'linux',
  host: 'desk',
  id: '-',
  processes: '4026531836',
  identity: '0b7e:1200',
  folder: '/data',
  place: '64:12',
} as const;

it('a lease passes at once only to the same folder of the same boot', () => {
  expect(holderIdOf({ ...LINUX, identity: '0b7e:9900' })).toBe(holderIdOf(LINUX));
  const others = [
    { identity: '1c8f:1200' },
    { place: '65:12' },
    { processes: '4026531999' },
    { host: 'spare' },
  ];
  for (const other of others) expect(holderIdOf({ ...LINUX, ...other })).not.toBe(holderIdOf(LINUX));
});

it.each(['darwin', 'win32'] as const)(
  'two machines of one name and path are two holders on %s',
  (platform) => {
    // Both started in one hour: what the system says of the process is no boot.
    const mac = { ...LINUX, platform, processes: '-', identity: 'Mon-Nov-30-06:44:06-2026' };
    expect(holderIdOf(mac)).not.toBe(holderIdOf(mac));
  },
);

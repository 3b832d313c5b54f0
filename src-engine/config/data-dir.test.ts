import { expect, it } from 'vitest';
import { defaultDataDir } from './data-dir.ts';

const HOME = '/home/trader';

it('is the platform’s place for one user’s data, or the folder that PARALLAX_DATA_DIR names', () => {
  expect(defaultDataDir('linux', {}, HOME)).toBe('/home/trader/.local/share/parallax');
  expect(defaultDataDir('linux', { XDG_DATA_HOME: '/data' }, HOME)).toBe('/data/parallax');
  expect(defaultDataDir('darwin', { XDG_DATA_HOME: '/data' }, HOME)).toBe(
    '/home/trader/Library/Application Support/Parallax',
  );
  expect(defaultDataDir('win32', { APPDATA: 'D:\\Data' }, 'C:\\Users\\t')).toBe('D:\\Data\\Parallax');
  expect(defaultDataDir('linux', { PARALLAX_DATA_DIR: '/own', XDG_DATA_HOME: '/data' }, HOME)).toBe('/own');
});

it.each(['', 'data', './data', '~/data'])(
  'is not the folder that a program is started in: a variable of "%s" names no place',
  (named) => {
    expect(defaultDataDir('linux', { XDG_DATA_HOME: named }, HOME)).toBe(
      '/home/trader/.local/share/parallax',
    );
    expect(defaultDataDir('win32', { APPDATA: named }, 'C:\\Users\\t')).toBe(
      'C:\\Users\\t\\AppData\\Roaming\\Parallax',
    );
  },
);

import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseKey } from '../../../assembly/stored-key.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../../testing/shared-data.ts';
import { kucoinAdapter } from '../adapter.ts';
import { KucoinCredentials } from './credentials.ts';

const WORD = 'f03a5284-5c39-4aaa-9b20-dea10bdcf8e3';
const KEY = { key: 'key-of-a-test', secret: WORD, passphrase: 'pass phrase' };

describe('signatures of KuCoin', () => {
  it('are those of the published example, and the passphrase is signed once for all calls', () => {
    const credentials = new KucoinCredentials(KEY);
    const body = '{"currency":"BTC"}';
    const headers = credentials.headers(1_547_015_186_532, 'POST', '/api/v1/deposit-addresses', body);
    expect(headers).toEqual({
      'KC-API-KEY': 'key-of-a-test',
      'KC-API-SIGN': '7QP/oM0ykidMdrfNEUmng8eZjg/ZvPafjIqmxiVfYu4=',
      'KC-API-TIMESTAMP': '1547015186532',
      'KC-API-PASSPHRASE': credentials.sign('pass phrase'),
      'KC-API-KEY-VERSION': '2',
    });
    const known = new KucoinCredentials({
      key: 'some_key',
      secret: 'testSecretKey',
      passphrase: 'testPassphrase',
    });
    expect(known.headers(1, 'GET', '/', '')['KC-API-PASSPHRASE']).toBe(
      'xehUYLvk352f1MFa4K1rY0qecEpYipPd35wjr8c8PpE=',
    );
  });

  it.runIf(HAS_SHARED_DATA)('recompute all shared vectors', () => {
    type Vector = { exchange: string; secret: string; string_to_sign: string; recomputed: string };
    const all = JSON.parse(readFileSync(sharedFile('venues/signatures.json'), 'utf8')) as { A: Vector[] };
    const ours = all.A.filter(({ exchange }) => exchange === 'kucoin');
    expect(ours.length).toBeGreaterThan(1);
    for (const { secret, string_to_sign: text, recomputed } of ours)
      expect(new KucoinCredentials({ key: 'some_key', secret, passphrase: 'x' }).sign(text)).toBe(recomputed);
  });
});

describe('keys of KuCoin', () => {
  it('are read from three lines, and refused with the number of any other', () => {
    const credentials = kucoinAdapter.account?.credentials;
    if (credentials === undefined) throw new Error('KuCoin has accounts');
    for (const text of [
      `key-of-a-test\n${WORD}\npass phrase\n`,
      ` key-of-a-test\r\n${WORD}\r\n\r\npass phrase\r\n`,
    ])
      expect(parseKey(text, credentials)).toEqual(KEY);
    credentials.check(KEY);
    expect(() => parseKey(`key-of-a-test\n${WORD} pass phrase`, credentials)).toThrow(/has 2 lines/);
    expect(() => parseKey(`${WORD}\na\nb\nc`, credentials)).toThrow(/^(?!.*f03a).*has 4 lines/s);
  });

  it('show nothing, whatever prints them', () => {
    const credentials = new KucoinCredentials(KEY);
    for (const shown of [String(credentials), JSON.stringify(credentials), inspect(credentials)])
      expect(shown).not.toMatch(/key-of|f03a|pass/);
  });

  it.each([
    [{ key: '' }, 'API key'],
    [{ key: 'key of a test' }, 'API key'],
    [{ secret: 'short' }, 'API secret'],
    [{ secret: `${WORD} x` }, 'API secret'],
    [{ passphrase: '' }, 'passphrase'],
    [{ passphrase: undefined }, 'passphrase'],
    [{ passphrase: 'two\nlines' }, 'passphrase'],
  ])('of another form are refused by the part: %j', (part, field) => {
    expect(() => new KucoinCredentials({ ...KEY, ...part })).toThrow(
      new RegExp(`^${field}.*KuCoin’s API management`, 's'),
    );
  });
});

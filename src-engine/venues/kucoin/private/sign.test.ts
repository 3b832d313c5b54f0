import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseKey } from '../../../assembly/stored-key.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../../testing/shared-data.ts';
import { kucoinAdapter } from '../adapter.ts';
import { KucoinCredentials } from './credentials.ts';

const WORD = 'f03a5284-5c39-4aaa-9b20-dea10bdcf8e3';

describe('signatures of KuCoin', () => {
  it('are those of the published example, and the passphrase is signed once for all calls', () => {
    const credentials = new KucoinCredentials('key-of-a-test', `${WORD} pass phrase`);
    const body = '{"currency":"BTC"}';
    const headers = credentials.headers(1_547_015_186_532, 'POST', '/api/v1/deposit-addresses', body);
    expect(headers).toEqual({
      'KC-API-KEY': 'key-of-a-test',
      'KC-API-SIGN': '7QP/oM0ykidMdrfNEUmng8eZjg/ZvPafjIqmxiVfYu4=',
      'KC-API-TIMESTAMP': '1547015186532',
      'KC-API-PASSPHRASE': credentials.sign('pass phrase'),
      'KC-API-KEY-VERSION': '2',
    });
    const known = new KucoinCredentials('some_key', 'testSecretKey testPassphrase');
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
      expect(new KucoinCredentials('some_key', `${secret} x`).sign(text)).toBe(recomputed);
  });
});

describe('keys of KuCoin', () => {
  it('are read from three lines, or two with a space between secret and passphrase, and kept on two', () => {
    const credentials = kucoinAdapter.account?.credentials;
    if (credentials === undefined) throw new Error('KuCoin has accounts');
    const key = { key: 'key-of-a-test', secret: `${WORD} pass phrase` };
    for (const text of [
      `key-of-a-test\n${WORD}\npass phrase\n`,
      ` key-of-a-test\r\n${WORD}\r\n\r\npass phrase\r\n`,
      `key-of-a-test\n${WORD} pass phrase`,
    ])
      expect(parseKey(text, credentials)).toEqual(key);
    credentials.check(key);
    expect(() => parseKey(`${WORD}\na\nb\nc`, credentials)).toThrow(/^(?!.*f03a).*has 4 lines/s);
  });

  it('show nothing, whatever prints them', () => {
    const credentials = new KucoinCredentials('key-of-a-test', `${WORD} pass phrase`);
    for (const shown of [String(credentials), JSON.stringify(credentials), inspect(credentials)])
      expect(shown).not.toMatch(/key-of|f03a|pass/);
  });

  it.each([
    ['', `${WORD} x`],
    ['key of a test', `${WORD} x`],
    ['key-of-a-test', WORD],
    ['key-of-a-test', 'short x'],
    ['key-of-a-test', `${WORD} `],
  ])('of another form are refused: %j', (key, secret) => {
    expect(() => new KucoinCredentials(key, secret)).toThrow(/KuCoin’s API management/);
  });
});

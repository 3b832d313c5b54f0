/** Signatures that others published or computed, and what a key of OKX is. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { HAS_SHARED_DATA, sharedFile } from '../../../testing/shared-data.ts';
import { OkxCredentials } from './credentials.ts';

const CREDENTIAL = {
  key: 'test_api_key',
  secret: '22582BD0CFF14C41EDBF1AB98506286D',
  passphrase: 'my phrase',
};

it('signs a call over the time, the method, the path with its query, and the body, in base64', () => {
  const credentials = new OkxCredentials(CREDENTIAL);
  // The example of the documents ("Making Requests"), whose signature they do not print: computed apart from the class.
  const stamp = '2020-12-08T09:08:57.715Z';
  const path = '/api/v5/account/balance?ccy=BTC';
  const expected = createHmac('sha256', CREDENTIAL.secret).update(`${stamp}GET${path}`).digest('base64');
  expect(credentials.signCall(stamp, 'GET', path, '')).toBe(expected);
  expect(credentials.signCall(stamp, 'POST', '/api/v5/trade/order', '{"sz":"1"}')).not.toBe(expected);
});

it('signs a session over seconds', () => {
  const expected = createHmac('sha256', CREDENTIAL.secret)
    .update('1538054050GET/users/self/verify')
    .digest('base64');
  expect(new OkxCredentials(CREDENTIAL).signSession('1538054050')).toBe(expected);
});

it('signs as another adapter’s published example does', () => {
  const secret = 'chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO';
  const credentials = new OkxCredentials({ ...CREDENTIAL, secret });
  expect(credentials.signCall('2020-12-08T09:08:57.715Z', 'GET', '/api/v5/account/balance', '')).toBe(
    'PJ61e1nb2F2Qd7D8SPiaIcx2gjdELc+o0ygzre9z33k=',
  );
});

it.runIf(HAS_SHARED_DATA)('recomputes all shared vectors but the one that is a placeholder', () => {
  type Vector = {
    readonly exchange: string;
    readonly secret: string;
    readonly string_to_sign: string;
    readonly recomputed: string;
    readonly match: boolean | null;
  };
  const { A } = JSON.parse(readFileSync(sharedFile('venues/signatures.json'), 'utf8')) as { A: Vector[] };
  const vectors = A.filter(({ exchange, match }) => exchange === 'okx' && match !== false);
  expect(vectors).toHaveLength(2);
  for (const { secret, string_to_sign: text, recomputed } of vectors)
    expect(new OkxCredentials({ ...CREDENTIAL, secret }).sign(text)).toBe(recomputed);
});

it.each([
  [{ ...CREDENTIAL, passphrase: undefined }, 'passphrase'],
  [{ ...CREDENTIAL, passphrase: '' }, 'passphrase'],
  [{ ...CREDENTIAL, secret: 'two words' }, 'API secret'],
  [{ ...CREDENTIAL, key: 'a key' }, 'API key'],
])('refuses a key without a part, and repeats none (%#)', (credential, field) => {
  expect(() => new OkxCredentials(credential)).toThrow(field);
});

it('shows neither secret nor passphrase', () => {
  const credentials = new OkxCredentials(CREDENTIAL);
  const shown = `${inspect(credentials, { depth: 9 })} ${JSON.stringify(credentials)} ${String(credentials)}`;
  expect(shown).not.toMatch(/22582BD|my phrase/);
});

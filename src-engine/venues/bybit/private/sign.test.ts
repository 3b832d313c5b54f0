import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA, sharedFile } from '../../../testing/shared-data.ts';
import { BybitCredentials } from './credentials.ts';

const credentials = new BybitCredentials('test_api_key', 'test_secret');

describe('signatures of Bybit', () => {
  it('are those of published examples: of a query, of a body with its spaces, and of a session', () => {
    expect(credentials.signCall(1_700_000_000_000, 5_000, 'category=linear&symbol=BTCUSDT')).toBe(
      'fd4f31228a46109dc6673062328693696df9a96c7ff04e6491a45e7f63a0fdd7',
    );
    const body = '{"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "test-order-1"}';
    expect(credentials.signCall(1_700_000_000_000, 5_000, body)).toBe(
      '2df4a0603d69c08d5dea29ba85b46eb7db64ce9e9ebd34a7802a3d69700cb2a1',
    );
    expect(credentials.signSession(1_700_000_000_000)).toBe(
      'bacffe7500499eb829bb58c45d36d1b3e5ac67c14eaeba91df5e99ccee013925',
    );
  });

  it.runIf(HAS_SHARED_DATA)('recompute all shared vectors but the two whose secret was never printed', () => {
    type Vector = {
      readonly exchange: string;
      readonly secret: string;
      readonly string_to_sign: string;
      readonly expected: string;
      readonly match: boolean;
      readonly source: string;
    };
    const all = JSON.parse(readFileSync(sharedFile('venues/signatures.json'), 'utf8')) as {
      readonly A: Vector[];
    };
    const ours = all.A.filter(({ exchange }) => exchange === 'bybit');
    const isEqual = ({ secret, string_to_sign: text, expected }: Vector): boolean =>
      new BybitCredentials('some_key', secret).sign(text) === expected;
    expect(ours.map(isEqual)).toEqual(ours.map(({ match }) => match));
    expect(ours.map(({ match }) => match)).toEqual([true, true, true, false, false]);
  });

  it('show nothing of a key, whatever prints it', () => {
    for (const shown of [String(credentials), JSON.stringify(credentials), inspect(credentials)])
      expect(shown).not.toMatch(/test_/);
  });

  it.each([
    ['', 'x'.repeat(20)],
    ['key with spaces', 'x'.repeat(20)],
    ['test_api_key', 'short'],
    ['test_api_key', '-----BEGIN PRIVATE KEY-----'],
  ])('take no key of another form: %j', (key, secret) => {
    expect(() => new BybitCredentials(key, secret)).toThrow(/Bybit’s API management/);
  });
});

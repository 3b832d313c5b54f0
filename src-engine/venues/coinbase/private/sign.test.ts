import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseKey } from '../../../assembly/stored-key.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../../testing/shared-data.ts';
import { coinbaseAdapter } from '../adapter.ts';
import { CoinbaseCredentials } from './credentials.ts';
import { KEY, SECRET } from './testing/scripted-account.ts';

/** A key of coinbase/coinbase-advanced-py, tests/constants.py, in base64: seed and public key. */
const ED25519 = 'k0BUni0p0vZG1BdpVjS6ogBJ7kxm630AJ2dN+tuputDOKsRAwgyrpEQLeBtS1znTmzPX6Xr2eOWpzx6nW8knkA==';
const NONCE = '0'.repeat(32);
const USE = { uri: 'GET api.coinbase.com/api/v3/brokerage/accounts', fromS: 1_700_000_000, lifeS: 120 };
/** A key in the other form of PEM, as tools convert it. */
const PKCS8 =
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJNAVJ4tKdL2RtQXaVY0uqIASe5MZut9ACdnTfrbqbrQ\n-----END PRIVATE KEY-----';

const signatureOf = (token: string): Buffer => Buffer.from(token.split('.')[2] ?? '', 'base64url');
const claimsOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('tokens of Coinbase', () => {
  it('are signed by Ed25519 as the known answer has it, whatever form the key is in', () => {
    const seed = Buffer.from(ED25519, 'base64').subarray(0, 32).toString('base64');
    const tokens = [ED25519, seed, PKCS8, PKCS8.replaceAll('\n', ''), PKCS8.replaceAll('\n', '\\n')].map(
      (secret) => new CoinbaseCredentials(KEY, secret).token(USE, NONCE),
    );
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]?.split('.')[2]).toBe(
      '_iZ1I6Qsi9Qtpt-31UP9MyoKFSjW3TZNNR0DjNvWs6TDX7Y6fh7nbS7oFvFGM0Q1zjPXhN48swgeJQcNeEUxCQ',
    );
  });

  it('are signed by P-256 with the two numbers alone, 64 bytes, and name the call without its query', () => {
    const token = new CoinbaseCredentials(KEY, SECRET).token(USE, NONCE);
    const bytes = Buffer.from(token.slice(0, token.lastIndexOf('.')));
    expect(signatureOf(token)).toHaveLength(64);
    const key = { key: createPublicKey(SECRET), dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', bytes, key, signatureOf(token))).toBe(true);
    expect(claimsOf(token)).toEqual({
      sub: KEY,
      iss: 'cdp',
      nbf: USE.fromS,
      exp: USE.fromS + 120,
      uri: USE.uri,
    });
  });

  it('of a connection name no call, and no two have the same nonce', () => {
    const credentials = new CoinbaseCredentials(KEY, SECRET);
    const session = { fromS: USE.fromS, lifeS: 120 };
    expect(claimsOf(credentials.token(session))).not.toHaveProperty('uri');
    const nonces = [1, 2].map(() => credentials.token(session).split('.')[0]);
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it.runIf(HAS_SHARED_DATA)('recompute both shared vectors: head and claims word for word', () => {
    type Vector = {
      exchange: string;
      scheme: string;
      key_b64?: string;
      key_pem?: string;
      recomputed: string;
    };
    const all = JSON.parse(readFileSync(sharedFile('venues/signatures.json'), 'utf8')) as { A: Vector[] };
    const ours = all.A.filter(({ exchange }) => exchange === 'coinbase');
    expect(ours.map(({ scheme }) => scheme.slice(0, 9))).toEqual(['JWT EdDSA', 'JWT ES256']);
    for (const { key_b64: raw, key_pem: pem, recomputed } of ours) {
      const token = new CoinbaseCredentials(KEY, raw ?? pem ?? '').token(USE, NONCE);
      // ECDSA signs with a number of chance: it is verified above.
      const isFixed = raw !== undefined;
      const shown = (text: string): string => (isFixed ? text : text.slice(0, text.lastIndexOf('.')));
      expect(shown(token)).toBe(shown(recomputed));
    }
  });
});

describe('keys of Coinbase', () => {
  it('show nothing, whatever prints them', () => {
    const credentials = new CoinbaseCredentials(KEY, SECRET);
    for (const shown of [String(credentials), JSON.stringify(credentials), inspect(credentials)])
      expect(shown).not.toMatch(/apiKeys|MHcC/);
  });

  it('are read from the file that Coinbase gives out, and from lines with a PEM of several lines', () => {
    const credentials = coinbaseAdapter.account?.credentials;
    if (credentials === undefined) throw new Error('Coinbase has accounts');
    const file = JSON.stringify({ name: KEY, privateKey: `${SECRET}\n` }, undefined, 2);
    const ed25519 = JSON.stringify({ id: '4c5d3c1e-0000-4000-8000-000000000000', privateKey: ED25519 });
    const texts = [
      file,
      `\n${file}\n`,
      ed25519,
      `${KEY}\n${SECRET}\n`,
      `${KEY}\n${SECRET.replaceAll('\n', '\\n')}`,
    ];
    for (const text of texts) {
      const key = parseKey(text, credentials);
      expect(key.secret).not.toContain('\n');
      credentials.check(key);
    }
    for (const text of ['{', '{"name":"x"}', `{"name":${JSON.stringify(KEY)}}`])
      expect(() => parseKey(text, credentials)).toThrow(/has 1 line,/);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey;
  const pem = { format: 'pem', type: 'pkcs8' } as const;
  it.each([
    ['', SECRET, /API key name/],
    ['a name with spaces', SECRET, /API key name/],
    [KEY, 'one word', /neither/],
    [KEY, ED25519.replace('k0BU', 'k1BU'), /missing or altered/],
    [KEY, SECRET.replace('MHcC', 'AAAA'), /missing or altered/],
    [KEY, String(rsa.export(pem)), /type rsa/],
    [KEY, String(p384.export(pem)), /type ec/],
  ])('of another form are refused, without a word of them: %#', (name, secret, why) => {
    let message = '';
    try {
      void new CoinbaseCredentials(name, secret);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(why);
    expect(message).toMatch(/Coinbase Developer Platform/);
    expect(message).not.toMatch(/BEGIN|MHcC|k0BU|k1BU/);
  });
});

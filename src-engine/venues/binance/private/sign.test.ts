/** Signatures against the examples that Binance publishes, and what is not a credential of Binance. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA, sharedFile } from '../../../testing/shared-data.ts';
import { BinanceCredentials } from './credentials.ts';
import { type Params, signedParams, signedQuery } from './signed-params.ts';
import { KEY, SECRET } from './testing/scripted-account.ts';

const hmac = new BinanceCredentials(KEY, SECRET);
/** Test key 1 of RFC 8032, section 7.1, as PKCS#8. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const DER = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(SEED, 'hex')]);
const PEM = `-----BEGIN PRIVATE KEY-----\n${DER.toString('base64')}\n-----END PRIVATE KEY-----\n`;

describe('a signed query of REST', () => {
  it.each([
    ['LTCBTC', 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'],
    // Percent-encoded before it is signed, since 2026-01-15.
    ['１２３４５６', 'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3'],
  ])('is that of the documents for %s', (symbol, signature) => {
    const params = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 1, price: '0.1' };
    const query = signedQuery(
      hmac,
      { ...params, recvWindow: 5_000, timestamp: 1_499_827_319_559 },
      {
        recvWindow: 5_000,
        timestamp: 1_499_827_319_559,
      },
    );
    expect(query.split('&signature=')[1]).toBe(signature);
    expect(query).toMatch(/^symbol=[A-Z%0-9]+&side=BUY/);
  });
});

describe('signed parameters of the WebSocket API', () => {
  const terms = {
    side: 'SELL',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.01000000',
    price: '52000.00',
  };
  it.each<[string, Params, number, string]>([
    [
      'ASCII',
      { symbol: 'BTCUSDT', ...terms },
      100,
      'aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24',
    ],
    [
      'another script, in plain UTF-8',
      { symbol: '１２３４５６', ...terms, side: 'BUY', quantity: '1.00000000', price: '0.10000000' },
      5_000,
      'b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd',
    ],
  ])('are those of the documents: %s', (_what, params, recvWindow, signature) => {
    const signed = signedParams(hmac, params, { timestamp: 1_645_423_376_532, recvWindow });
    expect(signed).toEqual({ ...params, timestamp: 1_645_423_376_532, recvWindow, apiKey: KEY, signature });
  });
});

describe('an Ed25519 key', () => {
  const payload =
    'symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2&timestamp=1668481559918&recvWindow=5000';

  it('signs as RFC 8032 has it, whether its text has lines or is on one', () => {
    for (const text of [PEM, PEM.replaceAll('\n', ''), PEM.replaceAll('\n', '\r\n')]) {
      const credentials = new BinanceCredentials(KEY, text);
      expect(credentials.kind).toBe('ed25519');
      const signature = credentials.sign(payload);
      expect(signature).toBe(
        'XtZirsmmi0noRzUfkqktvkVfxpkq/WtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg==',
      );
      const key = createPublicKey(createPrivateKey(PEM));
      expect(verify(null, Buffer.from(payload), key, Buffer.from(signature, 'base64'))).toBe(true);
    }
  });

  it('has its signature percent-encoded in a query', () => {
    const query = signedQuery(new BinanceCredentials(KEY, PEM), { a: 1 }, { timestamp: 1, recvWindow: 1 });
    expect(query.split('&signature=')[1]).toMatch(/^[A-Za-z0-9%]+$/);
  });
});

it('what is not a key of Binance is refused, and not repeated', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  const cases: readonly (readonly [key: string, secret: string, text: RegExp])[] = [
    ['CANARY with spaces', SECRET, /API key: does not have the format/],
    [KEY, 'CANARY secret', /secret key: is neither/],
    [KEY, String(rsa.export({ type: 'pkcs8', format: 'pem' })), /private key: has the type rsa/],
    [
      KEY,
      String(rsa.export({ type: 'pkcs1', format: 'pem' })),
      /is a rsa private key, not an unencrypted PKCS#8/,
    ],
    [
      KEY,
      String(rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })),
      /is a encrypted private key/,
    ],
    [KEY, '-----BEGIN PRIVATE KEY-----CANARY-----END PRIVATE KEY-----', /is not a private key in PEM format/],
  ];
  for (const [key, secret, text] of cases) {
    expect(() => new BinanceCredentials(key, secret)).toThrow(text);
    expect(() => new BinanceCredentials(key, secret)).toThrow(/^(?!.*CANARY)/s);
  }
  for (const credentials of [hmac, new BinanceCredentials(KEY, PEM)]) {
    const printed = [inspect(credentials), JSON.stringify({ credentials }), String(credentials)].join();
    expect(printed).not.toContain(SECRET);
    expect(printed).not.toContain(KEY);
  }
});

type Vector = {
  readonly exchange: string;
  readonly scheme: string;
  readonly secret?: string;
  readonly string_to_sign?: string;
  readonly expected: string | null;
};

it.skipIf(!HAS_SHARED_DATA)('every published HMAC vector of Binance is reproduced', () => {
  const { A } = JSON.parse(readFileSync(sharedFile('venues/signatures.json'), 'utf8')) as { A: Vector[] };
  const usable = A.filter(
    ({ exchange, scheme, expected }) =>
      exchange.startsWith('binance') && scheme.startsWith('HMAC') && expected !== null,
  );
  expect(usable.length).toBeGreaterThanOrEqual(6);
  for (const { secret = '', string_to_sign = '', expected } of usable)
    expect(new BinanceCredentials(KEY, secret).sign(string_to_sign)).toBe(expected);
});

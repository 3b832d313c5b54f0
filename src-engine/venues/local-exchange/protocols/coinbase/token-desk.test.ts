import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { SimulatedClock } from '../../../../runner/simulated-clock.ts';
import { Accounts } from '../../core/accounts/accounts.ts';
import { TokenDesk } from './token-desk.ts';

const KEY = 'organizations/test/apiKeys/one';
const OTHER = 'organizations/test/apiKeys/two';
const NOW_S = 1_700_000_000;
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const secret = String(privateKey.export({ format: 'pem', type: 'sec1' }));
const CALL = { method: 'GET', host: 'api.coinbase.com', path: '/api/v3/brokerage/accounts' };
const URI = 'GET api.coinbase.com/api/v3/brokerage/accounts';

function desk(): TokenDesk {
  const account = (key: string) => ({ name: key, key, secret, balances: {} });
  return new TokenDesk(
    new Accounts([account(KEY), account(OTHER)], new Set()),
    new SimulatedClock(NOW_S * 1_000_000),
  );
}

let nonce = 0;
function token(head: object, claims: object, by: KeyObject = privateKey): string {
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const all = { sub: KEY, iss: 'cdp', nbf: NOW_S, exp: NOW_S + 120, uri: URI, ...claims };
  const text = `${encoded({ alg: 'ES256', kid: KEY, nonce: String(++nonce), typ: 'JWT', ...head })}.${encoded(all)}`;
  const signature = sign('sha256', Buffer.from(text), { key: by, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

it('takes a token of its key for its call, once, whatever its words for the call are', () => {
  const tokens = desk();
  for (const claims of [
    {},
    { uri: URI.replace(' ', ' https://') },
    { uri: undefined, uris: [URI] },
    { exp: NOW_S + 1 },
  ])
    expect(tokens.accountOf(token({}, claims), CALL).key).toBe(KEY);
  expect(tokens.accountOf(token({}, { uri: undefined }), undefined).key).toBe(KEY);
  const once = token({}, {});
  tokens.accountOf(once, CALL);
  expect(() => tokens.accountOf(once, CALL)).toThrow('Unauthorized');
});

it.each<[string, object, object]>([
  ['of another account', { kid: OTHER }, {}],
  ['of no account', { kid: 'x' }, { sub: 'x' }],
  ['of another algorithm', { alg: 'none' }, {}],
  ['without a nonce', { nonce: '' }, {}],
  ['from the future', {}, { nbf: NOW_S + 1 }],
  ['that ended', {}, { nbf: NOW_S - 120, exp: NOW_S }],
  ['that holds too long', {}, { exp: NOW_S + 121 }],
  ['without times', {}, { nbf: undefined }],
  ['of another issuer', {}, { iss: 'me' }],
  ['for another path', {}, { uri: `${URI}/x` }],
  ['for another method', {}, { uri: URI.replace('GET', 'POST') }],
  ['for another host', {}, { uri: URI.replace('api.', 'app.') }],
  ['with the query', {}, { uri: `${URI}?limit=250` }],
  ['of a connection', {}, { uri: undefined }],
])('refuses a token %s', (_what, head, claims) => {
  expect(() => desk().accountOf(token(head, claims), CALL)).toThrow('Unauthorized');
});

it('refuses a token that another key signed, one that was altered, and what is none', () => {
  const good = token({}, {});
  const altered = good.replace(/\.[^.]+\./, `.${Buffer.from('{}').toString('base64url')}.`);
  for (const bad of [token({}, {}, stranger), altered, '', 'a.b', 'a.b.c', `${good}.x`, good.slice(0, -4)])
    expect(() => desk().accountOf(bad, CALL)).toThrow('Unauthorized');
  expect(() => desk().accountOf(token({}, {}), undefined)).toThrow('Unauthorized');
});

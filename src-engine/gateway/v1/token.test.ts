/** Tokens in place of keys: what they open, how long, and what changes nothing about that. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FakeHost, ManualClock } from '../testing/fake-host.ts';
import { MAX_TOKENS_A_KEY, ROTATE_SECONDS, TOKEN_SECONDS, TokenMint } from '../token-mint.ts';
import { keyDigest } from '../web-guards.ts';
import { startWebServer, type WebServer } from '../web-server.ts';

const OPERATOR = 'operator-token-0123456789';
const KEYS = { read: 'plx_read-0123456789', trade: 'plx_trade-0123456789' };
const clock = new ManualClock();
const host = new FakeHost(
  {
    listVenues: () => ({ venues: [] }),
    pauseTrading: () => ({ paused: true as const }),
    kill: () => ({ killed: true as const, cancelsSent: 1 }),
  },
  clock,
);
let server: WebServer;
beforeAll(async () => {
  server = await startWebServer({
    host,
    port: 0,
    tokens: { operator: OPERATOR },
    maxRequestsPerMinute: 100_000,
  });
});
afterAll(() => server.close());
beforeEach(() => {
  host.audited.length = 0;
  for (const scope of ['read', 'trade'] as const)
    host.apiKeys.set(keyDigest(KEYS[scope]), { name: `my-${scope}`, scope });
});

const post = (path: string, bearer: string, body: unknown = {}): Promise<Response> =>
  fetch(`${server.url}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const mint = async (key: string, body: unknown = {}): Promise<string> =>
  ((await (await post('token', key, body)).json()) as { token: string }).token;
const pause = async (token: string): Promise<number> => (await post('operations/pauseTrading', token)).status;
const look = async (token: string): Promise<number> =>
  (await fetch(`${server.url}/api/v1/venues`, { headers: { authorization: `Bearer ${token}` } })).status;
const partsOf = (token: string): Record<string, unknown>[] =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);

it('a token has the scope of its key or a lesser one, is named as its key in the audit trail, and says nothing of the key', async () => {
  const answer = await post('token', KEYS.trade);
  expect(await answer.json()).toMatchObject({ type: 'Bearer', expiresIn: TOKEN_SECONDS, scope: 'trade' });
  const token = await mint(KEYS.trade);
  expect(await pause(token)).toBe(200);
  expect(host.audited.at(-1)?.actor).toContain('key:my-trade');
  const lesser = await mint(KEYS.trade, { scope: 'read' });
  expect([await look(lesser), await pause(lesser)]).toEqual([200, 403]);
  const [header, claims] = partsOf(token);
  expect(header).toMatchObject({ alg: 'HS256', typ: 'JWT' });
  expect(claims).toMatchObject({ iss: 'parallax', aud: 'parallax-api', sub: 'my-trade', scope: 'trade' });
  expect(JSON.stringify([header, claims])).not.toContain(keyDigest(KEYS.trade));
});

it.each([
  [KEYS.read, { scope: 'trade' }, 400],
  [KEYS.read, { scope: 'all' }, 400],
  [KEYS.read, { scope: 'read', days: 30 }, 400],
  [OPERATOR, {}, 403],
  ['plx_unknown-0123456789', {}, 401],
])('by %s with %j none is given: %i', async (bearer, body, status) => {
  expect((await post('token', bearer, body)).status).toBe(status);
});

it('a token ends after a quarter of an hour, with its key, and gives no other token', async () => {
  const token = await mint(KEYS.trade);
  expect((await post('token', token)).status).toBe(403);
  clock.advanceMs((TOKEN_SECONDS - 2) * 1_000);
  expect(await look(token)).toBe(200);
  clock.advanceMs(2_000);
  expect(await look(token)).toBe(401);
  const next = await mint(KEYS.trade);
  expect(await pause(next)).toBe(200);
  host.revoke(keyDigest(KEYS.trade));
  expect(await pause(next)).toBe(401);
  // A new key of the same name does not wake it.
  host.apiKeys.set(keyDigest('plx_other-0123456789'), { name: 'my-trade', scope: 'trade' });
  expect(await pause(next)).toBe(401);
});

it('signing keys change every hour, and the one before holds as long as its tokens', async () => {
  clock.advanceMs(2 * ROTATE_SECONDS * 1_000);
  const first = await mint(KEYS.read);
  clock.advanceMs((ROTATE_SECONDS - 60) * 1_000);
  const late = await mint(KEYS.read);
  expect(partsOf(late)[0]?.['kid']).toBe(partsOf(first)[0]?.['kid']);
  clock.advanceMs(120_000);
  const fresh = await mint(KEYS.read);
  expect(partsOf(fresh)[0]?.['kid']).not.toBe(partsOf(late)[0]?.['kid']);
  expect([await look(first), await look(late), await look(fresh)]).toEqual([401, 200, 200]);
});

it('what was changed, signed by another, or says that it needs no signature opens nothing', async () => {
  const token = await mint(KEYS.read);
  const [header = '', claims = '', signature = ''] = token.split('.');
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [head, body] = partsOf(token);
  const more = encode({ ...body, scope: 'trade' });
  const signed = (secret: string): string =>
    createHmac('sha256', secret).update(`${header}.${more}`).digest('base64url');
  const forged = [
    `${header}.${more}.${signature}`,
    `${header}.${more}.${signed('')}`,
    `${header}.${more}.${signed('secret')}`,
    `${encode({ ...head, alg: 'none' })}.${claims}.x`,
    `${encode({ ...head, alg: 'HS512' })}.${claims}.${signature}`,
    `${encode({ ...head, kid: 'another' })}.${claims}.${signature}`,
    `${header}.${claims}.${signature.slice(0, -2)}AA`,
  ];
  for (const one of forged) expect(await look(one), one).toBe(401);
  expect(await look(token)).toBe(200);
  // Another engine’s, or this one’s before it was started again.
  expect(await new TokenMint(clock).verify(token)).toBeUndefined();
});

it('one key uses up no tokens of the others', async () => {
  const mintOf = new TokenMint(clock);
  for (let n = 0; n < MAX_TOKENS_A_KEY; n++)
    expect(await mintOf.mint('greedy', 'digest', 'read')).toBeTypeOf('string');
  expect(await mintOf.mint('greedy', 'digest', 'read')).toBeUndefined();
  expect(await mintOf.mint('other', 'another digest', 'read')).toBeTypeOf('string');
});

it('more than so many are not valid at a time, and none is in memory longer than it is valid', async () => {
  const mintOf = new TokenMint(clock, 3);
  for (let n = 0; n < 3; n++) expect(await mintOf.mint('x', 'digest', 'read')).toBeTypeOf('string');
  expect(await mintOf.mint('x', 'digest', 'read')).toBeUndefined();
  clock.advanceMs(TOKEN_SECONDS * 1_000 + 1_000);
  expect(await mintOf.mint('x', 'digest', 'read')).toBeTypeOf('string');
});

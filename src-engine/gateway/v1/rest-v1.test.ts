/** The resources over HTTP, against a made-up engine: pages, tags, refusals, keys and their scopes, the stream of events. */
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationInput } from '../../contract/operations.ts';
import type { OrderRecord } from '../../domain/event.ts';
import { sampleOrder } from '../../testing/sample-events.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { until } from '../../testing/until.ts';
import { FakeHost, ManualClock } from '../testing/fake-host.ts';
import { PAPER_STATUS } from '../testing/paper-status.ts';
import { keyDigest } from '../web-guards.ts';
import { startWebServer, type WebServer } from '../web-server.ts';
import { MAX_STREAMS, MAX_STREAMS_A_KEY } from './event-stream.ts';

const OPERATOR = 'operator-token-0123456789';
const VIEWER = 'viewer-token-0123456789';
const KEYS = {
  read: 'plx_read-0123456789',
  stop: 'plx_stop-0123456789',
  trade: 'plx_trade-0123456789',
  admin: 'plx_admin-0123456789',
};
const ORDERS: OrderRecord[] = Array.from({ length: 7 }, (_, n) =>
  sampleOrder({ orderId: `order-${n}`, createdUs: 1_000 - n }),
);

/** The journal of the made-up engine. */
let journal: { profile: string; types: string[] };
const host = new FakeHost({
  listOrders: ({ limit, beforeUs = Number.MAX_SAFE_INTEGER }) => ({
    orders: ORDERS.filter(({ createdUs }) => createdUs < beforeUs).slice(0, limit),
  }),
  listEvents: ({ afterSeq, limit, types }) => {
    const all = journal.types.map((type, n) => ({ seq: n + 1, type }));
    const behind = all.filter(({ seq, type }) => seq > afterSeq && (types?.includes(type) ?? true));
    const rows = behind.slice(0, limit);
    const lastSeq = all.length;
    const seq = rows.length < limit ? Math.max(afterSeq, lastSeq) : (rows.at(-1)?.seq ?? afterSeq);
    const events = rows.map((row) => ({
      seq: row.seq,
      runId: 'run-1',
      event: { type: 'killVerified' as const, atUs: row.seq, openOrders: 0 },
    }));
    return { profile: journal.profile, seq, lastSeq, events, unread: [] };
  },
  listVenues: () => ({ venues: [] }),
  kill: () => ({ killed: true as const, cancelsSent: 1 }),
  pauseTrading: () => ({ paused: true as const }),
});

/** The figures of the server itself follow the facts. */
const OWN_LISTENERS = 1;
let server: WebServer;
beforeAll(async () => {
  server = await startWebServer({
    host,
    port: 0,
    tokens: { operator: OPERATOR, viewer: VIEWER },
    maxRequestsPerMinute: 100_000,
  });
});
afterAll(() => server.close());
beforeEach(() => {
  host.audited.length = 0;
  journal = { profile: 'demo', types: ['killVerified', 'killVerified', 'killVerified'] };
  for (const [scope, key] of Object.entries(KEYS)) {
    host.apiKeys.set(keyDigest(key), { name: `my-${scope}`, scope: scope as keyof typeof KEYS });
  }
});

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const get = (path: string, headers: Record<string, string> = bearer(OPERATOR)): Promise<Response> =>
  fetch(`${server.url}/api/v1/${path}`, { headers });
const post = (name: string, key: string, input: unknown = {}): Promise<Response> =>
  fetch(`${server.url}/api/v1/operations/${name}`, {
    method: 'POST',
    headers: { ...bearer(key), 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });

describe('a list', () => {
  it('comes in pages whose cursors lead through every row once, and ends', async () => {
    const seen: string[] = [];
    let next: string | null = '';
    for (let pages = 0; next !== null && pages < 5; pages++) {
      const page = await get(`orders?limit=3${next === '' ? '' : `&cursor=${next}`}`);
      const answer = (await page.json()) as { orders: OrderRecord[]; next: string | null };
      seen.push(...answer.orders.map(({ orderId }) => orderId));
      ({ next } = answer);
    }
    expect(next).toBeNull();
    expect(seen).toEqual(ORDERS.map(({ orderId }) => orderId));
  });

  it('is sent once: whoever has it by its tag gets 304 and nothing', async () => {
    const first = await get('orders');
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    const again = await get('orders', { ...bearer(OPERATOR), 'if-none-match': `"other", W/${tag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const other = await get('orders?limit=1', { ...bearer(OPERATOR), 'if-none-match': tag });
    expect(other.status).toBe(200);
  });

  it.each([
    ['orders?limit=201', 'limit'],
    ['orders?limit=0', 'limit'],
    ['orders?limit=3&limit=4', 'limit'],
    ['orders?state=lost', 'state'],
    ['orders?cursor=bm9uZQ', 'cursor'],
    [`fills?cursor=${Buffer.from('orders beforeUs 5').toString('base64url')}`, 'cursor'],
    ['orders?order=1', 'order'],
    ['venues?limit=1', 'limit'],
    ['events?since=1', 'since'],
    ['events?after=1', 'Last-Event-ID'],
    ['events?types=killed,nothing', 'types'],
  ])('%s is refused, and names %s', async (path, field) => {
    const answer = await get(path);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await answer.json()).toMatchObject({ type: 'urn:parallax:problem:bad-input', status: 400, field });
  });
});

describe('problem details', () => {
  it('are the form of every refusal below /api/v1, those of the framework as well', async () => {
    const strange = await get('nothing-here');
    expect([strange.status, await strange.json()]).toMatchObject([404, { code: 'not-found', status: 404 }]);
    const unread = await fetch(`${server.url}/api/v1/operations/kill`, {
      method: 'POST',
      headers: { ...bearer(OPERATOR), 'content-type': 'application/json' },
      body: '{',
    });
    expect([unread.status, unread.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    const stranger = await get('status', {});
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const refused = await post('rearm', OPERATOR, { confirm: 'yes' });
    expect(await refused.json()).toMatchObject({ code: 'bad-input', field: 'confirm', status: 400 });
  });
});

describe('a key', () => {
  it.each([
    ['read', 'listVenues', 200],
    ['read', 'kill', 403],
    ['read', 'getKeys', 403],
    ['stop', 'kill', 200],
    ['stop', 'resumeTrading', 403],
    ['stop', 'takeOpportunity', 403],
    ['trade', 'kill', 200],
    ['trade', 'pauseTrading', 200],
    ['trade', 'updateLimits', 403],
    ['trade', 'armLive', 403],
    ['admin', 'pauseTrading', 200],
    ['admin', 'addApiKey', 403],
    ['admin', 'revokeApiKey', 403],
  ] as const)('with the scope %s that calls %s is answered with %i', async (scope, name, status) => {
    const input: Partial<OperationInput<'addApiKey'>> =
      name === 'addApiKey' ? { name: 'more', scope: 'admin', digest: '0'.repeat(64) } : {};
    const answer = await post(name, KEYS[scope], input);
    expect(answer.status).toBe(status);
  });

  it('is named in the audit trail, whatever program it says it is, and never shown', async () => {
    await fetch(`${server.url}/api/kill`, {
      method: 'POST',
      headers: { ...bearer(KEYS.trade), 'content-type': 'application/json', 'x-parallax-client': 'window' },
      body: '{}',
    });
    await post('kill', KEYS.read);
    expect(host.audited).toMatchObject([
      { actor: 'operator via key:my-trade', action: 'kill', outcome: 'ok' },
      { actor: 'viewer via key:my-read', action: 'kill', outcome: 'denied' },
    ]);
    expect(JSON.stringify(host.audited)).not.toContain('plx_');
  });

  it('is taken in X-TRADING-API-KEY too, unless the other header is there as well', async () => {
    expect((await get('venues', { 'X-TRADING-API-KEY': KEYS.read })).status).toBe(200);
    expect((await get('venues', { 'X-TRADING-API-KEY': KEYS.read, ...bearer('wrong') })).status).toBe(401);
    expect((await get('venues', { 'X-TRADING-API-KEY': 'plx_a-key-that-is-unknown' })).status).toBe(401);
  });

  it('opens nothing once it is revoked', async () => {
    host.apiKeys.delete(keyDigest(KEYS.read));
    expect((await get('venues', bearer(KEYS.read))).status).toBe(401);
  });
});

describe('the stream of events', () => {
  const open: AbortController[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.abort();
  });

  async function follow(query = '', headers: Record<string, string> = {}, key = VIEWER) {
    const aborter = new AbortController();
    open.push(aborter);
    const response = await fetch(`${server.url}/api/v1/events${query}`, {
      headers: { ...bearer(key), ...headers },
      signal: aborter.signal,
    });
    const seen = { status: response.status, text: '', isOver: false };
    const read = async (): Promise<void> => {
      const decoder = new TextDecoder();
      for await (const bytes of response.body ?? []) seen.text += decoder.decode(bytes);
    };
    void read()
      .catch(() => undefined)
      .finally(() => {
        seen.isOver = true;
      });
    const ids = (): string[] => [...seen.text.matchAll(/^id: (.*)\nevent: /gm)].map(([, id]) => id ?? '');
    return { seen, ids, aborter };
  }

  it('begins now, and continues behind the id that a client comes back with', async () => {
    const first = await follow();
    await until(() => host.factListeners > OWN_LISTENERS);
    await until(() => first.seen.text.includes(': parallax'));
    const back = await follow('', { 'last-event-id': 'demo:1' });
    await until(() => back.ids().length === 2);
    expect(back.ids()).toEqual(['demo:2', 'demo:3']);
    journal.types.push('killVerified', 'killVerified');
    host.publishFact(5);
    await until(() => back.ids().length === 4);
    expect(back.ids()).toEqual(['demo:2', 'demo:3', 'demo:4', 'demo:5']);
    expect(back.seen.text).toContain('data: {"seq":5,"runId":"run-1","event":{"type":"killVerified"');
    await until(() => first.ids().length === 2);
    expect(first.ids()).toEqual(['demo:4', 'demo:5']);
  });

  it('sends a history of many pages whole, in order', async () => {
    journal.types = Array.from({ length: 1_001 }, () => 'killVerified');
    const { ids } = await follow('?after=demo:0');
    await until(() => ids().length === 1_001);
    expect(ids()).toEqual(journal.types.map((_, n) => `demo:${n + 1}`));
  });

  it.each([
    ['of another profile', 'paper:2', 'another profile runs'],
    ['beyond the end of the journal', 'demo:99', 'the journal is shorter than that'],
  ])('says once that it cannot continue behind an id %s, and goes on from now', async (_what, id, why) => {
    const { seen } = await follow(`?after=${id}`);
    await until(() => seen.text.includes('event: gap'));
    expect(seen.text).toContain(`id: demo:3\nevent: gap\ndata: {"asked":"${id}","why":"${why}"`);
  });

  it('gives only the types that are asked for', async () => {
    journal.types = ['killVerified', 'killed', 'killVerified'];
    const { ids } = await follow('?after=demo:0&types=killed');
    await until(() => ids().length === 1);
    expect(ids()).toEqual(['demo:2']);
  });

  it('names its place before there is any event, so that a client that is cut misses nothing', async () => {
    const fresh = await follow('?types=killed');
    await until(() => fresh.seen.text.includes(': from here\nid: demo:3\n\n'));
    const back = await follow('?types=killed', { 'last-event-id': 'demo:2' });
    await until(() => back.seen.text.startsWith(': parallax\nid: demo:2\n\n'));
    expect([...fresh.ids(), ...back.ids()]).toEqual([]);
  });

  it('ends at once when its key is revoked, the others do not, and it is no call that took so long', async () => {
    const calls = host.calls.length;
    const { seen } = await follow('', {}, KEYS.read);
    const other = await follow('', {}, KEYS.trade);
    await until(() => seen.text.includes(': from here') && other.seen.text.includes(': from here'));
    host.revoke(keyDigest(KEYS.read));
    await until(() => seen.isOver);
    expect(other.seen.isOver).toBe(false);
    host.views.set('status', PAPER_STATUS);
    const figures = await fetch(`${server.url}/metrics`, { headers: bearer(OPERATOR) });
    const text = await figures.text();
    // Nor is who measures a user.
    expect(host.calls.length).toBe(calls);
    expect(text).toContain('operation="orders",code="2xx"');
    expect(text).not.toContain('operation="events",code="2xx"');
  });

  it('counts the time of the engine, not that in which a client sends what it asks', async () => {
    const calls = host.calls.length;
    const sent = httpRequest(`${server.url}/api/v1/operations/pauseTrading`, {
      method: 'POST',
      headers: {
        ...bearer(KEYS.trade),
        'content-type': 'application/json',
        'content-length': 2,
        expect: '100-continue',
      },
    });
    sent.flushHeaders();
    // Its head is there.
    await once(sent, 'continue');
    const clock = new SystemClock();
    const headUs = clock.nowUs();
    await until(() => clock.nowUs() > headUs + 60_000);
    const bodyUs = clock.nowUs();
    sent.end('{}');
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const answeredUs = clock.nowUs();
    answer.resume();
    await until(() => host.calls.length === calls + 1);
    expect([answer.statusCode, host.calls.at(-1)]).toEqual([200, 'answered']);
    expect(host.callUs.at(-1) ?? Infinity).toBeLessThanOrEqual(answeredUs - bodyUs);
  });

  it('has three places for a key, whatever is free for others', async () => {
    const own = await Promise.all(Array.from({ length: MAX_STREAMS_A_KEY }, () => follow('', {}, KEYS.read)));
    expect(own.map(({ seen }) => seen.status)).toEqual([200, 200, 200]);
    const more = await get('events', bearer(KEYS.read));
    expect([more.status, await more.json()]).toMatchObject([
      503,
      { code: 'too-many-streams', field: 'key', value: 'my-read' },
    ]);
    expect((await follow('', {}, KEYS.trade)).seen.status).toBe(200);
    expect((await follow()).seen.status).toBe(200);
    own[0]?.aborter.abort();
    await until(async () => expect((await follow('', {}, KEYS.read)).seen.status).toBe(200));
  });

  it('reads history at the pace of its key, and opens no further stream beyond it', async () => {
    const clock = new ManualClock();
    let pages = 0;
    const slow = new FakeHost(
      {
        listEvents: ({ afterSeq }) => {
          pages += 1;
          return { profile: 'demo', seq: afterSeq + 1, lastSeq: 1_000_000, events: [], unread: [] };
        },
      },
      clock,
    );
    slow.apiKeys.set(keyDigest(KEYS.read), { name: 'my-read', scope: 'read' });
    const paced = await startWebServer({ host: slow, port: 0, tokens: { operator: OPERATOR } });
    const aborter = new AbortController();
    const ask = () =>
      fetch(`${paced.url}/api/v1/events?after=demo:0`, {
        headers: bearer(KEYS.read),
        signal: aborter.signal,
      });
    try {
      expect((await ask()).status).toBe(200);
      clock.advanceMs(0);
      // 240 tokens at once, five a page, the opening pays for the first.
      await until(() => pages === 48);
      const refused = await ask();
      expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'busy', retryMs: 250 }]);
      expect(pages).toBe(48);
      clock.advanceMs(250);
      await until(() => pages === 49);
    } finally {
      aborter.abort();
      await paced.close();
    }
  });

  it('has places for so many viewers, and one more is refused', async () => {
    await until(() => host.factListeners === OWN_LISTENERS);
    const all = await Promise.all(Array.from({ length: MAX_STREAMS.viewer }, () => follow()));
    const statuses = all.map(({ seen }) => seen.status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await follow()).seen.status).toBe(503);
    expect((await follow('', {}, OPERATOR)).seen.status).toBe(200);
  });
});

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { decodeEngineMessage, encode, type ClientMessage, type EngineMessage } from '../contract/codec.ts';
import { operations } from '../contract/operations.ts';
import { CHART_STYLE_HASH } from '../contract/window-policy.ts';
import { UserError } from '../domain/errors.ts';
import { FakeHost } from './testing/fake-host.ts';
import { startWebServer, type WebServer, windowAddress } from './web-server.ts';
import { until } from '../testing/until.ts';

const OPERATOR = 'operator-token-0123456789';
const VIEWER = 'viewer-token-0123456789';

const host = new FakeHost({
  listFills: () => ({ fills: [] }),
  kill: () => ({ killed: true as const, cancelsSent: 1 }),
  rearm: () => {
    throw new UserError({ code: 'not-killed', field: 'confirm', message: 'has nothing to release' });
  },
});
let windowDir: string;
let server: WebServer;

beforeAll(async () => {
  windowDir = mkdtempSync(join(tmpdir(), 'parallax-window-'));
  writeFileSync(join(windowDir, 'index.html'), '<!doctype html><title>Parallax</title>');
  server = await startWebServer({ host, port: 0, tokens: { operator: OPERATOR, viewer: VIEWER }, windowDir });
});
afterAll(async () => {
  await server.close();
  rmSync(windowDir, { recursive: true });
});
beforeEach(() => {
  host.audited.length = 0;
});

/** Plain HTTP, because fetch does not let a test choose Host. */
function send(options: { path: string; method?: string; headers?: Record<string, string>; body?: string }) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const { path, method = 'GET', headers = {}, body } = options;
      const request = httpRequest(
        { host: '127.0.0.1', port: server.port, path, method, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    },
  );
}

function post(path: string, input: unknown, headers: Record<string, string> = {}) {
  return send({
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${OPERATOR}`, ...headers },
    body: JSON.stringify(input),
  });
}

function connect(protocols: string[], headers: Record<string, string> = {}) {
  return new WebSocket(`ws://127.0.0.1:${server.port}/ws`, protocols, { headers });
}

function refusal(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('open', () => reject(new Error('the connection was accepted')));
    socket.on('error', () => {});
  });
}

async function session(token: string) {
  const socket = connect(['parallax.v1', `token.${token}`]);
  const received: EngineMessage[] = [];
  socket.on('message', (data: Buffer) => received.push(decodeEngineMessage(data.toString('utf8'))));
  await until(() => received.length > 0);
  return { socket, received, send: (message: ClientMessage) => socket.send(encode(message)) };
}

describe('REST', () => {
  it('runs an operation and audits it under the name of its client', async () => {
    const answer = await post('/api/kill', { reason: 'drill' }, { 'x-parallax-client': 'command-line' });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ ok: true, data: { killed: true, cancelsSent: 1 } });
    expect(host.audited).toMatchObject([
      { actor: 'operator via command-line', action: 'kill', outcome: 'ok' },
    ]);
  });

  it.each([
    ['no token', { authorization: '' }],
    ['a wrong token', { authorization: 'Bearer operator-token-0123456780' }],
    ['a token by another scheme', { authorization: `Basic ${OPERATOR}` }],
  ])('refuses %s with 401', async (_what, headers) => {
    const answer = await post('/api/kill', {}, headers);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
    expect(host.audited).toEqual([]);
  });

  it('lets the viewer look but not touch', async () => {
    const viewer = { authorization: `Bearer ${VIEWER}` };
    expect((await post('/api/listFills', {}, viewer)).status).toBe(200);
    const answer = await post('/api/kill', {}, viewer);
    expect(answer.status).toBe(403);
    expect(host.audited).toMatchObject([{ actor: 'viewer via api', outcome: 'denied' }]);
  });

  it.each([
    ['bad input', '/api/listFills', { limit: 'many' }, 400, 'bad-input'],
    ['an unknown operation', '/api/launch', {}, 404, 'not-found'],
    ['a refusal by the engine', '/api/rearm', { confirm: 'REARM' }, 422, 'not-killed'],
    ['a body that is too large', '/api/kill', { reason: 'x'.repeat(70_000) }, 413, 'bad-request'],
  ])('answers %s as a coded refusal', async (_what, path, input, status, code) => {
    const answer = await post(path, input);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { code } });
  });

  it('reads nothing but JSON', async () => {
    const answer = await post('/api/kill', {}, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
  });

  it('describes every operation as OpenAPI', async () => {
    const answer = await send({ path: '/api/openapi.json' });
    const document = JSON.parse(answer.text) as {
      openapi: string;
      paths: Record<string, { post: { requestBody: { content: Record<string, { schema: object }> } } }>;
      components: { schemas: Record<string, object> };
    };
    expect(document.openapi).toBe('3.1.0');
    for (const way of ['/api/', '/api/v1/operations/']) {
      const paths = Object.keys(document.paths).filter((path) => new RegExp(`^${way}[a-zA-Z]+$`).test(path));
      expect(paths.sort()).toEqual(
        Object.keys(operations)
          .map((name) => `${way}${name}`)
          .sort(),
      );
    }
    const kill = document.paths['/api/kill']?.post.requestBody.content['application/json']?.schema;
    expect(kill).toEqual({ $ref: '#/components/schemas/killInput' });
    expect(document.components.schemas['killInput']).toMatchObject({
      type: 'object',
      properties: { reason: { type: 'string', maxLength: 200 } },
    });
  });
});

describe('guards', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1:1'])('refuses the Host "%s"', async (name) => {
    const answer = await send({ path: '/healthz', headers: { host: name } });
    expect(answer.status).toBe(421);
  });

  it.each(['localhost', '[::1]'])('knows itself as %s', async (name) => {
    expect((await send({ path: '/healthz', headers: { host: `${name}:${server.port}` } })).status).toBe(200);
  });

  it('refuses a POST from a foreign page even with the token, and takes its own', async () => {
    for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${server.port}`]) {
      expect((await post('/api/kill', {}, { origin })).status).toBe(403);
    }
    expect(host.audited).toEqual([]);
    expect((await post('/api/kill', {}, { origin: server.url })).status).toBe(200);
  });

  it('serves the window under a strict policy', async () => {
    const { status, headers, text } = await send({ path: '/' });
    expect(status).toBe(200);
    expect(text).toContain('<title>Parallax</title>');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${server.port};`);
    expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(headers['permissions-policy']).toContain('camera=()');
  });

  it('allows the one inline style of the chart library, and its text is still the one hashed', () => {
    const file = new URL(
      '../../node_modules/lightweight-charts/dist/lightweight-charts.production.mjs',
      import.meta.url,
    );
    const style = /innerText="(a#tv-attr-logo[^"]*)"/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
    expect(`sha256-${createHash('sha256').update(style).digest('base64')}`).toBe(CHART_STYLE_HASH);
  });

  it.each(['/../package.json', '/..%2f..%2fpackage.json', '/%2e%2e/secret', '/.git/config'])(
    'serves nothing outside the window folder: %s',
    async (path) => {
      const { status } = await send({ path });
      expect(status).toBeGreaterThanOrEqual(400);
    },
  );

  it('limits requests, each role for itself, and never the kill switch', async () => {
    const limited = await startWebServer({
      host,
      port: 0,
      tokens: { operator: OPERATOR },
      maxRequestsPerMinute: 3,
    });
    const call = async (name: string, token: string) => {
      const response = await fetch(`${limited.url}/api/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
      await response.text();
      return response.status;
    };
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++) statuses.push(await call('listFills', 'guess'));
      expect(statuses).toEqual([401, 401, 401, 429]);
      for (let i = 0; i < 3; i++) expect(await call('listFills', OPERATOR)).toBe(200);
      expect(await call('listFills', OPERATOR)).toBe(429);
      expect(await call('kill', OPERATOR)).toBe(200);
    } finally {
      await limited.close();
    }
  });

  it.each(['/api/v1/openapi.json', '/readyz', '/metrics', '/api/nothing'])(
    'limits strangers at %s in each of its spellings, and never at the window',
    async (path) => {
      const limit = { port: 0, tokens: { operator: OPERATOR }, maxRequestsPerMinute: 2 };
      const limited = await startWebServer({ host, ...limit, windowDir });
      try {
        const spelled = `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`;
        const statuses: number[] = [];
        for (const one of [spelled, path, spelled]) {
          const answer = await fetch(`${limited.url}${one}`);
          statuses.push(answer.status);
          const isProblem = answer.headers.get('content-type')?.startsWith('application/problem') === true;
          if (answer.status === 429) expect(isProblem).toBe(path.startsWith('/api/v1/'));
          await answer.text();
        }
        expect(statuses.indexOf(429)).toBe(2);
        expect((await fetch(limited.url)).status).toBe(200);
      } finally {
        await limited.close();
      }
    },
  );

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }, 403],
    ['a foreign origin', { origin: 'http://evil.example' }, 403],
    ['the window', { 'sec-fetch-site': 'same-origin' }, 200],
    ['the address line', { 'sec-fetch-site': 'none' }, 200],
  ])(
    'answers a GET of %s below /api as it may, and gives everybody the window',
    async (_what, headers, status) => {
      for (const path of ['/api/v1/openapi.json', '/%61pi/openapi.json']) {
        expect((await send({ path, headers })).status).toBe(status);
      }
      expect((await send({ path: '/%72eadyz', headers })).status === 403).toBe(status === 403);
      expect((await send({ path: '/', headers })).status).toBe(200);
    },
  );

  it('makes the OpenAPI document once, whoever asks and where', async () => {
    const first = await send({ path: '/api/openapi.json' });
    const texts = vi.spyOn(JSON, 'stringify');
    try {
      for (const path of ['/api/v1/openapi.json', '/api/openapi.json'])
        expect((await send({ path })).text === first.text).toBe(true);
      const made = texts.mock.calls.filter(([value]) => Object.hasOwn(Object(value), 'openapi'));
      expect(made).toEqual([]);
    } finally {
      texts.mockRestore();
    }
  });

  it('names a port in use and what to do', async () => {
    const second = startWebServer({ host, port: server.port, tokens: { operator: OPERATOR } });
    await expect(second).rejects.toMatchObject({
      problem: { code: 'port-in-use', field: 'port', value: String(server.port), remedy: expect.any(String) },
    });
  });

  it('explains how to build the window where it is opened without one', async () => {
    const bare = await startWebServer({ host, port: 0, tokens: { operator: OPERATOR } });
    const answer = await fetch(windowAddress(bare.url, OPERATOR));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'text/plain; charset=utf-8']);
    expect(await answer.text()).toMatch(/its window is not built\. Run npm ci && npm run build/);
    await bare.close();
  });

  it('leads a browser to the token once, by an address without it, and says what a second visit means', async () => {
    const address = server.openingAddress();
    expect(address).not.toContain(OPERATOR);
    const visit = (method = 'GET') => fetch(address, { redirect: 'manual', method });
    expect((await visit('HEAD')).status).toBe(404);
    const first = await visit();
    expect([first.status, first.headers.get('location')]).toEqual([303, `/#token=${OPERATOR}`]);
    expect(first.headers.get('cache-control')).toBe('no-store');
    const second = await visit();
    expect([second.status, second.headers.get('location')]).toEqual([410, null]);
    expect(await second.text()).toMatch(/already used.*restart the engine/);
  });

  it('puts the token into the fragment, which no server sees', () => {
    expect(windowAddress('http://127.0.0.1:4777', 'abc')).toBe('http://127.0.0.1:4777/#token=abc');
  });
});

describe('WebSocket', () => {
  it.each([
    ['no token', ['parallax.v1']],
    ['a wrong token', ['parallax.v1', 'token.guess']],
    ['a token without our protocol', [`token.${OPERATOR}`]],
  ])('refuses %s with 401', async (_what, protocols) => {
    expect(await refusal(connect(protocols))).toBe(401);
  });

  it('refuses a foreign page and a foreign name', async () => {
    const good = ['parallax.v1', `token.${OPERATOR}`];
    expect(await refusal(connect(good, { origin: 'http://evil.example' }))).toBe(403);
    expect(await refusal(connect(good, { host: `evil.example:${server.port}` }))).toBe(421);
  });

  it('selects our protocol and never echoes the token', async () => {
    const { socket } = await session(OPERATOR);
    expect(socket.protocol).toBe('parallax.v1');
    socket.close();
  });

  it('carries calls, facts and views of a real socket', async () => {
    // The figures of each server follow the facts as long as it runs.
    const before = host.factListeners;
    const { socket, received, send: say } = await session(OPERATOR);
    host.views.set('quotes', { quotes: [1] });
    say({ t: 'facts', on: true });
    say({ t: 'subscribe', topic: 'quotes', params: {} });
    say({ t: 'call', id: 1, op: 'kill', input: {} });
    await until(() => received.some((message) => message.t === 'views'));
    host.publishFact(9);
    await until(() => received.some((message) => message.t === 'facts'));
    expect(received).toContainEqual({ t: 'result', id: 1, ok: true, data: { killed: true, cancelsSent: 1 } });
    expect(host.audited).toMatchObject([{ actor: 'operator via web' }]);
    socket.close();
    await until(() => host.factListeners === before);
  });

  it('gives the viewer token the viewer role', async () => {
    const { socket, received, send: say } = await session(VIEWER);
    expect(received[0]).toMatchObject({ t: 'hello', role: 'viewer' });
    say({ t: 'call', id: 1, op: 'kill', input: {} });
    await until(() => received.length === 2);
    expect(received[1]).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    socket.close();
  });

  it.each([
    ['a message that is too large', 'x'.repeat(70_000), 1009],
    ['a binary message', Buffer.from([1, 2, 3]), 1003],
  ])('closes on %s', async (_what, data, code) => {
    const { socket } = await session(OPERATOR);
    const closed = new Promise<number>((resolve) => {
      socket.on('close', resolve);
    });
    socket.send(data);
    expect(await closed).toBe(code);
  });
});

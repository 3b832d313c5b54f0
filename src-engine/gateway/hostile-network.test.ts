/** What strangers and viewers may do to the server: never keep an operator from it. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_CONNECTIONS } from './http-server.ts';
import { until } from '../testing/until.ts';
import { FakeHost, ManualClock } from './testing/fake-host.ts';
import { startWebServer, type WebServer } from './web-server.ts';
import { MAX_WINDOWS } from './web-clients.ts';

const TOKENS = { operator: 'operator-token-0123456789', viewer: 'viewer-token-0123456789' };
const host = new FakeHost({
  listFills: () => ({ fills: [] }),
  kill: () => ({ killed: true as const, cancelsSent: 1 }),
});
let windowDir: string;
let server: WebServer;
const sockets: (Socket | WebSocket)[] = [];

beforeEach(async () => {
  windowDir = mkdtempSync(join(tmpdir(), 'parallax-window-'));
  writeFileSync(join(windowDir, 'index.html'), '<!doctype html><title>Parallax</title>');
  server = await startWebServer({ host, port: 0, tokens: TOKENS, windowDir });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    if ('destroy' in socket) socket.destroy();
    else socket.terminate();
  }
  await server.close();
  rmSync(windowDir, { recursive: true });
});

/** Sends bytes as they are and answers with all that comes back. */
async function raw(text: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return received;
}
const named = (host = `127.0.0.1:${server.port}`): string => `Host: ${host}\r\n`;
const UPGRADE = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`;
const OFFER = `Sec-WebSocket-Protocol: parallax.v1, token.${TOKENS.operator}\r\n`;

async function call(name: string, token: string, at = server): Promise<Response> {
  const response = await fetch(`${at.url}/api/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, connection: 'close' },
  });
  await response.clone().text();
  return response;
}

function open(token: string, at = server): Promise<number> {
  const socket = new WebSocket(`${at.url.replace('http', 'ws')}/ws`, ['parallax.v1', `token.${token}`]);
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => undefined);
  });
}

describe('the first look at a request', () => {
  it.each(['/%ff', '/%', '/api/%c0%af', '/\u0000'.replace('\u0000', '%00%ff')])(
    'asks for the name that is called before it reads the path %s',
    async (path) => {
      expect(await raw(`GET ${path} HTTP/1.1\r\n${named('evil.example')}Connection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 421 /,
      );
      expect(await raw(`GET ${path} HTTP/1.1\r\n${named()}Connection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 400 /,
      );
    },
  );

  it.each([
    ['an address of another server', 'GET http://evil.example/ HTTP/1.1', 400],
    ['an asterisk', 'OPTIONS * HTTP/1.1', 400],
    ['a method that is none', 'BREW /api/kill HTTP/1.1', 400],
    ['a header without an end', `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}`, 400],
  ])('refuses %s', async (_what, line, status) => {
    const answer = await raw(`${line}\r\n${named()}Connection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('upgrades the stream’s path alone, and there only what shows a token', async () => {
    for (const path of ['/', '/api/kill', '/ws/', '/ws2', '/index.html', '/%77s']) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\n${named()}${UPGRADE}${OFFER}\r\n`);
      expect([path, answer.split('\r\n')[0]]).toEqual([path, 'HTTP/1.1 404 Refused']);
    }
    expect(await raw(`GET /ws HTTP/1.1\r\n${named()}${UPGRADE}\r\n`)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await raw(`GET /ws HTTP/1.1\r\n${named('evil.example')}${UPGRADE}${OFFER}\r\n`)).toMatch(
      /^HTTP\/1\.1 421 /,
    );
    expect(await open(TOKENS.operator)).toBe(101);
  });

  it('lets nothing that the engine says be kept', async () => {
    for (const path of ['/api/openapi.json', '/healthz', '/metrics', '/api/none', '/ws']) {
      const response = await fetch(`${server.url}${path}`);
      expect([path, response.headers.get('cache-control')]).toEqual([path, 'no-store']);
    }
    expect((await call('listFills', TOKENS.viewer)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('a header that says who asks', () => {
  it.each([
    ['Host: evil.example\r\n', 'host'],
    ['Authorization: Bearer a\r\nAuthorization: Bearer b\r\n', 'authorization'],
    ['Origin: http://evil.example\r\nOrigin: null\r\n', 'origin'],
  ])('is refused where it is there twice: %j', async (more, name) => {
    const answer = await raw(`GET /healthz HTTP/1.1\r\n${named()}${more}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain(`"field":"${name}"`);
  });
});

describe('viewers', () => {
  it('who hold as many connections open as there are keep no operator from a new one', async () => {
    const head = `POST /api/listFills HTTP/1.1\r\n${named()}Authorization: Bearer ${TOKENS.viewer}\r\n`;
    const unfinished = `${head}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{`;
    const closed: Socket[] = [];
    const held = Array.from({ length: MAX_CONNECTIONS + 20 }, () => {
      const socket = connect(server.port, '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => closed.push(socket));
      socket.write(unfinished);
      return socket;
    });
    // Those of viewers that are beyond their number have made room.
    await until(() => closed.length >= held.length - MAX_CONNECTIONS / 2);
    expect(await open(TOKENS.viewer)).toBe(101);
    expect((await call('kill', TOKENS.operator)).status).toBe(200);
    expect(await open(TOKENS.operator)).toBe(101);
  });
});

it('a viewer’s requests are counted by what they cost, and their share ends for viewers alone', async () => {
  // Its clock does not move: no tokens come back.
  const still = new FakeHost({ kill: () => ({ killed: true as const, cancelsSent: 1 }) }, new ManualClock());
  still.texts.set('getSnapshot', () => Promise.resolve('{}'));
  const other = await startWebServer({ host: still, port: 0, tokens: TOKENS });
  const statusOf = async (name: string, token: string) => (await call(name, token, other)).status;
  const statuses: number[] = [];
  for (let k = 0; k < 25; k++) statuses.push(await statusOf('getSnapshot', TOKENS.viewer));
  // 240 of the cheapest at once; each of these takes ten.
  expect(statuses).toEqual([...Array<number>(24).fill(200), 429]);
  expect(await statusOf('getSnapshot', TOKENS.operator)).toBe(200);
  expect(await statusOf('kill', TOKENS.operator)).toBe(200);
  await other.close();
});

describe('strangers', () => {
  it('who ask a thousand times shut out neither the window’s files nor anybody with a token', async () => {
    const statuses = new Set<number>();
    for (let k = 0; k < 1_000; k += 20) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => call('listFills', 'guess')));
      for (const { status } of answers) statuses.add(status);
    }
    expect(statuses).toEqual(new Set([401, 429]));
    expect((await fetch(`${server.url}/`)).status).toBe(200);
    expect((await call('listFills', TOKENS.viewer)).status).toBe(200);
    expect((await call('listFills', TOKENS.operator)).status).toBe(200);
    expect(await open(TOKENS.operator)).toBe(101);
  });

  it('who hold every connection open give way to new clients', async () => {
    expect(await open(TOKENS.operator)).toBe(101);
    const held = Array.from({ length: MAX_CONNECTIONS + 50 }, () => connect(server.port, '127.0.0.1'));
    sockets.push(...held);
    for (const socket of held) {
      socket.on('error', () => undefined);
      // Half a request: what is called slowloris.
      socket.write(`POST /api/kill HTTP/1.1\r\n${named()}`);
    }
    await Promise.all(
      held.map((socket) => (socket.connecting ? once(socket, 'connect') : Promise.resolve())),
    );
    expect((await call('kill', TOKENS.operator)).status).toBe(200);
    expect(await open(TOKENS.operator)).toBe(101);
    // The window that was there is there.
    expect((sockets[0] as WebSocket).readyState).toBe(WebSocket.OPEN);
  });
});

it('viewers take their own places: an operator finds one', async () => {
  const taken = await Promise.all(Array.from({ length: MAX_WINDOWS.viewer + 4 }, () => open(TOKENS.viewer)));
  expect(taken.toSorted((a, b) => a - b)).toEqual([
    ...Array<number>(MAX_WINDOWS.viewer).fill(101),
    ...Array<number>(4).fill(503),
  ]);
  expect(await open(TOKENS.operator)).toBe(101);
});

it('a viewer that comes back on new connections is refused there too, and no operator with it', async () => {
  // Its clock does not move: no tokens come back.
  const still = new FakeHost({ kill: () => ({ killed: true as const, cancelsSent: 1 }) }, new ManualClock());
  const other = await startWebServer({ host: still, port: 0, tokens: TOKENS });
  const statuses: number[] = [];
  for (let k = 0; k < 60; k++) {
    statuses.push(await open(TOKENS.viewer, other));
    const socket = sockets.pop() as WebSocket;
    if (socket.readyState === WebSocket.OPEN) {
      socket.close();
      await once(socket, 'close');
    }
  }
  // 960 of the cheapest at once of all viewers together; each opening takes twenty.
  expect(statuses).toEqual([...Array<number>(48).fill(101), ...Array<number>(12).fill(429)]);
  expect(await open(TOKENS.operator, other)).toBe(101);
  expect((await call('kill', TOKENS.operator, other)).status).toBe(200);
  await other.close();
});

it('frames that are none end their own connection', async () => {
  const head = `GET /ws HTTP/1.1\r\n${named()}${UPGRADE}${OFFER}\r\n`;
  for (const bytes of ['\u0081\u00ff', '\u0000\u0000\u0000', '\u00c1\u0080aaaa', '\u0088\u0001']) {
    const socket = connect(server.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(Buffer.concat([Buffer.from(head), Buffer.from(bytes.repeat(50), 'latin1')]));
    await once(socket, 'close');
  }
  expect((await call('kill', TOKENS.operator)).status).toBe(200);
});

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { SystemNetwork } from './system-network.ts';
import { until } from '../testing/until.ts';

const network = new SystemNetwork();
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function http(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (url: string, timeoutMs = 2_000) =>
  network.request({ method: 'GET', url, headers: {}, timeoutMs, maxBytes: 1_000 });

describe('one HTTP call', () => {
  it('gives status, body and headers, whatever the status', async () => {
    const url = await http((response) =>
      response.writeHead(503, { 'X-MBX-USED-WEIGHT-1M': '7' }).end('busy'),
    );
    expect(await ask(url)).toMatchObject({
      status: 503,
      body: 'busy',
      headers: { 'x-mbx-used-weight-1m': '7' },
    });
  });

  it('ends when the answer is not whole in time, though it has begun', async () => {
    const url = await http((response) => response.writeHead(200).write('half'));
    await expect(ask(url, 200)).rejects.toThrow('no answer within 200 ms');
  });

  it('reads no more than the bound, and follows no redirect', async () => {
    const long = await http((response) => response.end('x'.repeat(1_001)));
    await expect(ask(long)).rejects.toThrow('longer than 1000 bytes');
    const elsewhere = await http((response) => response.writeHead(302, { location: long }).end());
    await expect(ask(elsewhere)).rejects.toThrow(/redirect/);
  });

  it('names what is wrong when no server listens', async () => {
    const url = await http((response) => response.end());
    for (const cleanup of cleanups.splice(0)) cleanup();
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
  });
});

async function webSocket(): Promise<{ url: string; server: WebSocketServer }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  cleanups.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function listen(url: string, takesBinary?: boolean) {
  const seen: string[] = [];
  const connection = network.connect(
    url,
    { maxFrameBytes: 100, takesBinary },
    {
      onOpen: () => seen.push('open'),
      onMessage: (bytes) => seen.push(bytes.toString('utf8')),
      onClose: (code, reason) => seen.push(`close ${code} ${reason}`.trimEnd()),
    },
  );
  return { seen, connection };
}

describe('one WebSocket connection', () => {
  it('carries text both ways, and reports its end once', async () => {
    const { url, server } = await webSocket();
    server.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => {
        socket.send(Buffer.from([1, 2]));
        socket.send(`echo ${data.toString('utf8')}`);
        socket.close(4001, 'enough');
      });
    });
    const { seen, connection } = listen(url);
    expect(connection.send('too early')).toBe(false);
    await until(() => expect(seen).toContain('open'));
    expect(connection.send('hello')).toBe(true);
    await until(() => expect(seen).toHaveLength(3));
    expect(seen).toEqual(['open', 'echo hello', 'close 4001 enough']);
    expect(connection.send('too late')).toBe(false);
    connection.close();
    connection.terminate();
    expect(seen).toHaveLength(3);
  });

  it('brings frames of bytes where they are asked for, and text beside them', async () => {
    const { url, server } = await webSocket();
    server.on('connection', (socket) => {
      socket.send(Buffer.from('packed'));
      socket.send('plain');
    });
    const [{ seen: both }, { seen: text }] = [listen(url, true), listen(url)];
    await until(() => expect([both.length, text.length]).toEqual([3, 2]));
    expect([both, text]).toEqual([
      ['open', 'packed', 'plain'],
      ['open', 'plain'],
    ]);
  });

  it('ends on a frame above the bound, and when no server listens', async () => {
    const { url, server } = await webSocket();
    server.on('connection', (socket) => socket.send('x'.repeat(101)));
    const { seen } = listen(url);
    await until(() => expect(seen.at(-1)).toMatch(/^close 1006 Max payload size exceeded/));
    for (const cleanup of cleanups.splice(0)) cleanup();
    const { seen: refused } = listen(url);
    await until(() => expect(refused).toEqual([expect.stringMatching(/^close 1006 .*ECONNREFUSED/)]));
  });
});

/** Answers of the reader go to their clients as the bytes that they are, and their memory is given back by whoever took them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { answerBuffer, AnswerBytes } from '../lib/answer-bytes.ts';
import { until } from '../testing/until.ts';
import { messagePortChannel } from './message-port.ts';
import { ANSWER_TAKEN_US, ClientConnection, QUERIES_BACKLOG_LIMIT } from './client-connection.ts';
import { FakeChannel, FakeHost, ManualClock } from './testing/fake-host.ts';
import { startWebServer, type WebServer } from './web-server.ts';

const TOKENS = { operator: 'operator-token', viewer: 'viewer-token' };
/** Beyond what a socket of this system takes at once, in more than one byte a character. */
const LARGE = { orders: Array.from({ length: 4_000 }, (_, k) => `${k} ${'µ✓'.repeat(200)}`) };
const host = new FakeHost();
let server: WebServer;

beforeAll(async () => {
  host.texts.set('listOrders', () => Promise.resolve(JSON.stringify(LARGE)));
  server = await startWebServer({ host, port: 0, tokens: TOKENS });
});
afterAll(() => server.close());

const CALL = JSON.stringify({ t: 'call', id: 7, op: 'listOrders', input: {} });
const HEADERS = { authorization: `Bearer ${TOKENS.viewer}`, 'content-type': 'application/json' };
const given = () => until(() => host.held.bytes === 0);

async function window(): Promise<WebSocket> {
  const socket = new WebSocket(server.url.replace('http', 'ws') + '/ws', [
    'parallax.v1',
    `token.${TOKENS.viewer}`,
  ]);
  await once(socket, 'message');
  return socket;
}

describe('an answer of the reader', () => {
  it('is the same by the WebSocket, by REST and by a port of messages, and none of it is kept', async () => {
    const socket = await window();
    socket.send(CALL);
    const [data, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
    expect(isBinary).toBe(false);
    expect(JSON.parse(data.toString())).toEqual({ t: 'result', id: 7, ok: true, data: LARGE });
    // What comes after it is a message of its own.
    socket.send('{"t":"call","id":8,"op":"nothing","input":{}}');
    const [next] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(next.toString())).toMatchObject({ id: 8, ok: false });
    socket.terminate();

    const response = await fetch(`${server.url}/api/listOrders`, {
      method: 'POST',
      headers: HEADERS,
      body: '{}',
    });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({ ok: true, data: LARGE });

    const { port1, port2 } = new MessageChannel();
    const channel = messagePortChannel(port1);
    const client = new ClientConnection({ host, channel, caller: { role: 'operator', via: 'window' } });
    const texts: string[] = [];
    port2.on('message', (text: string) => texts.push(text));
    port2.postMessage(CALL);
    await until(() => texts.length === 2);
    expect(JSON.parse(texts[1] ?? '')).toEqual({ t: 'result', id: 7, ok: true, data: LARGE });
    client.close();
    port2.close();
    await given();
  });

  it('that several get is one and the same memory until the last has it', async () => {
    const shared = new AnswerBytes(answerBuffer(JSON.stringify(LARGE)), host.held);
    shared.hold(2);
    host.shared.set('getSnapshot', shared);
    const length = host.held.bytes;
    const answers = await Promise.all(
      [1, 22, 333].map(async (id) => {
        const socket = await window();
        socket.send(JSON.stringify({ t: 'call', id, op: 'getSnapshot', input: {} }));
        const [data] = (await once(socket, 'message')) as [Buffer];
        socket.terminate();
        return JSON.parse(data.toString()) as unknown;
      }),
    );
    expect(length).toBe(Buffer.byteLength(JSON.stringify({ ok: true, data: LARGE })));
    host.shared.clear();
    expect(answers).toEqual([1, 22, 333].map((id) => ({ t: 'result', id, ok: true, data: LARGE })));
    await given();
  });
});

describe('memory of an answer is given back', () => {
  it('when a WebSocket that reads nothing ends', async () => {
    const socket = await window();
    socket.pause();
    socket.send(CALL);
    await until(() => host.held.bytes > 0);
    // The system's buffers are full, and the rest waits here.
    await new Promise((resolve) => setImmediate(resolve));
    expect(host.held.bytes).toBeGreaterThan(1_000_000);
    socket.terminate();
    await given();
  });

  it('when a client by REST reads nothing and goes, and when it went before the answer was made', async () => {
    let make: () => void = () => undefined;
    host.texts.set(
      'listFills',
      () => new Promise((resolve) => (make = () => resolve(JSON.stringify(LARGE)))),
    );
    for (const isMade of [true, false]) {
      const socket = connect(server.port, '127.0.0.1');
      const head = `POST /api/listFills HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: ${HEADERS.authorization}\r\n`;
      socket.pause();
      make = () => undefined;
      const idle = make;
      socket.write(`${head}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`);
      await until(() => make !== idle);
      if (isMade) {
        make();
        await until(() => host.held.bytes > 0);
      }
      socket.destroy();
      await once(socket, 'close');
      make();
      await given();
    }
  });

  it('by requests that come one behind the other on one connection', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const one = `POST /api/listOrders HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: ${HEADERS.authorization}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
    socket.pause();
    socket.write(one.repeat(5));
    await until(() => host.held.bytes > 0);
    socket.destroy();
    await given();
  });

  it('when a client does not take it in time, and when its connection has ended', async () => {
    const clock = new ManualClock();
    const own = new FakeHost({}, clock);
    own.texts.set('listOrders', () => Promise.resolve(JSON.stringify(LARGE)));
    const channel = new FakeChannel();
    channel.takes = false;
    const client = new ClientConnection({ host: own, channel, caller: { role: 'viewer', via: 'test' } });
    channel.receiveText(CALL);
    await until(() => channel.untaken.length === 1);
    clock.advanceMs(ANSWER_TAKEN_US / 1_000 - 1);
    expect(channel.closed).toBe(false);
    clock.advanceMs(1);
    expect(channel.closed).toBe(true);
    channel.untaken[0]?.taken();
    expect(own.held.bytes).toBe(0);

    const gone = new FakeChannel();
    const ended = new ClientConnection({ host: own, channel: gone, caller: { role: 'viewer', via: 'test' } });
    gone.receiveText(CALL);
    gone.close();
    await until(() => own.held.bytes === 0);
    expect(clock.pending).toBe(0);
    for (const one of [client, ended]) one.close();
  });
});

it('a client for which much waits gets no more answers until it reads, and may still change what it may', async () => {
  const pauseTrading = vi.fn(() => ({ paused: true as const }));
  const own = new FakeHost({ pauseTrading }, new ManualClock());
  own.texts.set('listOrders', () => Promise.resolve('{}'));
  const channel = new FakeChannel();
  const client = new ClientConnection({ host: own, channel, caller: { role: 'operator', via: 'test' } });
  channel.backlog = QUERIES_BACKLOG_LIMIT + 1;
  channel.receiveText(CALL);
  channel.receiveText('{"t":"call","id":8,"op":"pauseTrading","input":{}}');
  await until(() => channel.ofType('result').length === 2);
  expect(channel.ofType('result')).toMatchObject([
    { id: 7, ok: false, error: { code: 'busy', retryMs: expect.any(Number) } },
    { id: 8, ok: true },
  ]);
  channel.backlog = 0;
  channel.receiveText(CALL);
  await until(() => channel.ofType('result').length === 3);
  expect(channel.ofType('result')[2]).toMatchObject({ id: 7, ok: true });
  client.close();
});

/** An engine elsewhere that sends what it should not, and a window that does: the link survives both, and reports nothing untrue. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeEngineMessage, encode } from '../contract/codec.ts';
import type { EngineNotice } from '../contract/host-messages.ts';
import { topicKey } from '../contract/topics.ts';
import { deepText, hostileValue, pick } from '../gateway/testing/hostile-values.ts';
import { PAPER_STATUS } from '../gateway/testing/paper-status.ts';
import { WS_PROTOCOL } from '../gateway/web-guards.ts';
import { SeededRandom } from '../lib/random.ts';
import { until } from '../testing/until.ts';
import { RemoteLink } from './remote-link.ts';

const HELLO = encode({ t: 'hello', protocol: 1, role: 'operator', version: '1.0.0' });
const STATUS = encode({ t: 'views', atUs: 1, views: [{ key: topicKey('status', {}), data: PAPER_STATUS }] });

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** An engine that says what the test lets it say. */
async function hostileEngine(greet: (socket: WebSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => WS_PROTOCOL });
  await once(server, 'listening');
  const heard: string[] = [];
  const sockets: WebSocket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
    greet(socket);
  });
  ends.push(() => {
    for (const socket of sockets) socket.terminate();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard, sockets };
}

function linkTo(port: number) {
  const notices: EngineNotice[] = [];
  const target = {
    origin: `http://127.0.0.1:${port}`,
    socketUrl: `ws://127.0.0.1:${port}/ws`,
    token: 'x'.repeat(20),
  };
  const timing = { firstRetryMs: 1, maxRetryMs: 2, silenceMs: 60_000 };
  const link = new RemoteLink({ target, notify: (notice) => notices.push(notice), timing });
  ends.push(() => link.close());
  link.connect();
  return { link, notices };
}

/** One message of an engine that means harm: near the protocol, or far from it. */
function engineMessage(random: SeededRandom): string {
  const value = hostileValue(random);
  switch (random.integer(0, 8)) {
    case 0:
      return value;
    case 1:
      return value.slice(0, random.integer(0, value.length));
    case 2:
      return `{"t":"hello","protocol":${pick(random, ['1', '2', '"1"', 'null', value])},"role":${pick(random, ['"operator"', value])},"version":${value}}`;
    case 3:
      return `{"t":"views","atUs":1,"views":${pick(random, ['null', '[null]', '[[]]', '{}', `[${value}]`, value])}}`;
    case 4:
      return `{"t":"views","atUs":1,"views":[{"key":"status:{}","data":${value}}]}`;
    case 5:
      return `{"t":"facts","facts":${pick(random, ['[null]', '[1]', value])}}`;
    case 6:
      return `{"t":"result","id":${value},"ok":${pick(random, ['true', 'false', value])},"data":${value}}`;
    case 7:
      return `{"t":${pick(random, ['"__proto__"', '"constructor"', 'null', value])}}`;
    default:
      return deepText(random.integer(2, 20_000));
  }
}

describe('an engine elsewhere', () => {
  it('that sends 5,000 random and hostile messages is read or refused, and nothing else happens', () => {
    const random = new SeededRandom(3);
    for (let n = 0; n < 5_000; n++) {
      const text = engineMessage(random);
      try {
        const message = decodeEngineMessage(text);
        expect(['hello', 'result', 'facts', 'gap', 'refused', 'views']).toContain(message.t);
      } catch (error) {
        expect(error instanceof SyntaxError || error instanceof TypeError).toBe(true);
      }
    }
    expect(Object.prototype).not.toHaveProperty('limit');
  });

  it.each([
    'null',
    '1',
    '[]',
    '{}',
    '{"t":"views","atUs":1,"views":null}',
    '{"t":"views","atUs":1,"views":[null]}',
  ])('that sends %s loses its link, which tries again', async (text) => {
    let times = 0;
    const { port } = await hostileEngine((socket) => {
      times += 1;
      if (times === 1) socket.send(text);
      else for (const good of [HELLO, STATUS]) socket.send(good);
    });
    const { notices } = linkTo(port);
    await until(() => notices.some(({ t }) => t === 'mode'));
    expect(notices.map(({ t }) => t)).toEqual(['lost', 'ready', 'mode']);
  });

  it('that sends random and hostile messages over one connection after the other ends no link', async () => {
    const random = new SeededRandom(4);
    let times = 0;
    const { port } = await hostileEngine((socket) => {
      times += 1;
      if (times > 40) {
        for (const good of [HELLO, STATUS]) socket.send(good);
        return;
      }
      if (random.integer(0, 1) === 0) socket.send(HELLO);
      for (let n = 0; n < 20; n++) {
        // A greeting in another protocol is final, and is looked at by itself.
        const text = engineMessage(random);
        if (!text.startsWith('{"t":"hello"')) socket.send(text);
      }
      if (random.integer(0, 3) === 0) socket.send(Buffer.from([0, 255, 254]));
      socket.close();
    });
    const { notices } = linkTo(port);
    await until(() => notices.some(({ t }) => t === 'mode'));
    expect(new Set(notices.map(({ t }) => t))).toEqual(new Set(['ready', 'lost', 'mode']));
  });

  it('that floods the link with more than a status is cut off before it is read', async () => {
    let times = 0;
    const { port } = await hostileEngine((socket) => {
      times += 1;
      if (times === 1) socket.send(`{"t":"views","atUs":1,"views":[${'0,'.repeat(1024 * 1024)}0]}`);
      else for (const good of [HELLO, STATUS]) socket.send(good);
    });
    const { notices } = linkTo(port);
    await until(() => notices.some(({ t }) => t === 'mode'));
    expect(notices[0]).toMatchObject({ t: 'lost' });
  });

  it('that names its version with escape sequences shows them as text', async () => {
    const hello = JSON.stringify({
      t: 'hello',
      protocol: 9,
      role: 'viewer',
      version: '1\u001b]0;owned\u0007',
    });
    const { port } = await hostileEngine((socket) => socket.send(hello));
    const { notices } = linkTo(port);
    await until(() => notices.length > 0);
    expect(notices[0]).toMatchObject({
      t: 'refused',
      message: expect.stringContaining('1\\u001b]0;owned\\u0007'),
    });
  });
});

describe('a window', () => {
  it('that posts what is not a message sends the engine texts alone, and ends nothing', async () => {
    const { port, heard } = await hostileEngine((socket) => {
      for (const good of [HELLO, STATUS]) socket.send(good);
    });
    const { link, notices } = linkTo(port);
    await until(() => notices.some(({ t }) => t === 'mode'));
    const { port1, port2 } = new MessageChannel();
    ends.push(() => port1.close());
    let isGreeted = false;
    port1.on('message', () => (isGreeted = true));
    link.openWindow(port2);
    await until(() => isGreeted);
    const before = heard.length;
    const random = new SeededRandom(5);
    const circle: { self?: unknown } = {};
    circle.self = circle;
    for (const odd of [
      null,
      undefined,
      -1,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      [],
      {},
      circle,
      new Map(),
      { data: { data: 1 } },
      Buffer.alloc(9),
    ])
      port1.postMessage(odd);
    const texts = Array.from({ length: 200 }, () => hostileValue(random));
    for (const text of texts) port1.postMessage(text);
    await until(() => heard.length >= before + texts.length);
    expect(heard.slice(before)).toEqual(texts.map((text) => Buffer.from(text).toString()));
    expect(notices.at(-1)?.t).toBe('mode');
  });
});

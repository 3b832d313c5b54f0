import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { decodeEngineMessage, encode, type ClientMessage, type EngineMessage } from '../contract/codec.ts';
import type { EngineNotice } from '../contract/host-messages.ts';
import { FakeHost } from '../gateway/testing/fake-host.ts';
import { PAPER_STATUS } from '../gateway/testing/paper-status.ts';
import { WS_PROTOCOL } from '../gateway/web-guards.ts';
import { startWebServer, type WebServer } from '../gateway/web-server.ts';
import { RemoteLink } from './remote-link.ts';
import { until } from '../testing/until.ts';

const OPERATOR = 'operator-token-0123456789';
const VIEWER = 'viewer-token-0123456789';
const QUICK = { firstRetryMs: 20, maxRetryMs: 100, silenceMs: 2_000 };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const host = new FakeHost({
  listFills: () => ({ fills: [] }),
  kill: () => ({ killed: true as const, cancelsSent: 4 }),
});
host.views.set('status', PAPER_STATUS);

async function serve(port = 0): Promise<WebServer> {
  const server = await startWebServer({ host, port, tokens: { operator: OPERATOR, viewer: VIEWER } });
  ends.push(() => server.close());
  return server;
}

function link(port: number, token = OPERATOR, timing = QUICK) {
  const notices: EngineNotice[] = [];
  const target = { origin: `http://127.0.0.1:${port}`, socketUrl: `ws://127.0.0.1:${port}/ws`, token };
  const opened = new RemoteLink({ target, notify: (notice) => notices.push(notice), timing });
  ends.push(() => opened.close());
  opened.connect();
  const heard = (t: EngineNotice['t'], times = 1) =>
    until(() => notices.filter((notice) => notice.t === t).length >= times);
  return { link: opened, notices, heard };
}

/** A window's end of a port, with what came; it says how much it has handled, as the window does. */
function windowOf(remote: RemoteLink, acknowledges = true) {
  const { port1, port2 } = new MessageChannel();
  const received: EngineMessage[] = [];
  const state = { closed: false, letters: 0, acknowledges };
  port1.on('message', (text: string) => {
    received.push(decodeEngineMessage(text));
    state.letters += text.length;
    if (state.acknowledges) port1.postMessage(text.length);
  });
  port1.on('close', () => {
    state.closed = true;
  });
  ends.push(() => port1.close());
  remote.openWindow(port2);
  const send = (message: ClientMessage) => port1.postMessage(encode(message));
  return { port: port1, received, state, send };
}

it('carries a window’s messages both ways, and reports the mode as an engine of this machine does', async () => {
  const { port } = await serve();
  const { link: remote, notices, heard } = link(port);
  await heard('mode');
  expect(notices[0]).toEqual({ t: 'ready', url: `http://127.0.0.1:${port}` });
  expect(notices[1]).toMatchObject({ t: 'mode', mode: 'paper', simulatedMarket: true });
  const window = windowOf(remote);
  await until(() => window.received.length > 0);
  expect(window.received[0]).toMatchObject({ t: 'hello', role: 'operator' });
  window.send({ t: 'call', id: 7, op: 'listFills', input: {} });
  await until(() => window.received.length > 1);
  expect(window.received[1]).toEqual({ t: 'result', id: 7, ok: true, data: { fills: [] } });
});

it('kills by a request of its own and says who asked; a viewer’s token may not', async () => {
  const { port } = await serve();
  host.audited.length = 0;
  const operator = link(port);
  await operator.link.kill('shortcut');
  expect(operator.notices).toContainEqual({ t: 'killed', cancelsSent: 4 });
  expect(host.audited[0]).toMatchObject({ actor: 'operator via desktop-shortcut', action: 'kill' });
  const viewer = link(port, VIEWER);
  await viewer.link.kill('tray');
  expect(viewer.notices.find(({ t }) => t === 'kill-refused')).toMatchObject({
    message: expect.stringContaining('needs the role operator'),
  });
  expect(viewer.notices.some(({ t }) => t === 'killed')).toBe(false);
});

it('a token that is not accepted ends it, in words that do not hold the token', async () => {
  const { port } = await serve();
  const { notices, heard } = link(port, 'canary-token-0123456789');
  await heard('refused');
  expect(notices).toEqual([{ t: 'refused', message: 'the engine does not accept the token' }]);
});

it('a lost engine is reported, its windows’ ports end, and it is found again by itself', async () => {
  const first = await serve();
  const { link: remote, notices, heard } = link(first.port);
  await heard('ready');
  const window = windowOf(remote);
  await until(() => window.received.length > 0);
  await first.close();
  await heard('lost');
  await until(() => window.state.closed);
  await remote.kill('shortcut');
  expect(notices.some(({ t }) => t === 'killed')).toBe(false);

  await serve(first.port);
  await heard('ready', 2);
  const again = windowOf(remote);
  await until(() => again.received.length > 0);
  expect(again.received[0]).toMatchObject({ t: 'hello' });
});

it('an address where nothing listens is reported in words, and tried again', async () => {
  const server = await serve();
  const { port } = server;
  await server.close();
  const { notices, heard } = link(port);
  await heard('lost', 2);
  expect(notices[0]).toEqual({ t: 'lost', reason: 'nothing listens at this address' });
});

/** A server that greets and then does what the test says. */
async function greeter(greeting: object): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => WS_PROTOCOL });
  await once(server, 'listening');
  server.on('connection', (socket) => socket.send(JSON.stringify(greeting)));
  ends.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return server;
}
const portOf = (server: WebSocketServer): number => (server.address() as AddressInfo).port;

it('an open connection that says nothing is a lost one', async () => {
  const server = await greeter({ t: 'hello', protocol: 1, role: 'operator', version: '1' });
  const { notices, heard } = link(portOf(server), OPERATOR, { ...QUICK, silenceMs: 200 });
  await heard('lost');
  expect(notices).toContainEqual({ t: 'lost', reason: 'no message from it for 0.2 s' });
});

it('an engine of another protocol is refused, with what to do', async () => {
  const server = await greeter({ t: 'hello', protocol: 99, role: 'operator', version: '9.9' });
  const { notices, heard } = link(portOf(server));
  await heard('refused');
  expect(notices[0]).toMatchObject({ message: expect.stringContaining('use the same version on both') });
});

it('what cannot be read ends the connection, and is not passed on as the engine’s word', async () => {
  const server = await greeter({ t: 'hello', protocol: 1, role: 'operator', version: '1' });
  server.on('connection', (socket) => socket.send('{'));
  const { notices, heard } = link(portOf(server));
  await heard('lost');
  expect(notices).toContainEqual({ t: 'lost', reason: 'it sent a message that cannot be read' });
});

/** True once a figure has been the same at ten looks in a row. */
function isStill(read: () => number): () => boolean {
  let [last, looks] = [Number.NaN, 0];
  return () => {
    const now = read();
    looks = now === last ? looks + 1 : 0;
    last = now;
    return looks >= 10;
  };
}

it('a window that hangs holds the engine back, and loses nothing once it goes on', async () => {
  const letters = 64 * 1024;
  const count = 256;
  const server = await greeter({ t: 'hello', protocol: 1, role: 'operator', version: '1' });
  const { link: remote } = link(portOf(server), OPERATOR, { ...QUICK, silenceMs: 60_000 });
  await until(() => server.clients.size === 1);
  server.once('connection', (socket) => {
    for (let k = 0; k < count; k++) socket.send(JSON.stringify({ t: 'gap', k, fill: 'x'.repeat(letters) }));
  });
  const window = windowOf(remote, false);
  await until(() => window.state.letters > 1024 * 1024);
  // As much as the bound and what was on its way, and far from all.
  await until(isStill(() => window.state.letters));
  expect(window.state.letters).toBeLessThan((count * letters) / 2);
  window.state.acknowledges = true;
  window.port.postMessage(window.state.letters);
  await until(() => window.received.length === count + 1);
});

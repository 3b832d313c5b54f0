import { MessageChannel } from 'node:worker_threads';
import { EventEmitter } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { decodeEngineMessage, type EngineMessage, encode } from '../contract/codec.ts';
import { messagePortChannel, type MessagePortLike } from './message-port.ts';
import { ClientConnection } from './client-connection.ts';
import { FakeHost } from './testing/fake-host.ts';
import { until } from '../testing/until.ts';

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

it('carries a connection over a MessagePort of Node, acknowledged by text lengths', async () => {
  const { port1, port2 } = new MessageChannel();
  opened.push(port1, port2);
  const host = new FakeHost({ listFills: () => ({ fills: [] }) });
  const channel = messagePortChannel(port1);
  const received: EngineMessage[] = [];
  port2.on('message', (text: string) => {
    received.push(decodeEngineMessage(text));
    port2.postMessage(text.length);
  });
  port2.postMessage(encode({ t: 'call', id: 5, op: 'listFills', input: {} }));
  const client = new ClientConnection({ host, channel, caller: { role: 'operator', via: 'window' } });
  await until(() => received.length === 2);
  expect(received).toMatchObject([{ t: 'hello' }, { t: 'result', id: 5, ok: true, data: { fills: [] } }]);
  await until(() => channel.bufferedBytes() === 0);
  client.close();
});

it('counts what the window has not acknowledged', () => {
  const port = new EventEmitter();
  const posted: unknown[] = [];
  const like: MessagePortLike = Object.assign(port, {
    postMessage: (message: unknown) => posted.push(message),
    start: () => {},
    close: () => {},
  });
  const channel = messagePortChannel(like);
  channel.send('12345');
  channel.send('678');
  expect(channel.bufferedBytes()).toBe(8);
  // As Electron delivers it: an event with `data`.
  port.emit('message', { data: 5, ports: [] });
  expect(channel.bufferedBytes()).toBe(3);
});

it('ends the connection when the window is gone', async () => {
  const { port1, port2 } = new MessageChannel();
  const host = new FakeHost();
  opened.push(
    new ClientConnection({
      host,
      channel: messagePortChannel(port1),
      caller: { role: 'operator', via: 'window' },
    }),
  );
  port2.postMessage(encode({ t: 'facts', on: true }));
  await until(() => host.factListeners === 1);
  port2.close();
  await until(() => host.factListeners === 0);
});

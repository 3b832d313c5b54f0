/**
 * A thread that sends random and hostile inputs to an engine: as a stranger, as a viewer, and as an operator who changes nothing,
 * over raw connections, REST, the WebSocket, and as files of the library. `workerData` is Attack; a message to it is how many
 * inputs to send next, and each is answered with how many were sent.
 */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { operations } from '../../src-engine/contract/operations.ts';
import { topics } from '../../src-engine/contract/topics.ts';
import {
  deepText,
  hostileMessage,
  hostileValue,
  pick,
} from '../../src-engine/gateway/testing/hostile-values.ts';
import { SeededRandom } from '../../src-engine/lib/random.ts';

export type Attack = {
  readonly port: number;
  readonly operator: string;
  readonly viewer: string;
  readonly dataDir: string;
  readonly seed: number;
};

const NAMES = Object.keys(operations);
/** What an operator may ask without changing anything: his mistakes are among the inputs, his orders are not. */
const QUERIES = NAMES.filter((name) => !operations[name as keyof typeof operations].changes);
const TOPICS = Object.keys(topics);
const MESSAGES_A_SOCKET = 150;
const PATIENCE_MS = 2_000;
const PATHS = [
  '/%ff',
  '/../../etc/passwd',
  '/ws',
  '/api/__proto__',
  '/metrics',
  '/',
  '//evil.example/',
  '/api/kill?x=%00',
];

const { port, operator, viewer, dataDir, seed } = workerData as Attack;
const random = new SeededRandom(seed, 7);
const own = `127.0.0.1:${port}`;
let files = 0;

/** Resolves in any case: what the server makes of it is the server's matter. */
function raw(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.resume();
    const headers = [
      `Host: ${pick(random, [own, 'evil.example', '', '\u00ff'])}`,
      `Origin: ${pick(random, [`http://${own}`, 'null', 'http://evil.example'])}`,
      `Content-Length: ${pick(random, ['0', '-1', '99999999999', '5', 'x'])}`,
      `Transfer-Encoding: ${pick(random, ['chunked', 'identity', 'x'])}`,
      `Authorization: Bearer ${pick(random, ['guess', '', viewer, 'x'.repeat(9_000)])}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      `Sec-WebSocket-Key: ${pick(random, ['dGhlIHNhbXBsZSBub25jZQ==', 'x'])}`,
      `Sec-WebSocket-Version: ${pick(random, ['13', '1'])}`,
      `X-${'y'.repeat(random.integer(1, 50))}: ${'z'.repeat(random.integer(0, 3_000))}`,
    ].filter(() => random.integer(0, 2) > 0);
    const method = pick(random, ['GET', 'POST', 'OPTIONS', 'CONNECT', 'BREW', '\u0000']);
    const head = `${method} ${pick(random, PATHS)} HTTP/1.${random.integer(0, 2)}\r\n${headers.join('\r\n')}\r\n\r\n`;
    socket.end(Buffer.from(head + hostileValue(random), 'latin1'));
  });
}

async function rest(): Promise<void> {
  const token = pick(random, ['guess', viewer, operator]);
  const names = token === operator ? QUERIES : NAMES;
  const url = `http://${own}/api/${encodeURIComponent(pick(random, [...names, '__proto__', 'toString']))}`;
  await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: random.integer(0, 20) === 0 ? deepText(20_000) : hostileValue(random),
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
    .then((response) => response.text())
    .catch(() => undefined);
}

/** Many messages over one connection, which goes when they are sent. */
function messages(count: number): Promise<void> {
  const isOperator = random.integer(0, 3) === 0;
  const token = isOperator ? operator : viewer;
  const socket = new WebSocket(`ws://${own}/ws`, ['parallax.v1', `token.${token}`]);
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), PATIENCE_MS);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.on('unexpected-response', (request) => {
      request.destroy();
      socket.terminate();
    });
    socket.on('open', () => {
      for (let k = 0; k < count && socket.readyState === WebSocket.OPEN; k++) {
        const what = random.integer(0, 40);
        if (what === 0) socket.ping(hostileValue(random).slice(0, 100));
        else if (what === 1) socket.send(Buffer.from([1, 2, 3]));
        // One that asks well costs the engine most.
        else if (what < 20) socket.send(valid(k));
        else socket.send(hostileMessage(random, isOperator ? QUERIES : NAMES, TOPICS));
      }
      socket.close();
    });
  });
}

function valid(id: number): string {
  const op = pick(random, ['listOpportunities', 'listOrders', 'listFills', 'getSnapshot', 'listAudit']);
  const input = op === 'getSnapshot' ? {} : { limit: 1_000 };
  return JSON.stringify({ t: 'call', id, op, input });
}

async function file(): Promise<void> {
  const name = `hostile-${files++ % 20}.jsonl`;
  const content = pick(random, [
    deepText(50_000),
    '\n'.repeat(100_000),
    `{"format":"parallax-market-log","version":1,"venue":"made","instruments":${deepText(20_000)}}\n`,
    hostileValue(random),
  ]);
  writeFileSync(join(dataDir, 'recordings', name), content);
  await fetch(`http://${own}/api/listRecordings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
    .then((response) => response.text())
    .catch(() => undefined);
}

/** About so many inputs, some side by side. */
async function attack(count: number): Promise<number> {
  let sent = 0;
  while (sent < count) {
    const few = Math.min(MESSAGES_A_SOCKET, count - sent);
    await Promise.all([messages(few), raw(), raw(), rest(), rest(), rest()]);
    sent += few + 5;
    if (random.integer(0, 9) === 0) {
      await file();
      sent++;
    }
  }
  return sent;
}

if (parentPort === null) throw new Error('hostile-client.ts runs in a worker thread only');
const asked = parentPort;
asked.on('message', (count: number) => {
  void attack(count).then((sent) => asked.postMessage(sent));
});

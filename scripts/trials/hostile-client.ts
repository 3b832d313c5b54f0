/**
 * A process that sends random and hostile inputs to an engine: as a stranger, as a viewer, and as an operator who changes nothing,
 * over raw connections, REST, the WebSocket, and as files of the library. Its first message is Attack; then `true` begins and
 * `false` ends, which is answered with how many inputs were sent since, by kind.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { decodeClientMessage } from '../../src-engine/contract/codec.ts';
import { operations } from '../../src-engine/contract/operations.ts';
import { topics } from '../../src-engine/contract/topics.ts';
import {
  deepText,
  hostileMessage,
  hostileValue,
  pick,
} from '../../src-engine/gateway/testing/hostile-values.ts';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { TokenBucket } from '../../src-engine/lib/token-bucket.ts';

/** Messages over WebSockets that were read, connections with random heads, calls by REST, and files. */
export type Inputs = { messages: number; raw: number; rest: number; files: number };

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
/** Rounds at a time: one whose client has to wait for its rate keeps no other waiting. Each opens one WebSocket. */
const ROUNDS_AT_ONCE = 6;
const CALLS_A_ROUND = 20;
const PATIENCE_MS = 2_000;
/** Of the question that ends a row of messages. */
const LAST_ID = 1_000_000;
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

const [{ port, operator, viewer, dataDir, seed }] = (await once(process, 'message')) as [Attack];
const random = new SeededRandom(seed, 7);
const own = `127.0.0.1:${port}`;
const attacking = { isOn: false };
const none = (): Inputs => ({ messages: 0, raw: 0, rest: 0, files: 0 });
let sent = none();
let files = 0;
let underWay: Promise<void> = Promise.resolve();

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

/**
 * Calls over HTTP with the operator's token, at once and a second: an operator may make 600 a minute, and some of them are left to
 * the one who checks that an operator is answered.
 */
const asOperator = new TokenBucket(20, 5);

function mayCallAsOperator(): boolean {
  const nowUs = performance.now() * 1_000;
  if (asOperator.waitUs(1, nowUs) > 0) return false;
  asOperator.take(1, nowUs);
  return true;
}

async function rest(): Promise<void> {
  const chosen = pick(random, ['guess', viewer, operator]);
  const token = chosen === operator && !mayCallAsOperator() ? viewer : chosen;
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

/**
 * Many messages over one connection, then a question whose answer shows that all before it were read. Answers how many were
 * read for certain: what the engine held back, or did not read before it ended the session, does not count.
 */
function messages(count: number): Promise<number> {
  const isOperator = random.integer(0, 3) === 0;
  const token = isOperator ? operator : viewer;
  const socket = new WebSocket(`ws://${own}/ws`, ['parallax.v1', `token.${token}`]);
  let [sentHere, answers, isAllRead] = [0, 0, false];
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), PATIENCE_MS);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(isAllRead ? sentHere : answers);
    });
    socket.on('unexpected-response', (request) => {
      request.destroy();
      socket.terminate();
    });
    socket.on('message', (data: Buffer) => {
      const text = data.toString('latin1', 0, 40);
      if (!/^\{"t":"(?:result|refused)"/.test(text)) return;
      answers++;
      isAllRead ||= text.startsWith(`{"t":"result","id":${LAST_ID},`);
      if (isAllRead) socket.close();
    });
    socket.on('open', () => {
      let isEnding = false;
      for (; sentHere < count && !isEnding; sentHere++) isEnding = sendOne(socket, sentHere, isOperator);
      socket.send(JSON.stringify({ t: 'call', id: LAST_ID, op: 'getStatus', input: {} }));
    });
  });
}

/** True when it was one that ends the session: those are few, so that the others are read. */
function sendOne(socket: WebSocket, k: number, isOperator: boolean): boolean {
  const what = random.integer(0, 40);
  if (what === 0) socket.ping(hostileValue(random).slice(0, 100));
  // One that asks well costs the engine most.
  else if (what < 20) socket.send(valid(k));
  else {
    const message = hostileMessage(random, isOperator ? QUERIES : NAMES, TOPICS);
    const isEnding = !decodeClientMessage(message).ok;
    if (!isEnding) socket.send(message);
    else if (random.integer(0, 29) > 0) socket.send(valid(k));
    else {
      socket.send(random.integer(0, 4) === 0 ? Buffer.from([1, 2, 3]) : message);
      return true;
    }
  }
  return false;
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

/** Until it is to end, as fast as it is answered. */
async function attack(): Promise<void> {
  await Promise.all(Array.from({ length: ROUNDS_AT_ONCE }, rounds));
}

async function rounds(): Promise<void> {
  while (attacking.isOn) {
    const counted = async (): Promise<void> => {
      sent.messages += await messages(MESSAGES_A_SOCKET);
    };
    await Promise.all([counted(), calls()]);
    if (random.integer(0, 9) > 0) continue;
    await file();
    sent.files++;
  }
}

async function calls(): Promise<void> {
  for (let k = 0; k < CALLS_A_ROUND; k++) {
    await Promise.all([raw(), rest()]);
    sent.raw++;
    sent.rest++;
  }
}

process.on('message', (go: boolean) => {
  attacking.isOn = go;
  if (go) {
    sent = none();
    underWay = attack();
  } else void underWay.then(() => process.send?.(sent));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

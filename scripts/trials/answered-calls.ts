/** Changes asked of an engine side by side, by each of its ways in; the caller is called from within the read that brings an answer. */
import { readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { controlPath } from '../../src-engine/gateway/control-socket.ts';
import type { RuntimeInfo } from '../../src-engine/gateway/runtime-file.ts';
import { CLIENT_HEADER } from '../../src-engine/gateway/web-guards.ts';

export const WAYS = ['websocket', 'rest', 'socket', 'file'] as const;
export type Way = (typeof WAYS)[number];

export type Call = { readonly way: Way; readonly op: string; readonly input: object };

type Calls = {
  readonly dataDir: string;
  readonly info: RuntimeInfo;
  /** At most one of them by the file. */
  readonly calls: readonly Call[];
  /** The engine has ended: nothing more is waited for, and what it answered before still counts. */
  readonly isOver: AbortSignal;
};
type Answered = (call: Call) => void;

const PATIENCE_MS = 60_000;
const KILL_REQUEST = 'kill.request';
const KILL_DONE = /^kill\.done-\d+$/;

/** Resolves, once every way has ended, to the calls whose answer said that they were done. */
export async function answeredCalls(
  { dataDir, info, calls, isOver }: Calls,
  onAnswer: Answered,
): Promise<Call[]> {
  const answered: Call[] = [];
  const done: Answered = (call) => {
    onAnswer(call);
    answered.push(call);
  };
  const ways: Readonly<Record<Way, (call: Call) => Promise<void>>> = {
    websocket: (call) => byWebSocket(info, call, done),
    rest: (call) => byRequest({ host: info.host, port: info.port }, info, call, done),
    socket: (call) => byRequest({ socketPath: controlPath(dataDir) ?? '' }, info, call, done),
    file: (call) => byFile(dataDir, isOver, call, done),
  };
  await Promise.all(calls.map((call) => ways[call.way](call)));
  return answered;
}

function byWebSocket({ host, port, token }: RuntimeInfo, call: Call, done: Answered): Promise<void> {
  const socket = new WebSocket(`ws://${host}:${port}/ws`, ['parallax.v1', `token.${token}`]);
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), PATIENCE_MS);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.on('open', () =>
      socket.send(JSON.stringify({ t: 'call', id: 1, op: call.op, input: call.input })),
    );
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { readonly t: string; readonly ok?: boolean };
      if (message.t !== 'result') return;
      if (message.ok === true) done(call);
      socket.close();
    });
  });
}

type Place = { readonly socketPath: string } | { readonly host: string; readonly port: number };

function byRequest(place: Place, info: RuntimeInfo, call: Call, done: Answered): Promise<void> {
  const headers = {
    authorization: `Bearer ${info.token}`,
    host: `${info.host}:${info.port}`,
    'content-type': 'application/json',
    [CLIENT_HEADER]: 'trials',
  };
  return new Promise((resolve) => {
    const path = `/api/${call.op}`;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const sent = request({ ...place, path, method: 'POST', headers, signal, agent: false });
    sent.on('error', () => resolve());
    sent.on('close', () => resolve());
    sent.on('response', (response) => {
      if (response.statusCode === 200) done(call);
      response.on('error', () => undefined).resume();
    });
    sent.end(JSON.stringify(call.input));
  });
}

/** The engine renames the file when it has killed: that is its answer. */
function byFile(dataDir: string, isOver: AbortSignal, call: Call, done: Answered): Promise<void> {
  const found = (): string[] =>
    readdirSync(dataDir).filter((name) => name === KILL_REQUEST || KILL_DONE.test(name));
  const clear = (): void => found().forEach((name) => rmSync(join(dataDir, name), { force: true }));
  clear();
  return new Promise((resolve) => {
    let isDone = false;
    const look = (): void => {
      if (isDone || !found().some((name) => KILL_DONE.test(name))) return;
      isDone = true;
      done(call);
      over();
    };
    const over = (): void => {
      look();
      clearTimeout(timer);
      watcher.close();
      clear();
      resolve();
    };
    const timer = setTimeout(over, PATIENCE_MS);
    const watcher = watch(dataDir, look);
    isOver.addEventListener('abort', over, { once: true });
    writeFileSync(join(dataDir, KILL_REQUEST), 'kill\n', { mode: 0o600 });
  });
}

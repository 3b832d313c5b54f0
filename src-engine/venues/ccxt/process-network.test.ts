import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ConnectionEvents } from '../network.ts';
import { ccxtAddress, readCcxtAddress } from './address.ts';
import type { SideEars, SideProcess } from '../toolkit/side-process.ts';
import { CcxtNetwork } from './process-network.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class ScriptedProcess implements SideProcess {
  readonly written: string[] = [];
  isKilled = false;
  isHeld = true;
  readonly ears: SideEars;

  constructor(ears: SideEars) {
    this.ears = ears;
  }

  write(text: string): boolean {
    this.written.push(text.trim());
    return true;
  }

  kill(): void {
    this.isKilled = true;
    queueMicrotask(() => this.ears.ended('SIGKILL'));
  }

  ref(): void {
    this.isHeld = true;
  }

  unref(): void {
    this.isHeld = false;
  }

  say(line: object): void {
    this.ears.said(Buffer.from(JSON.stringify(line)));
  }

  ready(): void {
    this.say({ event: 'ready' });
  }
}

function rig() {
  const processes: ScriptedProcess[] = [];
  const network = new CcxtNetwork((_what, ears) => {
    const made = new ScriptedProcess(ears);
    processes.push(made);
    return made;
  });
  const said: string[] = [];
  const events: ConnectionEvents = {
    onOpen: () => void said.push('open'),
    onMessage: (bytes) => void said.push(bytes.toString('utf8')),
    onClose: (code, reason) => void said.push(`closed ${code} ${reason}`.trim()),
  };
  const url = ccxtAddress('poloniex', undefined);
  const connect = (maxFrameBytes = 1_000) => network.connect(url, { maxFrameBytes }, events);
  const call = (name: string) =>
    network.request({ method: 'GET', url: `${url}/${name}`, headers: {}, timeoutMs: 1_000, maxBytes: 50 });
  return { processes, network, said, connect, call };
}

it('an address names a class, another place, and a call', () => {
  expect(readCcxtAddress(ccxtAddress('kraken', 'http://127.0.0.1:4780'))).toEqual({
    id: 'kraken',
    origin: 'http://127.0.0.1:4780',
    call: '',
    isAccount: false,
  });
  expect(readCcxtAddress(`${ccxtAddress('kraken', undefined)}/markets`)).toMatchObject({
    origin: undefined,
    call: 'markets',
  });
});

it('calls and books share a process, which ends once nothing has used it for a while', async () => {
  const { processes, said, connect, call } = rig();
  const answer = call('markets');
  const connection = connect();
  const [process] = processes as [ScriptedProcess];
  expect(processes).toHaveLength(1);
  expect([connection.send('early'), process.written]).toEqual([false, []]);
  process.ready();
  expect(said).toEqual(['open']);
  expect(process.written).toEqual(['{"do":"call","id":1,"call":"markets"}']);
  process.say({ event: 'answer', id: 1, status: 200, body: '[]' });
  expect(await answer).toEqual({ status: 200, body: '[]' });
  expect(connection.send('{"do":"ping"}')).toBe(true);
  process.say({ event: 'pong' });
  expect(said.at(-1)).toBe('{"event":"pong"}');
  connection.close();
  expect(process.isKilled).toBe(true);
  expect(said.at(-1)).toBe('closed 1000');
});

it('a process that only answered a call is kept for the next one, holds no program back, and is ended', async () => {
  const { processes, call } = rig();
  const first = call('time');
  const [process] = processes as [ScriptedProcess];
  process.ready();
  process.say({ event: 'answer', id: 1, status: 429, body: '1', retryAfterMs: 90_000 });
  // How long the endpoint wants to be left alone comes with the answer.
  expect(await first).toEqual({ status: 429, body: '1', retryAfterMs: 90_000 });
  expect(process.isHeld).toBe(false);
  void call('time').catch(() => undefined);
  expect([processes.length, process.isHeld]).toEqual([1, true]);
  process.say({ event: 'answer', id: 2, status: 200, body: '2' });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(process.isKilled).toBe(true);
  void call('time').catch(() => undefined);
  expect(processes).toHaveLength(2);
});

it('a crash ends its connection and its calls with the reason, and a later call starts another process', async () => {
  const { processes, said, connect, call } = rig();
  connect();
  const answer = call('markets').catch((error: unknown) => String(error));
  const [process] = processes as [ScriptedProcess];
  process.ready();
  process.ears.ended('code 1, ccxt is not installed');
  expect(said.at(-1)).toBe('closed 1006 the process of ccxt has ended: code 1, ccxt is not installed');
  expect(await answer).toMatch(/ccxt is not installed/);
  process.say({ event: 'pong' });
  expect(said.at(-1)).toMatch(/^closed/);
  connect();
  expect(processes).toHaveLength(2);
});

it('gives up what does not start, does not answer, or answers too much', async () => {
  const { processes, said, connect, call } = rig();
  connect();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(processes[0]?.isKilled).toBe(true);
  expect(said.at(-1)).toMatch(/did not start/);
  const late = call('markets').catch((error: unknown) => String(error));
  const [, second] = processes as [ScriptedProcess, ScriptedProcess];
  second.ready();
  await vi.advanceTimersByTimeAsync(31_000);
  expect(await late).toMatch(/no answer within/);
  const long = call('markets').catch((error: unknown) => String(error));
  second.say({ event: 'answer', id: 2, status: 200, body: 'x'.repeat(60) });
  expect(await long).toMatch(/longer than 50 bytes/);
});

it('a line that is longer than a frame may be ends the process', () => {
  const { processes, said, connect } = rig();
  connect(100);
  const [process] = processes as [ScriptedProcess];
  process.ready();
  process.say({ event: 'book', symbol: 'x'.repeat(200) });
  expect(process.isKilled).toBe(true);
  expect(said.at(-1)).toMatch(/^closed 1006 a line of 2\d\d bytes is longer than allowed$/);
});

it('takes no more calls than it may hold', async () => {
  const { call } = rig();
  for (let at = 0; at < 50; at++) void call('time').catch(() => undefined);
  await expect(call('time')).rejects.toThrow('too many calls');
});

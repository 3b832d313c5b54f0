import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import type { ConnectionEvents, Network } from '../network.ts';
import { AttemptBudget } from './backoff.ts';
import { VenueSocket } from './venue-socket.ts';

const START_US = 1_700_000_000_000_000;
const S = 1_000_000;

type Line = { readonly events: ConnectionEvents; readonly calls: string[] };

/** A socket over lines that the test opens, closes and speaks on. */
function open(pausedUntilUs?: () => number) {
  const clock = new SimulatedClock(START_US);
  const lines: Line[] = [];
  const seen: string[] = [];
  const network: Network = {
    connect: (_url, _options, events) => {
      const calls: string[] = [];
      lines.push({ events, calls });
      return {
        send: (text) => calls.push(text) > 0,
        close: () => void calls.push('close'),
        terminate: () => void calls.push('terminate'),
      };
    },
    request: () => Promise.reject(new Error('no request here')),
  };
  const socket = new VenueSocket(
    {
      url: 'wss://venue',
      clock,
      network,
      random: () => 0.5,
      silenceMs: 5_000,
      ping: '{"method":"ping"}',
      backoffBaseMs: 1_000,
      pausedUntilUs,
    },
    {
      onConnecting: () => void seen.push('connecting'),
      onOpen: () => void seen.push('open'),
      onFrame: (bytes) => void seen.push(bytes.toString()),
      onClosed: (reason) => void seen.push(`closed: ${reason}`),
    },
  );
  const line = (n: number): Line => {
    const one = lines[n];
    if (one === undefined) throw new Error(`line ${n} was not opened`);
    return one;
  };
  return { clock, socket, lines, line, seen };
}

it('connections that share their attempts are made one after the other, and a stop ends one that waits', async () => {
  const clock = new SimulatedClock(START_US);
  const attemptsUs: number[] = [];
  const events: ConnectionEvents[] = [];
  const network: Network = {
    connect: (_url, _options, own) => {
      attemptsUs.push(clock.nowUs() - START_US);
      events.push(own);
      return { send: () => true, close: () => undefined, terminate: () => undefined };
    },
    request: () => Promise.reject(new Error('no request here')),
  };
  const nothing = (): void => undefined;
  const handlers = { onConnecting: nothing, onOpen: nothing, onFrame: nothing, onClosed: nothing };
  const attempts = new AttemptBudget(S);
  const options = { url: 'wss://venue', clock, network, random: () => 0, silenceMs: 5_000, attempts };
  const sockets = Array.from({ length: 4 }, () => new VenueSocket(options, handlers));
  for (const socket of sockets) socket.start();
  await sockets[3]?.stop();
  clock.advanceTo(START_US + 3 * S);
  expect(attemptsUs).toEqual([0, S, 2 * S]);
  for (const one of events.splice(0)) one.onClose(1006, '');
  clock.advanceTo(START_US + 8 * S);
  expect(attemptsUs.slice(3)).toEqual([3 * S, 4 * S, 5 * S]);
});

describe('a connection that closed', () => {
  it('is let go: nothing is sent on it, and a stop does not wait for it', async () => {
    const { socket, line, clock } = open();
    socket.start();
    line(0).events.onOpen();
    expect(socket.send('first')).toBe(true);
    line(0).events.onClose(1006, '');
    expect(socket.send('late')).toBe(false);
    expect(line(0).calls).toEqual(['first']);
    // No time passes, and the connection sends nothing more: the stop still completes.
    let isOver = false;
    void socket.stop().then(() => (isOver = true));
    for (let turns = 0; turns < 10; turns++) await Promise.resolve();
    expect(isOver).toBe(true);
    expect(line(0).calls).toEqual(['first']);
    clock.advanceTo(START_US + 60 * S);
    expect(line(0).calls).toEqual(['first']);
  });

  it('is not ended again when the next one is given up', () => {
    const { clock, socket, line, lines, seen } = open();
    socket.start();
    line(0).events.onOpen();
    line(0).events.onClose(1006, 'reset');
    // Between two connections there is nothing to give up.
    socket.reconnect('a gap');
    expect(line(0).calls).toEqual([]);
    clock.advanceTo(START_US + S / 2);
    expect(lines).toHaveLength(2);
    line(1).events.onOpen();
    socket.reconnect('a gap');
    expect([line(0).calls, line(1).calls]).toEqual([[], ['terminate']]);
    line(1).events.onClose(1006, '');
    expect(seen.filter((one) => one.startsWith('closed'))).toEqual(['closed: reset', 'closed: a gap']);
  });

  it('is not open while the next one is being made: nothing is sent on that before it opens', () => {
    const { clock, socket, line, lines } = open();
    socket.start();
    expect(socket.send('too early')).toBe(false);
    line(0).events.onOpen();
    line(0).events.onClose(1006, '');
    clock.advanceTo(START_US + S / 2);
    expect(lines).toHaveLength(2);
    expect(socket.send('too early')).toBe(false);
    line(1).events.onOpen();
    expect(socket.send('now')).toBe(true);
    expect([line(0).calls, line(1).calls]).toEqual([[], ['now']]);
  });

  it('after half a minute starts the waits again; one that closed earlier, or never opened, does not', () => {
    const { clock, socket, line, lines } = open();
    socket.start();
    const waits: number[] = [];
    const closed = (): void => {
      const [known, sinceUs] = [lines.length, clock.nowUs()];
      line(known - 1).events.onClose(1006, '');
      for (let half = 0; half < 120 && lines.length === known; half++) clock.advanceTo(clock.nowUs() + S / 2);
      waits.push((clock.nowUs() - sinceUs) / S);
    };
    const openFor = (us: number): void => {
      line(lines.length - 1).events.onOpen();
      // Something is heard each second.
      for (const endUs = clock.nowUs() + us; clock.nowUs() < endUs; ) {
        clock.advanceTo(Math.min(endUs, clock.nowUs() + S));
        line(lines.length - 1).events.onPing?.();
      }
    };
    closed();
    closed();
    openFor(30 * S - 1);
    closed();
    openFor(30 * S);
    closed();
    expect(waits).toEqual([0.5, 1, 2, 0.5]);
  });

  it('says nothing any more once another one was made', () => {
    const { clock, socket, line, seen } = open();
    socket.start();
    line(0).events.onOpen();
    line(0).events.onClose(1006, '');
    clock.advanceTo(START_US + S / 2);
    line(1).events.onOpen();
    line(0).events.onMessage(Buffer.from('of the first'));
    line(0).events.onClose(1006, 'again');
    line(1).events.onMessage(Buffer.from('of the second'));
    expect(seen).toEqual([
      'connecting',
      'open',
      'closed: closed by the venue (code 1006)',
      'connecting',
      'open',
      'of the second',
    ]);
    expect(socket.send('still here')).toBe(true);
  });
});

describe('a connection that is silent', () => {
  it('is asked for a sign of life at half of its time, and given up at the end of it', () => {
    const { clock, socket, line } = open();
    socket.start();
    line(0).events.onOpen();
    clock.advanceTo(START_US + 2.5 * S - 1);
    expect(line(0).calls).toEqual([]);
    clock.advanceTo(START_US + 2.5 * S);
    expect(line(0).calls).toEqual(['{"method":"ping"}']);
    clock.advanceTo(START_US + 5 * S - 1);
    expect(line(0).calls).toHaveLength(1);
    clock.advanceTo(START_US + 5 * S);
    expect(line(0).calls).toEqual(['{"method":"ping"}', 'terminate']);
  });

  it('is asked for a sign of life though the connection before it was asked in vain', () => {
    const { clock, socket, line } = open();
    socket.start();
    line(0).events.onOpen();
    clock.advanceTo(START_US + 2.5 * S);
    line(0).events.onClose(1006, '');
    clock.advanceTo(START_US + 3 * S);
    line(1).events.onOpen();
    clock.advanceTo(START_US + 5.5 * S);
    expect(line(1).calls).toEqual(['{"method":"ping"}']);
  });
});

it('a connection that was given up says no more, though its frames still come until the system has closed it', () => {
  const { clock, socket, line, lines, seen } = open();
  socket.start();
  line(0).events.onOpen();
  line(0).events.onMessage(Buffer.from('one'));
  socket.reconnect('a message is missing');
  line(0).events.onMessage(Buffer.from('three'));
  line(0).events.onClose(1006, '');
  // Nothing is open to be given up.
  socket.reconnect('again');
  expect([seen, line(0).calls]).toEqual([
    ['connecting', 'open', 'one', 'closed: a message is missing'],
    ['terminate'],
  ]);
  clock.advanceTo(START_US + 2 * S);
  expect([lines.length, seen.at(-1)]).toEqual([2, 'connecting']);
});

describe('a pause that the venue asked for', () => {
  it('keeps the socket from asking and connecting; silence counts once it could ask', () => {
    let pausedUntilUs = 0;
    const { clock, socket, line, lines, seen } = open(() => pausedUntilUs);
    socket.start();
    line(0).events.onOpen();
    pausedUntilUs = START_US + 40 * S;
    clock.advanceTo(pausedUntilUs - 1);
    expect(line(0).calls).toEqual([]);
    clock.advanceTo(pausedUntilUs);
    expect(line(0).calls).toEqual(['{"method":"ping"}']);
    clock.advanceTo(pausedUntilUs + 2.5 * S - 1);
    expect(line(0).calls).toHaveLength(1);
    clock.advanceTo(pausedUntilUs + 2.5 * S);
    expect(line(0).calls.at(-1)).toBe('terminate');
    pausedUntilUs = clock.nowUs() + 20 * S;
    line(0).events.onClose(1006, '');
    clock.advanceTo(pausedUntilUs - 1);
    expect(lines).toHaveLength(1);
    clock.advanceTo(pausedUntilUs);
    expect([lines.length, seen.at(-1)]).toEqual([2, 'connecting']);
  });

  it('of days does not hide that the connection is dead', () => {
    let pausedUntilUs = 0;
    const { clock, socket, line } = open(() => pausedUntilUs);
    socket.start();
    line(0).events.onOpen();
    pausedUntilUs = START_US + 86_400 * S;
    clock.advanceTo(START_US + 60 * S - 1);
    expect(line(0).calls).toEqual([]);
    clock.advanceTo(START_US + 60 * S);
    expect(line(0).calls).toEqual(['terminate']);
  });
});

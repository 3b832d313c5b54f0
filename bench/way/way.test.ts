/** The stamps of a tick to wire: their order, their bytes, and that taking one makes nothing. No time is held against anything here. */
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { SocketStamps } from './socket-stamps.ts';
import { WayRecord } from './way-record.ts';

describe('the stamps of sockets', () => {
  it('are taken when bytes came, and when bytes had been handed over, and end when they are taken off', async () => {
    const stamps = new SocketStamps();
    const end = stamps.install();
    const server = createServer((socket) => socket.on('data', (data) => socket.write(data)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      const startMs = performance.now();
      stamps.mark();
      socket.write('there and back');
      const [back] = (await once(socket, 'data')) as [Buffer];
      expect(back.toString()).toBe('there and back');
      expect(stamps.firstMs).toBeGreaterThanOrEqual(startMs);
      expect(stamps.handedMs).toBeGreaterThanOrEqual(stamps.firstMs);
      expect(stamps.handedMs).toBeGreaterThanOrEqual(stamps.beganMs);
      expect(stamps.receivedMs).toBeGreaterThanOrEqual(stamps.firstMs);
      const writes = stamps.writes;
      expect(writes).toBe(2);
      end();
      socket.write('unseen');
      await once(socket, 'data');
      expect(stamps.writes).toBe(writes);
      socket.destroy();
    } finally {
      end();
      server.close();
    }
  });
});

describe('the record of a way', () => {
  it('keeps the moments of each tick in their order, and one row of what left together', () => {
    const record = new WayRecord();
    record.open(1);
    record.open(1);
    record.decided(3);
    record.decided(4);
    record.durable(6);
    record.sent(10);
    record.durable(11);
    record.sent(15);
    record.sent(99);
    const { toDecision, toDurable, toFirst, toLast, whole, orders } = record.figures(2);
    expect([toDecision, toDurable, toFirst, toLast, whole]).toEqual([
      [2_000],
      [3_000],
      [4_000],
      [9_000],
      [14_000],
    ]);
    expect(orders).toEqual([2]);
  });

  it('leaves out what has no whole way: an order that did not leave, too few of them, moments out of order', () => {
    const record = new WayRecord();
    record.open(1);
    record.decided(2);
    record.open(20);
    record.decided(21);
    record.durable(22);
    record.sent(23);
    record.open(30);
    record.decided(29);
    record.durable(32);
    record.sent(33);
    expect(record.figures(1).whole).toEqual([3_000]);
    expect(record.figures(2).whole).toEqual([]);
    record.clear();
    record.open(40);
    record.open(40);
    record.decided(41);
    record.durable(42);
    record.sent(43);
    record.lost();
    record.sent(99);
    expect(record.figures(1).whole).toEqual([3_000]);
    expect(record.figures(2).whole).toEqual([]);
    record.clear();
    expect(record.figures(1)).toMatchObject({ whole: [], frames: [] });
  });

  it('keeps the last frames once there are more than it holds', () => {
    const record = new WayRecord();
    for (let frame = 0; frame < 70_000; frame++) record.frame(0, frame < 65_536 ? 1 : 2);
    const { frames } = record.figures(1);
    expect(frames).toHaveLength(65_536);
    expect(frames.filter((us) => us === 2_000)).toHaveLength(70_000 - 65_536);
  });
});

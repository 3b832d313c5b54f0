import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../toolkit/json.ts';
import { LOCAL } from '../testing/scripted-mempool.ts';
import { KEY, sale } from '../testing/wallet-rig.ts';
import { type OneOrder, sendOrder } from './one-order.ts';

const opening = { key: KEY, endpoint: 'http://127.0.0.1/', deployment: LOCAL, maxGasPrice: '1' };
const LEFT = {
  orders: [
    { orderId: 'o0', end: {} },
    { orderId: 'o1', slots: [{ nonce: 5 }, { nonce: 6 }] },
  ],
};
const order = { ...sale, orderId: 'o2' };

/** The process as its reports are scripted. */
function made(change: Partial<OneOrder> = {}) {
  const child = Object.assign(new EventEmitter(), {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    kill: () => child.emit('close', null, 'SIGKILL'),
  });
  const reports: Json[] = [];
  const end = sendOrder({
    start: (() => child) as never,
    opening,
    order,
    keep: () => Promise.resolve(),
    onReport: (report) => reports.push(report),
    ...change,
  });
  /** @returns what the wallet reported since. */
  const say = async (...lines: object[]): Promise<string> => {
    for (const line of lines) child.stdout.write(`${JSON.stringify(line)}\n`);
    await new Promise(setImmediate);
    return String(child.stdin.read() ?? '');
  };
  return { child, end, say, reports };
}

describe('one order through a process', () => {
  it('is placed once what an earlier one left has ended, and nothing is sent before it is kept', async () => {
    const kept = Promise.withResolvers<undefined>();
    const { end, say } = made({ opening: { ...opening, record: LEFT }, keep: () => kept.promise });
    const first = await say();
    expect(first).toContain('"key"');
    expect(first).toContain('"cancelsOpen":true');
    expect(await say({ event: 'ready' }, { event: 'keep', id: 7, record: LEFT })).toBe('');
    kept.resolve(undefined);
    expect(await say()).toBe('{"do":"kept","id":7}\n');
    expect(await say({ event: 'order', kind: 'canceled', orderId: 'o1' })).toBe(
      `${JSON.stringify({ do: 'place', ...order })}\n`,
    );
    await say(
      { event: 'order', kind: 'unknown', orderId: 'o2' },
      { event: 'order', kind: 'fill', orderId: 'o2' },
    );
    expect(await end).toMatchObject({ kind: 'fill' });
  });

  it('waits for what is left as long as it is patient, and says what it waited for', async () => {
    const patience = new AbortController();
    const { end, say, reports } = made({
      opening: { ...opening, record: LEFT },
      leftPatience: patience.signal,
    });
    expect(await say({ event: 'ready' })).not.toContain('place');
    patience.abort();
    expect(await end).toBeUndefined();
    expect(reports.at(-1)).toEqual({
      event: 'ended',
      reason: 'order o1 of an earlier command is not over: the chain does not show its nonces 5, 6 as used',
    });
  });

  it('waits for nothing that was left on a chain that is no longer there', async () => {
    const { say, child } = made({ opening: { ...opening, record: LEFT } });
    expect(await say({ event: 'ready', isOfAnotherChain: true })).toContain('"do":"place"');
    child.kill();
  });

  it('that cannot be kept ends with the reason, and is unknown where it was kept before', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const first = made({ keep: () => Promise.reject(full) });
    expect(await first.say({ event: 'keep', id: 1, record: { orders: [order] } })).not.toContain('kept');
    expect(await first.end).toBeUndefined();
    expect(first.reports).toEqual([{ event: 'ended', reason: 'the record could not be kept (ENOSPC)' }]);
    const then = made();
    await then.say({ event: 'keep', id: 1, record: { orders: [order] } });
    then.child.kill();
    expect(await then.end).toMatchObject({ kind: 'unknown', orderId: 'o2', reason: 'SIGKILL' });
  });

  it('is none where a halted key is to trade again', async () => {
    const { end, say } = made({ order: undefined });
    expect(await say({ event: 'ready' })).toContain('{"do":"resume"}\n');
    await say({ event: 'resume-refused', reason: 'order o1 is open' });
    expect(await end).toEqual({ event: 'resume-refused', reason: 'order o1 is open' });
  });
});

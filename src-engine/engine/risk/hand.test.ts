/** By hand through the contract: an engine on the local exchange, an operator and a viewer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createEngine } from '../../assemble.ts';
import { callOperation } from '../../gateway/call.ts';
import { connectEngine } from '../../testing/patient-client.ts';
import { until } from '../../testing/until.ts';
import { startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';

it('by hand: each is refused with its reason, carried out, and in the audit trail; viewers may none of it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-hand-'));
  const exchange = await startLocalExchange({ seed: 11, updatesPerSecond: 100, edgeSeconds: 1_000 });
  const running = await createEngine({
    dataDir,
    exchangeUrl: exchange.url,
    seed: 11,
    note: () => undefined,
    profile: 'demo',
  });
  try {
    const client = connectEngine(dataDir, 'test');
    await until(() => client.call('getRisk', {}));
    const { instruments } = await client.call('getSnapshot', {});
    const venue = instruments[0]?.venue ?? '';
    await expect(client.call('takeOpportunity', { opportunityId: 'gone' })).rejects.toThrow(
      /"gone" is not open/,
    );
    await expect(client.call('flatten', { venue: 'mars', confirm: 'FLATTEN' })).rejects.toThrow(
      /not a venue of this session/,
    );
    await expect(client.call('flatten', { venue, confirm: 'yes' as 'FLATTEN' })).rejects.toThrow(/confirm/);
    await expect(client.call('flatten', { venue, coin: 'DOGE', confirm: 'FLATTEN' })).rejects.toThrow(
      /DOGE.*not held/,
    );
    await expect(client.call('cancelOrders', { symbol: 'NO/PE' })).rejects.toThrow(/"NO\/PE" is no symbol/);
    await expect(client.call('disableStrategy', { strategy: 'x' })).rejects.toThrow(
      /no cycle or route.*Use a name such as/,
    );

    expect(await client.call('cancelOrders', { venue })).toEqual({ cancelsSent: 0 });
    const { strategy } = await client.call('disableStrategy', { strategy: 'y' }).then(
      () => ({ strategy: '' }),
      (error: Error) => ({ strategy: /such as "([^"]+)"/.exec(error.message)?.[1] ?? '' }),
    );
    const { stops } = await client.call('disableStrategy', { strategy });
    expect(stops).toMatchObject([{ strategy, reason: 'stopped by an operator' }]);
    await expect(client.call('disableStrategy', { strategy })).rejects.toThrow(/stopped already/);
    expect(await client.call('pauseTrading', { venue })).toEqual({ paused: true });
    expect((await client.call('getStatus', {})).paused).toBe(true);

    for (const [op, input] of [
      ['takeOpportunity', { opportunityId: 'o' }],
      ['flatten', { venue, confirm: 'FLATTEN' }],
      ['cancelOrders', {}],
      ['disableStrategy', { strategy: 's' }],
    ] as const)
      expect(await callOperation(running.engine, { role: 'viewer', via: 'look' }, op, input)).toMatchObject({
        ok: false,
        error: { code: 'forbidden' },
      });
    // What was forbidden is stored by a lane of its own, soon after the answer.
    await until(async () => {
      const { entries } = await client.call('listAudit', {});
      const rows = entries.map(({ actor, action, outcome }) => `${actor}: ${action} ${outcome}`);
      expect(rows).toEqual(
        expect.arrayContaining([
          'operator via test: cancelOrders ok',
          'operator via test: disableStrategy ok',
          'operator via test: stop strategy stopped',
          'operator via test: flatten denied',
          'viewer via look: takeOpportunity denied',
        ]),
      );
    });
  } finally {
    await running.stop();
    await exchange.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/system-clock.ts';
import { SystemNetwork } from '../system-network.ts';
import { AttemptBudget, backoffUs } from '../toolkit/backoff.ts';
import { KrakenRest } from './rest.ts';
import { VenueRefused, VenueUnreachable } from './rest-errors.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A server that gives these answers, one a request, and the last one from then on. */
async function server(...answers: ((response: ServerResponse) => void)[]) {
  const paths: string[] = [];
  const http = createServer((request: IncomingMessage, response) => {
    paths.push(request.url ?? '');
    answers[Math.min(paths.length, answers.length) - 1]?.(response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    http.closeAllConnections();
    http.close();
  });
  const baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const rest = new KrakenRest({
    clock: new SystemClock(),
    network: new SystemNetwork(),
    random: () => 0.01,
    baseUrl,
    timeoutMs: 400,
  });
  return { rest, paths };
}

const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
const time = json({ error: [], result: { unixtime: 1_785_641_751 } });

describe('Kraken REST', () => {
  it('asks again while the venue is busy or down, and takes the answer that comes', async () => {
    const busy = json({ error: ['EService:Busy'] });
    const { rest, paths } = await server(busy, json({}, 503), time);
    expect(await rest.time()).toBe(1_785_641_751);
    expect(paths).toEqual(['/0/public/Time', '/0/public/Time', '/0/public/Time']);
  });

  it('gives up after three tries, and says that the venue could not be asked', async () => {
    const { rest, paths } = await server(json({}, 503));
    await expect(rest.time()).rejects.toBeInstanceOf(VenueUnreachable);
    expect(paths).toHaveLength(3);
  });

  it('does not repeat what the venue refused', async () => {
    const { rest, paths } = await server(json({ error: ['EGeneral:Invalid arguments'] }));
    await expect(rest.systemStatus()).rejects.toBeInstanceOf(VenueRefused);
    expect(paths).toHaveLength(1);
  });

  it('does not wait forever', async () => {
    const { rest } = await server(() => undefined);
    await expect(rest.time()).rejects.toBeInstanceOf(VenueUnreachable);
  });

  it.each([
    [{ error: [] }, 'the answer has no result'],
    [{ error: [], result: {} }, 'the answer has no unixtime'],
    ['text', 'the answer has no result'],
    [null, 'the answer has no result'],
  ])('takes no half answer: %j', async (body, detail) => {
    const { rest } = await server(json(body));
    const error: unknown = await rest.time().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(VenueUnreachable);
    expect((error as Error).message).toBe(`Kraken did not answer Time: ${detail}`);
  });
});

describe('reconnects', () => {
  it('wait longer after every failure, with jitter below the bound', () => {
    const waits = [0, 1, 2, 3, 10, 40].map((failures) =>
      backoffUs(failures, 500_000, 30_000_000, () => 0.999_999),
    );
    expect(waits).toEqual([499_999, 999_999, 1_999_998, 3_999_996, 29_999_970, 29_999_970]);
    expect(backoffUs(5, 500_000, 30_000_000, () => 0)).toBe(0);
  });

  it('stay below half of the attempts that the venue allows in ten minutes', () => {
    const budget = new AttemptBudget();
    let nowUs = 0;
    const attempts: number[] = [];
    while (nowUs < 3_600_000_000) {
      nowUs = budget.nextAllowedUs(nowUs);
      budget.record(nowUs);
      attempts.push(nowUs);
      nowUs += 1_000_000;
    }
    for (const from of attempts) {
      expect(attempts.filter((at) => at >= from && at < from + 600_000_000).length).toBeLessThanOrEqual(75);
    }
    expect(attempts.length).toBeGreaterThan(400);
  });
});

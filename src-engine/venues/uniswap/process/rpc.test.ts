import { describe, expect, it } from 'vitest';
import { httpRpc, type Post, RpcError } from './rpc.ts';

const ENDPOINT = 'https://rpc.example/v3/CANARY-key';

function rpc(answer: (body: { readonly id: number }) => Response | Promise<Response>) {
  const asked: { readonly url: string; readonly init: object }[] = [];
  const fetch: Post = (url, init) => {
    asked.push({ url, init });
    return Promise.resolve(answer(JSON.parse(init.body) as { id: number }));
  };
  return { asked, calls: httpRpc({ endpoint: ENDPOINT, fetch }) };
}

async function fault(answer: Parameters<typeof rpc>[0]): Promise<RpcError> {
  try {
    await rpc(answer).calls.call('eth_chainId', []);
  } catch (error) {
    expect(error).toBeInstanceOf(RpcError);
    expect(JSON.stringify([String(error), (error as RpcError).stack])).not.toContain('CANARY');
    return error as RpcError;
  }
  throw new Error('was answered');
}

const json = (body: object, init?: ResponseInit): Response => new Response(JSON.stringify(body), init);

describe('calls of an endpoint', () => {
  it.each([
    'unknown project CANARY-key',
    'canary-KEY is over its quota of /v3/CANARY-key',
    'no route for rpc.example/v3/CANARY-key',
    'CANARY/secret and CANARY%2Fsecret are refused',
  ])('show no part of their address that the endpoint says bare: %s', async (message) => {
    const endpoint = 'https://rpc.example/v3/CANARY-key?token=CANARY%2Fsecret';
    const fetch: Post = (_url, { body }) => {
      const { id } = JSON.parse(body) as { id: number };
      return Promise.resolve(json({ id, error: { code: -32_000, message } }));
    };
    const asked = httpRpc({ endpoint, fetch }).call('eth_chainId', []);
    const error = await asked.catch(String);
    expect(error).toMatch(/error -32000 .*…/);
    expect(error).not.toMatch(/canary|rpc\.example/i);
  });

  it('are numbered, and give the result of their own number', async () => {
    const { asked, calls } = rpc(({ id }) => json({ jsonrpc: '2.0', id, result: '0x1' }));
    expect(await calls.call('eth_chainId', [])).toBe('0x1');
    expect(asked).toMatchObject([{ url: ENDPOINT, init: { method: 'POST', redirect: 'error' } }]);
    expect((await fault(() => json({ id: 77, result: '0x1' }))).message).toMatch(/to another question/);
  });

  it.each<readonly [string, Parameters<typeof rpc>[0], Partial<RpcError>]>([
    [
      '429',
      () => new Response('', { status: 429, headers: { 'retry-after': '7' } }),
      { kind: 'busy', waitMs: 7_000 },
    ],
    [
      'its own code',
      ({ id }) => json({ id, error: { code: -32_005, message: 'limit exceeded' } }),
      { kind: 'busy' },
    ],
    [
      'its own words',
      ({ id }) => json({ id, error: { code: -32_000, message: 'Too Many Requests' } }),
      { kind: 'busy' },
    ],
    ['401', () => new Response('no', { status: 401 }), { kind: 'refused' }],
    [
      'a refusal',
      ({ id }) => json({ id, error: { code: -32_601, message: 'no such method' } }),
      { kind: 'refused' },
    ],
    ['HTML', () => new Response('<html>', { status: 502 }), { kind: 'no-answer' }],
    ['nothing', () => json([]), { kind: 'no-answer' }],
    ['no result', ({ id }) => json({ id }), { kind: 'no-answer' }],
    ['500', ({ id }) => json({ id, result: '0x1' }, { status: 500 }), { kind: 'no-answer' }],
  ])('%s', async (_what, answer, expected) => {
    expect(await fault(answer)).toMatchObject(expected);
  });

  it('say nothing of the address, whatever the system or the endpoint says of it', async () => {
    const lost = new TypeError(`fetch failed for ${ENDPOINT}`, { cause: { code: 'ECONNREFUSED' } });
    expect((await fault(() => Promise.reject(lost))).message).toBe(
      'eth_chainId: the endpoint cannot be reached (ECONNREFUSED)',
    );
    const named = await fault(({ id }) =>
      json({ id, error: { code: 1, message: `see ${ENDPOINT} for limits` } }),
    );
    expect(named.message).toBe('eth_chainId: error 1 see … for limits');
  });

  it('are given up where the answer does not end', async () => {
    const endless = (): Response => new Response(new Uint8Array(17 * 1024 * 1024));
    expect((await fault(endless)).message).toMatch(/longer than/);
  });
});

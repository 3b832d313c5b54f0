/** Asking a venue, or what stands in its place, what a key may do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { cancelAtSimulated } from '../../assembly/demo-exchange.ts';
import { SIMULATED_HEADER } from '../../venues/local-exchange/core/simulated-mark.ts';
import { venueAdapter } from '../../venues/registry.ts';
import { checkKey } from './key.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** @param isSimulated whether it says that it is a local exchange. */
async function exchangeAt(isSimulated: boolean): Promise<string> {
  const server = createServer((_request, answer) => {
    if (isSimulated) answer.setHeader(SIMULATED_HEADER, 'true');
    answer.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A venue whose account notes what is done with it. */
function noted() {
  const did: string[] = [];
  const adapter = venueAdapter('ccxt:okx', '--venue');
  if (adapter.account === undefined) throw new Error('there are no accounts');
  const opened = {
    checkAccount: () => Promise.reject(new Error('no answer')),
    stop: async () => void did.push('stopped'),
  };
  const open = (): never => {
    did.push('opened');
    return opened as never;
  };
  return { did, adapter: { ...adapter, account: { ...adapter.account, open } } };
}

const CREDENTIAL = { key: 'a-key-of-a-test', secret: 'a secret of a test', passphrase: 'a phrase' };

function ask(adapter: ReturnType<typeof noted>['adapter'], exchange: string): Promise<unknown> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-key-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return checkKey({ values: { 'data-dir': dataDir }, positionals: [] }, adapter, exchange, CREDENTIAL);
}

it('ends what it opened to check a key, whatever the venue answered: some accounts are a process', async () => {
  const { did, adapter } = noted();
  await expect(ask(adapter, await exchangeAt(true))).rejects.toThrow('no answer');
  expect(did).toEqual(['opened', 'stopped']);
});

it('an address that does not say that it is simulated gets no key and no cancel in place of a venue', async () => {
  const url = await exchangeAt(false);
  const { did, adapter } = noted();
  await expect(ask(adapter, url)).rejects.toThrow('is not a local exchange');
  const cancel = {
    cancelAll: async () => did.push('canceled'),
    countOpen: async () => did.push('counted'),
    raiseNonce: () => undefined,
  };
  const guarded = cancelAtSimulated(cancel, url);
  await expect(guarded.cancelAll()).rejects.toThrow('is not a local exchange');
  await expect(guarded.countOpen()).rejects.toThrow('is not a local exchange');
  expect(did).toEqual([]);
  await cancelAtSimulated(cancel, await exchangeAt(true)).cancelAll();
  expect(did).toEqual(['canceled']);
});

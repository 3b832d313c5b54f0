import type { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { MarketWatcher } from '../conformance/testing/market-rig.ts';
import { checkLines } from '../capture/testing/known-books.ts';
import { chainAddress } from './address.ts';
import { uniswapV2Adapter, uniswapV3Adapter } from './adapter.ts';
import { instrumentsFromPools } from './instruments.ts';
import { ChainNetwork } from './launch.ts';
import { poolMarketRig, ScriptedPools } from './testing/scripted-market.ts';

const rig = poolMarketRig(uniswapV3Adapter);
const [AAA] = rig.specs.map(({ symbol }) => symbol) as [string];

async function start(prepare: (peer: ScriptedPools) => void = () => undefined) {
  const peer = new ScriptedPools();
  prepare(peer);
  const feed = uniswapV3Adapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(rig, { ...rig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, feed, watcher };
}

describe('the feed of pools', () => {
  it('takes a sign of life from the chain alone, and none from its process', async () => {
    const { peer, feed, watcher } = await start();
    peer.isConfirmed = false;
    const before = watcher.alive;
    await watcher.pass(15_000_000);
    expect([watcher.alive, watcher.state(0)]).toEqual([before, 'live']);
    peer.isConfirmed = true;
    await watcher.pass(15_000_000);
    expect(watcher.alive).toBeGreaterThan(before);
    await feed.stop();
  });

  it('withholds a book with the reason that the endpoint gives for it, until the next block', async () => {
    const { peer, feed, watcher } = await start();
    peer.say({
      event: 'failed',
      symbol: AAA,
      text: 'the endpoint lags: its newest block 7 is 70 s old',
      failures: 1,
    });
    expect(watcher.lost).toEqual([[AAA, 'AAA/USD: the endpoint lags: its newest block 7 is 70 s old']]);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    peer.change(AAA, '2.500');
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 2_500]);
    await feed.stop();
  });

  it('passes on what became of the chain, as the state of the feed', async () => {
    const { peer, feed, watcher } = await start();
    peer.say({ event: 'note', text: 'a reorganisation took back 1 block' });
    expect(watcher.reasons.at(-1)).toBe('a reorganisation took back 1 block');
    await feed.stop();
  });

  it('passes on what a swap costs when it changes', async () => {
    const { peer, feed, watcher } = await start();
    await watcher.pass(61_000_000);
    watcher.changes.length = 0;
    peer.gas = '2.7';
    await watcher.pass(61_000_000);
    expect(watcher.changes).toMatchObject([
      [AAA, { orderCost: '2.7' }],
      ['BBB/USD', { orderCost: '2.7' }],
    ]);
    await feed.stop();
  });
});

describe('lines of the process that reads pools', () => {
  it('say what a swap costs before the books of its block, and only what is new is passed on', async () => {
    const { peer, feed, watcher } = await start();
    watcher.changes.length = 0;
    const said = (gas: string) =>
      peer.say({
        event: 'gas',
        chain: 1,
        block: 8,
        costs: [
          [AAA, gas, '5'],
          ['CCC/USD', '1', '2'],
        ],
      });
    said('1.8');
    expect(watcher.changes).toEqual([]);
    said('2.9');
    expect(watcher.changes).toEqual([[AAA, { orderCost: '2.9' }]]);
    // A cost that cannot be read is of no book: nothing is lost by it.
    said('much');
    expect(watcher.lost).toEqual([]);
    await feed.stop();
  });

  it('name their chain: books of another one than the session began on are withheld, as their pools have the same names', async () => {
    const { peer, feed, watcher } = await start();
    const said = (chain: number): void => {
      peer.say({ event: 'gas', chain, block: 8, costs: [[AAA, chain === 1 ? '3' : '0.01', '5']] });
      peer.say({
        event: 'book',
        chain,
        symbol: AAA,
        block: 8,
        hash: `0x${'cd'.repeat(32)}`,
        time: 1_700_000_000_000,
        bids: [['10.00', '1.000']],
        asks: [['10.01', '1.000']],
      });
    };
    said(1);
    watcher.changes.length = 0;
    expect(watcher.state(0)).toBe('live');
    said(8_453);
    expect(watcher.changes).toEqual([]);
    expect(watcher.lost).toEqual([
      [
        AAA,
        'AAA/USD: the endpoint is of Base now, and this session began on Ethereum: start the session anew',
      ],
    ]);
    said(1);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });
});

it('pools are instruments without a fee beside their price, and say where it is', () => {
  const row = {
    symbol: 'ETH/USDC-5bps',
    base: 'ETH',
    quote: 'USDC',
    fee: 500,
    priceDecimals: 4,
    qtyDecimals: 8,
    gas: '8.4',
    minNotional: '17',
  };
  const { instruments, leftOut } = instrumentsFromPools({
    rows: [
      row,
      { ...row, symbol: 'WBTC/USDC', gas: 'much' },
      { ...row, symbol: 'DAI/USDC', priceDecimals: 13 },
    ],
    leftOut: [{ name: 'USDT', reason: 'its contract counts 18 decimals, not 6' }],
  });
  expect(instruments).toMatchObject([
    {
      tickSize: '0.0001',
      lotSize: '0.00000001',
      takerFee: '0',
      feeBasis: '0.05 % is inside the price; gas beside it',
      orderCost: '8.4',
    },
  ]);
  expect(leftOut.map(({ name }) => name)).toEqual(['WBTC/USDC', 'DAI/USDC', 'USDT']);
  expect(() => instrumentsFromPools({ rows: 7 })).toThrow('list of pools');
});

it('a recording of pools is rebuilt: each book is the whole of one block', () => {
  const book = (block: number, bid: string): string =>
    JSON.stringify({
      event: 'book',
      symbol: AAA,
      block,
      hash: '',
      time: 1,
      bids: [[bid, '2']],
      asks: [['10.5', '3']],
    });
  const recv = (data: string): string => JSON.stringify({ t: 'recv', conn: 'ws.1', ts: 3, data });
  const lines = [book(1, '9.5'), '{"event":"alive","block":1}', book(2, '9.6')].map(recv);
  const report = checkLines('uniswap-v2', [JSON.stringify({ t: 'connect', conn: 'ws.1', ts: 1 }), ...lines]);
  expect(report).toMatchObject({ gaps: 0, firstFault: null, integrity: 'none' });
  expect(report.books[AAA]).toMatchObject({ state: 'live' });
  expect(uniswapV2Adapter.weaker).toContain('orders on a local chain alone');
});

describe('the process that reads pools', () => {
  function started(endpointOf: ConstructorParameters<typeof ChainNetwork>[0]) {
    const calls: { readonly args: readonly string[]; readonly env: object | undefined }[] = [];
    const stdin = new PassThrough();
    let killed: () => void = () => undefined;
    const end = new Promise<void>((resolve) => {
      killed = resolve;
    });
    const start = (_program: string, args: readonly string[], options: { readonly env?: object }) => {
      calls.push({ args, env: options.env });
      const child = Object.assign(new EventEmitter(), {
        stdin,
        stdout: new PassThrough(),
        stderr: new PassThrough(),
        kill: () => {
          killed();
          setImmediate(() => child.emit('close', null, 'SIGKILL'));
        },
      });
      return child;
    };
    const network = new ChainNetwork(endpointOf, start as unknown as typeof spawn);
    const closed = new Promise<string>((resolve) => {
      const events = { onOpen: () => undefined, onMessage: () => undefined };
      network.connect(
        chainAddress('v3'),
        { maxFrameBytes: 1_000 },
        {
          ...events,
          onClose: (_code, reason) => resolve(reason),
        },
      );
    });
    return { calls, stdin, end, closed };
  }

  it('is given the endpoint by its first line, and by no argument and no variable', async () => {
    const { calls, stdin } = started(() =>
      Promise.resolve({ endpoint: 'https://rpc.example/CANARY', chainId: 1 }),
    );
    await new Promise(setImmediate);
    expect(JSON.parse(String(stdin.read()))).toEqual({
      version: 'v3',
      endpoint: 'https://rpc.example/CANARY',
      chainId: 1,
    });
    expect(JSON.stringify(calls)).not.toContain('CANARY');
    expect(calls[0]?.args).toContain('--permission');
  });

  it('is given an endpoint that was set since, and is ended where it was deleted', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      let stored: { endpoint: string; chainId: number } | undefined = {
        endpoint: 'https://one.example/CANARY',
        chainId: 1,
      };
      const { stdin, end, closed } = started(() => Promise.resolve(stored));
      const passed = async (): Promise<string> => {
        vi.advanceTimersByTime(30_000);
        await new Promise(setImmediate);
        return String(stdin.read() ?? '');
      };
      await new Promise(setImmediate);
      stdin.read();
      expect(await passed()).toBe('');
      stored = { endpoint: 'https://two.example/CANARY', chainId: 1 };
      expect(JSON.parse(await passed())).toEqual({ do: 'endpoint', ...stored });
      expect(await passed()).toBe('');
      stored = undefined;
      await passed();
      await end;
      expect(await closed).toMatch(/ended/);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends at once where no endpoint is set, and says how to set one', async () => {
    const { end, closed } = started(() => Promise.resolve(undefined));
    await end;
    expect(await closed).toMatch(/endpoint: is not set.*endpoint --set/);
  });
});

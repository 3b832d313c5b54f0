import { expect, it } from 'vitest';
import { MarketWatcher } from '../conformance/testing/market-rig.ts';
import { krakenAdapter } from './adapter.ts';
import { krakenMarketRig, ScriptedMarket } from './testing/scripted-market.ts';

async function start() {
  const peer = new ScriptedMarket();
  const feed = krakenAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(krakenMarketRig, { ...krakenMarketRig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, feed, watcher };
}

const level = '"bids":[{"price":9.00,"qty":2.000}],"asks":[]';

it.each([
  ['is cut off', '{"channel":"book","type":"upd'],
  ['names no symbol', `{"channel":"book","type":"update","data":[{${level}}]}`],
  [
    'is of two books',
    `{"channel":"book","type":"update","data":[{"symbol":"AAA/USD",${level}},{"symbol":"BBB/USD",${level}}]}`,
  ],
])(
  'a book frame that %s costs all books of the connection: checksums are of the best levels alone',
  async (_, text) => {
    const { peer, feed, watcher } = await start();
    peer.sayText(text);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'syncing']);
    await watcher.pass(3_000_000);
    expect([watcher.state(0), watcher.state(1), peer.connections]).toEqual(['live', 'live', 2]);
    await feed.stop();
  },
);

it('a trade that cannot be read, what is no book, and a book of no pair of the run cost none', async () => {
  const { peer, feed, watcher } = await start();
  peer.sayText('{"channel":"trade","type":"update","data":[{"symbol":"AAA/USD","price":1.00}]}');
  peer.sayText('{"type":"update","channel":"trade","data":[{"symbol":"AAA/USD","price":1.00}]}');
  peer.sayText('Bad Gateway');
  peer.sayText('{"channel":"book"}');
  peer.sayText(`{"channel":"book","type":"update","data":[{"symbol":"ZZZ/USD",${level}}]}`);
  expect([watcher.state(0), watcher.state(1), peer.connections]).toEqual(['live', 'live', 1]);
  await feed.stop();
});

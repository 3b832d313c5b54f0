/** What the account pays, out of TradeVolume; what cannot be read is absent and never zero. */
import { afterEach, expect, it } from 'vitest';
import { SystemClock } from '../../../lib/system-clock.ts';
import {
  type LocalExchange,
  type LocalExchangeOptions,
  startLocalExchange,
} from '../../local-exchange/local-exchange.ts';
import { SystemNetwork } from '../../system-network.ts';
import { KrakenNames } from '../names.ts';
import { VenueRefused } from '../rest-errors.ts';
import { readFees } from './account.ts';
import { accountFees } from './account-fees.ts';
import { KrakenCredentials } from './credentials.ts';
import { KrakenAccountVenue } from './account-venue.ts';
import { memoryNonces, TRADER } from './testing/local-account.ts';

let exchange: LocalExchange | undefined;
afterEach(() => exchange?.stop());

async function account(options: LocalExchangeOptions): Promise<KrakenAccountVenue> {
  exchange = await startLocalExchange({ updatesPerSecond: 0, accounts: [TRADER], ...options });
  return new KrakenAccountVenue({
    venue: 'kraken',
    clock: new SystemClock(),
    network: new SystemNetwork(),
    random: () => 0.5,
    restUrl: exchange.url,
    wsUrl: `${exchange.wsUrl}/v2/auth`,
    credentials: new KrakenCredentials(TRADER.key, TRADER.secret),
    nonceStore: memoryNonces(),
  });
}

it.each([true, false])(
  'are those of the account, whether AssetPairs lists fees (%s) or not',
  async (listsFees) => {
    const venue = await account({ listsFees, fees: 'real' });
    const { fees } = await venue.checkAccount(['BTC/USD', 'USDT/USD', 'NO/SUCH']);
    expect([...fees.takers].map(([symbol, fee]) => [symbol, fee.toString()])).toEqual([
      ['BTC/USD', '0.004'],
      ['USDT/USD', '0.002'],
    ]);
    await venue.stop();
  },
);

const NAMES = new KrakenNames(
  { XXBTZUSD: { wsname: 'XBT/USD', altname: 'XBTUSD' }, XETHZUSD: { wsname: 'ETH/USD', altname: 'ETHUSD' } },
  {},
);
const feesOf = (result: Record<string, unknown>) =>
  Object.fromEntries([...accountFees(result, NAMES).takers].map(([symbol, fee]) => [symbol, fee.toString()]));

it('what is in force counts before what a schedule says; a schedule is read at the account’s volume', () => {
  const tiers = [
    [0, 0.4],
    [10_000, 0.35],
    [50_000, 0.24],
  ];
  const schedules = { XXBTZUSD: { fees: tiers }, XETHZUSD: { fees: tiers.toReversed() } };
  expect(feesOf({ volume: '12000.5', fees: { XXBTZUSD: { fee: '0.2200' } }, schedules })).toEqual({
    'BTC/USD': '0.0022',
    'ETH/USD': '0.0035',
  });
  const objects = [
    { volume: '0', taker: '0.40', maker: '0.25' },
    { volume: '10000', taker: '0.35', maker: '0.20' },
  ];
  expect(feesOf({ volume: '10000', fees: null, schedules: { XXBTZUSD: objects } })).toEqual({
    'BTC/USD': '0.0035',
  });
});

it('those of makers are what is in force for them, never a schedule’s', () => {
  const { makers } = accountFees(
    {
      volume: '0',
      fees: { XXBTZUSD: { fee: '0.40' }, XETHZUSD: { fee: '0.40' } },
      fees_maker: { XXBTZUSD: { fee: '0.2500' }, XETHZUSD: { fee: 'x' } },
      schedules: { XETHZUSD: [{ volume: '0', taker: '0.40', maker: '0.25' }] },
    },
    NAMES,
  );
  expect([...makers].map(([symbol, fee]) => [symbol, fee.toString()])).toEqual([['BTC/USD', '0.0025']]);
});

it.each([undefined, null, '', 'x', -0.1, '100', [], {}, true])('a fee of %j is absent', (fee) => {
  expect(feesOf({ volume: '0', fees: { XXBTZUSD: { fee } }, schedules: { XXBTZUSD: [[0, fee]] } })).toEqual(
    {},
  );
  expect(feesOf({ volume: fee, fees: fee, schedules: fee })).toEqual({});
});

it('one pair that the venue refuses does not take the fees of its batch along', async () => {
  const symbols = Array.from({ length: 60 }, (_, k) => `P${k}/USD`);
  let calls = 0;
  const rest = {
    fees: (asked: readonly string[]) => {
      calls++;
      return asked.includes('P37/USD')
        ? Promise.reject(new VenueRefused('TradeVolume', ['EQuery:Unknown asset pair']))
        : Promise.resolve(
            accountFees(
              { fees: Object.fromEntries(asked.map((symbol) => [symbol, { fee: '0.1' }])) },
              new KrakenNames({}, {}),
            ),
          );
    },
  };
  const { takers } = await readFees(rest, symbols);
  expect([...takers.keys()]).toEqual(symbols.filter((symbol) => symbol !== 'P37/USD'));
  expect(calls).toBeLessThan(16);
  await expect(
    readFees(
      { fees: () => Promise.reject(new VenueRefused('TradeVolume', ['EGeneral:Permission denied'])) },
      symbols,
    ),
  ).rejects.toThrow(/Permission denied/);
});

/**
 * How each venue's orders are canceled in an emergency. It stands apart from the registry, so that a watchdog carries
 * nothing that knows how to place an order.
 */
import type { VenueName } from '../domain/ids.ts';
import { BINANCE, BINANCE_US } from './binance/dialect.ts';
import { binanceEmergencyCancel } from './binance/private/emergency-cancel.ts';
import { bybitEmergencyCancel } from './bybit/private/emergency-cancel.ts';
import { CCXT_PREFIX } from './ccxt/ids.ts';
import { TRADED_IDS } from './ccxt/process/traded-ids.ts';
import { ccxtEmergencyCancel } from './ccxt/private/emergency-cancel.ts';
import { coinbaseEmergencyCancel } from './coinbase/private/emergency-cancel.ts';
import { krakenEmergencyCancel } from './kraken/private/emergency-cancel.ts';
import { kucoinEmergencyCancel } from './kucoin/private/emergency-cancel.ts';
import { okxEmergencyCancel } from './okx/private/emergency-cancel.ts';
import { walletEmergencyCancel } from './uniswap/account/emergency-cancel.ts';
import type { OpenEmergencyCancel } from './venue-account.ts';

const CANCELS: ReadonlyMap<VenueName, OpenEmergencyCancel> = new Map([
  ['kraken', krakenEmergencyCancel],
  [BINANCE.venue, binanceEmergencyCancel(BINANCE.restUrl)],
  [BINANCE_US.venue, binanceEmergencyCancel(BINANCE_US.restUrl)],
  ['bybit', bybitEmergencyCancel],
  ['coinbase', coinbaseEmergencyCancel],
  ['kucoin', kucoinEmergencyCancel],
  ['okx', okxEmergencyCancel],
  ['uniswap-v2', walletEmergencyCancel],
  ['uniswap-v3', walletEmergencyCancel],
  ...TRADED_IDS.map((id) => [CCXT_PREFIX + id, ccxtEmergencyCancel(id)] as const),
]);

/** @param adapter id of the adapter that speaks the venue's protocol. @throws Error when nothing cancels there. */
export function emergencyCancelOf(adapter: VenueName): OpenEmergencyCancel {
  const open = CANCELS.get(adapter);
  if (open === undefined) throw new Error(`no emergency cancel is known for ${adapter}`);
  return open;
}

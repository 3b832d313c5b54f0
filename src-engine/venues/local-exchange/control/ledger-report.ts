/** The exchange's own books, as JSON: what a test asks afterwards. Amounts are exact decimals as text. */
import { fromUnits } from '../../../domain/decimal.ts';
import type { Account } from '../core/accounts/accounts.ts';
import type { ExchangeCore } from '../core/exchange-core.ts';
import type { ClientTrade } from '../core/orders/client-order.ts';

/** Most rows of one answer. */
export const MAX_ROWS = 10_000;

export function ledgerReport(core: ExchangeCore): object {
  return { accounts: core.accounts.all().map(accountRow) };
}

function accountRow(account: Account): object {
  const { ledger } = account;
  return {
    name: account.name,
    balances: Object.fromEntries(
      ledger
        .assets()
        .map((asset) => [
          asset,
          { total: ledger.balance(asset).toFixed(), held: ledger.held(asset).toFixed() },
        ]),
    ),
    openOrders: account.openOrders.size,
    closedOrders: account.closedOrders.length,
    trades: account.trades.length,
    cancelAlls: account.cancelAllsUs.length,
  };
}

/** Everything that happened to clients' orders after that number, oldest first. */
export function orderReport(core: ExchangeCore, after: number): object {
  const { entries, dropped } = core.log;
  // Numbers count from 1 without a gap; the oldest may be gone.
  const from = Math.max(0, after - dropped);
  const rows = entries.slice(from, from + MAX_ROWS).map((entry) => {
    const pair = core.pairOf(entry.symbol);
    return {
      ...entry,
      price: pair === undefined ? '0' : fromUnits(entry.price, pair.priceDecimals).toFixed(),
      qty: pair === undefined ? '0' : fromUnits(entry.qty, pair.qtyDecimals).toFixed(),
    };
  });
  return { orders: rows, dropped, last: rows.at(-1)?.seq ?? after };
}

/** The newest trades of an account, oldest first. */
export function tradeReport(account: Account): object {
  return { account: account.name, trades: account.trades.slice(-MAX_ROWS).map(tradeRow) };
}

function tradeRow(trade: ClientTrade): object {
  const { order } = trade;
  const { pair } = order.market;
  return {
    id: trade.execId,
    tradeId: trade.tradeId,
    orderId: order.orderId,
    clOrdId: order.clOrdId ?? '',
    symbol: pair.symbol,
    side: order.side,
    price: fromUnits(trade.price, pair.priceDecimals).toFixed(),
    qty: fromUnits(trade.qty, pair.qtyDecimals).toFixed(),
    cost: trade.cost.toFixed(),
    fee: trade.fee.toFixed(),
    feeAsset: trade.feeAsset,
    isMaker: trade.isMaker,
    atUs: trade.atUs,
  };
}

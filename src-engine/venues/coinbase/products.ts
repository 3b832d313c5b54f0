/**
 * Products that share one book. Market data of `X-USDC` is served as `X-USD`, while an order is placed on the product whose quote is
 * held; a few products are quoted in USDC alone (Coinbase Advanced Trade, "WebSocket Overview"; product list of 2026-08-09).
 */

/** Bases whose product in USDC has a book of its own. The list of products is compared with it: see instruments.ts. */
const NATIVE: ReadonlySet<string> = new Set(['USDT', 'EURC', 'XSGD', 'TGBP', 'AUDD']);

/** The product under whose name the market data of this one comes. */
export function streamOf(productId: string): string {
  const [base = '', quote = '', more] = productId.split('-');
  return quote === 'USDC' && more === undefined && !NATIVE.has(base) ? `${base}-USD` : productId;
}

import { describe, expect, it } from 'vitest';
import { cancelEveryOrder } from './cancel-everything.ts';
import { stopNote } from './stop-orders.ts';

const OURS = 'a'.repeat(32);
const row = (id: string, clientOid: string, symbol: string) => ({ id, clientOid, symbol, status: 'NEW' });

/** An account with these stop orders in pages of two. */
function restWith(rows: readonly object[], refuses: readonly string[] = []) {
  const canceled: string[] = [];
  return {
    canceled,
    get: (path: string, query: { currentPage?: number } = {}) => {
      if (path !== '/api/v1/stop-order') return Promise.reject(new Error(`no answer to ${path}`));
      const { currentPage = 1 } = query;
      const items = rows.slice((currentPage - 1) * 2, currentPage * 2);
      return Promise.resolve({ totalPage: Math.ceil(rows.length / 2), items });
    },
    cancel: (path: string) => {
      if (refuses.some((id) => path.endsWith(id))) return Promise.reject(new Error(`${path} was refused`));
      canceled.push(path);
      return Promise.resolve({ succeedSymbols: [], failedSymbols: [] });
    },
  };
}

describe('stop orders of KuCoin', () => {
  const rows = [row('s1', OURS, 'BTC-USDT'), row('s2', 'bot-7', 'ETH-USDT'), row('s3', OURS, 'SOL-USDT')];

  it('are canceled by a kill where they have our ids, after all other orders, and left alone where not', async () => {
    const rest = restWith(rows);
    expect(await cancelEveryOrder(rest)).toBe(2);
    expect(rest.canceled).toEqual([
      '/api/v1/hf/orders/cancelAll',
      '/api/v1/stop-order/s1',
      '/api/v1/stop-order/s3',
    ]);
  });

  it('that cannot be canceled or listed fail the kill, which tried all others', async () => {
    const rest = restWith(rows, ['s1']);
    await expect(cancelEveryOrder(rest)).rejects.toThrow('s1 was refused');
    expect(rest.canceled).toContain('/api/v1/stop-order/s3');
    const broken = restWith([{ symbol: 'BTC-USDT' }]);
    await expect(cancelEveryOrder(broken)).rejects.toThrow('has no id');
    expect(broken.canceled).toEqual(['/api/v1/hf/orders/cancelAll']);
  });

  it('that are more than can be listed fail the kill, which canceled those that were', async () => {
    const rest = restWith([
      ...rows,
      ...Array.from({ length: 38 }, (_, nth) => row(`x${nth}`, 'bot-7', 'ETH-USDT')),
    ]);
    await expect(cancelEveryOrder(rest)).rejects.toThrow('more than 2000 stop orders');
    expect(rest.canceled).toContain('/api/v1/stop-order/s3');
    expect(await stopNote(rest)).toMatch(/leaves at least 38 stop orders/);
  });

  it('of other programs are named before the account trades', async () => {
    expect(await stopNote(restWith(rows))).toMatch(
      /leaves 1 stop order of other programs alone \(ETH-USDT\)/,
    );
    expect(await stopNote(restWith(rows.slice(0, 1)))).toBeUndefined();
  });
});

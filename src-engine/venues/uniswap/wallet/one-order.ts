/** One order through a process that signs, from its start until the chain has said what became of it. */
import type { spawn } from 'node:child_process';
import { isObject, type Json } from '../../toolkit/json.ts';
import type { SwapOrder } from './amounts.ts';
import { launchWallet, type WalletOpening } from './launch.ts';

export type OneOrder = {
  readonly start: typeof spawn;
  readonly opening: WalletOpening;
  readonly order: SwapOrder;
  /** Resolves when the record is durable: nothing is sent before. */
  readonly keep: (record: unknown) => Promise<void>;
  /** Everything that is reported, in its order: `event` is `ready`, `order`, `link`. */
  readonly onReport: (report: Json) => void;
  /** Ends the process: what was sent stays with the chain and in the record. */
  readonly signal?: AbortSignal | undefined;
};

const ENDS: ReadonlySet<unknown> = new Set(['fill', 'canceled', 'rejected']);

/** @returns the report that ended it; undefined: the process ended before, for a reason that was reported as `ended`. @throws UserError on a public chain. */
export async function sendOrder({
  start,
  opening,
  order,
  keep,
  onReport,
  signal,
}: OneOrder): Promise<Json | undefined> {
  const ended = Promise.withResolvers<Json | undefined>();
  // What an earlier process left is ended first: its nonces come before those of this order.
  const left = openIn(opening.record);
  const place = (): void => void side.write(`${JSON.stringify({ do: 'place', ...order })}\n`);
  const side = launchWallet(start, opening, {
    said: (line) => {
      const report: unknown = JSON.parse(line.toString());
      if (!isObject(report)) return;
      const { event, id, kind, orderId } = report;
      if (event === 'keep') {
        void keep(report['record']).then(
          () => side.write(`${JSON.stringify({ do: 'kept', id })}\n`),
          () => side.kill(),
        );
        return;
      }
      onReport(report);
      if (event === 'ready' && left === undefined) place();
      if (event !== 'order' || !ENDS.has(kind)) return;
      if (orderId === order.orderId) ended.resolve(report);
      else if (orderId === left) place();
    },
    ended: (reason) => {
      onReport({ event: 'ended', reason });
      ended.resolve(undefined);
    },
  });
  signal?.addEventListener('abort', () => side.kill());
  try {
    return await ended.promise;
  } finally {
    side.kill();
  }
}

function openIn(record: unknown): unknown {
  const orders = isObject(record) && Array.isArray(record['orders']) ? (record['orders'] as unknown[]) : [];
  return orders.filter(isObject).find(({ end }) => end === undefined)?.['orderId'];
}

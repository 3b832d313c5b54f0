/** One order through a process that signs, from its start until the chain has said what became of it. */
import type { spawn } from 'node:child_process';
import { isObject, type Json } from '../../toolkit/json.ts';
import type { SwapOrder } from './amounts.ts';
import { launchWallet, type WalletOpening } from './launch.ts';

export type OneOrder = {
  readonly start: typeof spawn;
  readonly opening: WalletOpening;
  /** Left out: a halted key is to trade again. */
  readonly order?: SwapOrder | undefined;
  /** Resolves when the record is durable: nothing is sent before. */
  readonly keep: (record: unknown) => Promise<void>;
  /** Everything that is reported, in its order: `event` is `ready`, `order`, `link`, `ended`. */
  readonly onReport: (report: Json) => void;
  /** Ends the process: what was sent stays with the chain and in the record. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the wait for what an earlier process left open. */
  readonly leftPatience?: AbortSignal | undefined;
};

const ENDS: ReadonlySet<unknown> = new Set(['fill', 'canceled', 'rejected', 'unlike']);

/**
 * @returns the report that ended it, `unknown` where the process ended after it was kept; undefined: nothing of it was ever signed, for a reason that was
 * reported as `ended`. @throws UserError on a public chain.
 */
export async function sendOrder({
  start,
  opening,
  order,
  keep,
  onReport,
  signal,
  leftPatience,
}: OneOrder): Promise<Json | undefined> {
  const over = Promise.withResolvers<Json | undefined>();
  /** As it is durable. */
  let record = opening.record;
  // What an earlier process left is ended first: its nonces come before those of this order.
  const left = openIn(record);
  let [isAsked, isOver] = [false, false];
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    side.write(`${JSON.stringify(order === undefined ? { do: 'resume' } : { do: 'place', ...order })}\n`);
  };
  const end = (report: Json | undefined): void => {
    isOver = true;
    over.resolve(report);
  };
  const giveUp = (reason: string): void => {
    if (isOver) return;
    onReport({ event: 'ended', reason });
    const orderId = openIn(record)?.['orderId'];
    const isKept = order !== undefined && orderId === order.orderId;
    end(isKept ? { event: 'order', kind: 'unknown', orderId, reason } : undefined);
  };
  const side = launchWallet(
    start,
    { ...opening, ...(left === undefined ? {} : { cancelsOpen: true }) },
    {
      said: (line) => {
        const report: unknown = JSON.parse(line.toString());
        if (!isObject(report)) return;
        const { event, id, kind, orderId } = report;
        if (event === 'keep') {
          const next = report['record'];
          void keep(next).then(
            () => {
              record = next;
              side.write(`${JSON.stringify({ do: 'kept', id })}\n`);
            },
            (error: unknown) => giveUp(`the record could not be kept (${causeOf(error)})`),
          );
          return;
        }
        onReport(report);
        if (event === 'ready' && (left === undefined || report['isOfAnotherChain'] === true)) ask();
        if (event === 'resumed' || event === 'resume-refused') end(report);
        if (event !== 'order' || !ENDS.has(kind)) return;
        if (order !== undefined && orderId === order.orderId) end(report);
        else if (orderId === left?.['orderId']) ask();
      },
      ended: giveUp,
    },
  );
  signal?.addEventListener('abort', () => side.kill());
  leftPatience?.addEventListener('abort', () => {
    if (!isAsked && left !== undefined) giveUp(waitOf(left));
  });
  try {
    return await over.promise;
  } finally {
    side.kill();
  }
}

function openIn(record: unknown): Json | undefined {
  const orders = isObject(record) && Array.isArray(record['orders']) ? (record['orders'] as unknown[]) : [];
  return orders.filter(isObject).find(({ end }) => end === undefined);
}

/** What is waited for. */
function waitOf({ orderId, slots }: Json): string {
  const nonces = (Array.isArray(slots) ? (slots as unknown[]) : [])
    .filter(isObject)
    .map(({ nonce }) => nonce);
  return `order ${String(orderId)} of an earlier command is not over: the chain does not show its nonces ${nonces.join(', ')} as used`;
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

/**
 * Another engine has taken the lease on the database over, and trades the accounts by now: this one leaves them to it. What it has open
 * itself is canceled by id; orders of the other engine, and those of other programs, stay.
 */
import type { Actor } from '../../domain/event.ts';
import type { Order } from '../../domain/order.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import type { TradingSession } from '../trading-session.ts';

const ENGINE: Actor = { kind: 'engine', via: 'lease' };
/** While something of this engine is open it is canceled again this often, as long as a venue may be out of reach. */
const AGAIN_US = 2 * US_PER_SECOND;
const MAX_ROUNDS = 300;

/** @returns the orders whose cancels were sent; `stillOpen` counts those that no venue had ended when it was given up. */
export async function leaveAccounts(
  session: TradingSession,
  reason: string,
): Promise<{ readonly canceled: number; readonly stillOpen: number }> {
  const { clock, connections, kernel, runner } = session.parts;
  // Past the journal, which takes nothing more from this engine.
  const canceled = cancelOwn(session);
  runner.submit({ kind: 'journal-failed', reason, atUs: clock.nowUs() });
  await session.command({ type: 'disarm', reason }, ENGINE);
  // From here on this engine may end or hang: its watchdogs would cancel the other engine's orders, too.
  await Promise.allSettled(connections.map(async ({ account }) => account?.guard.stop()));
  for (let round = 0; round < MAX_ROUNDS && session.isConnected && kernel.orders.openCount > 0; round++) {
    await new Promise<void>((resolve) => clock.schedule(clock.nowUs() + AGAIN_US, resolve));
    if (session.isConnected) cancelOwn(session);
  }
  return { canceled, stillOpen: kernel.orders.openCount };
}

/** Cancels by its id what this engine has open, whoever has the account. @returns how many were sent. */
export function cancelOwn({ parts: { kernel, connections } }: TradingSession): number {
  const open: Order[] = [...kernel.orders.open()];
  for (const { venue, orderId } of open)
    connections.find(({ market }) => market.venue === venue)?.orders.cancel(orderId);
  return open.length;
}

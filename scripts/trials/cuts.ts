/** Trials in which every connection between the engine and the exchange is cut in the middle of orders. */
import { asked, eachSeed, quantiles, type Quantiles, type TrialPlan, type Outcome } from './numbers.ts';
import { type Rig, withRig } from './rig.ts';

export type CutResult = Outcome & {
  /** From the cut until the account had been compared and agreed. */
  readonly agreedMs: Quantiles;
};

/** What was under way is settled by the venue's own word; what the venue never saw stays unknown and is not sent again. */
export async function cut(plan: TrialPlan): Promise<CutResult> {
  const agreedMs: number[] = [];
  const outcome = await eachSeed(plan, (seed) => withRig(seed, (rig) => once(rig, agreedMs)));
  return { ...outcome, agreedMs: quantiles(agreedMs) };
}

async function once(rig: Rig, agreedMs: number[]): Promise<void> {
  await rig.arm();
  let cutUs = 0;
  await rig.midOrder(() => {
    rig.exchange.faults.dropConnections();
    cutUs = rig.clock.nowUs();
  });
  const { venues } = await asked(
    'an account that agrees after the cut',
    () => rig.client.call('getAccountStanding', {}),
    (standing) => standing.venues.every(({ agreedUs, refusal }) => (agreedUs ?? 0) > cutUs && refusal === ''),
  );
  await rig.disarm();
  agreedMs.push(((venues[0]?.agreedUs ?? cutUs) - cutUs) / 1_000);
  const placed = new Set(rig.placed().map(({ clOrdId }) => clOrdId));
  const { unknownOrders } = await rig.client.call('getAccountStanding', {});
  for (const { orderId } of unknownOrders) {
    if (placed.has(orderId)) rig.breach(`order ${orderId} is unknown, and the venue has it`);
  }
  await rig.demandLedger();
}

/** What an operator does by hand, checked before the kernel acts, and answered by what the kernel did. */
import type { Caller, OperationInput, OperationOutput } from '../../contract/operations.ts';
import { assetAmong } from '../../domain/asset-alias.ts';
import { UserError } from '../../domain/errors.ts';
import { assetName, strategyOf } from '../../domain/venue-asset.ts';
import type { HandResult } from '../../kernel/by-hand.ts';
import type { HandCommand } from '../../kernel/hand-command.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { connectionAt } from '../account/live-controls.ts';
import type { EngineControls } from '../controls.ts';

/** Cycles and routes that may be stopped at once. */
export const MAX_STOPS = 500;
const MAX_LISTED = 5;

/** @throws UserError with the gate that is shut, or when it has closed. */
export async function takeOpportunity(
  engine: EngineControls,
  { opportunityId, minNetBps = 0 }: OperationInput<'takeOpportunity'>,
  caller: Caller,
): Promise<OperationOutput<'takeOpportunity'>> {
  const command: HandCommand = { type: 'takeOpportunity', opportunityId, minNetBps };
  const { verdict, executionId } = await carriedOut(engine, command, 'taken', caller);
  if (executionId !== undefined) return { executionId };
  const refused = { field: 'opportunityId', value: opportunityId };
  if (verdict === undefined)
    throw new UserError({
      code: 'not-open',
      ...refused,
      message: 'is not open: its edge is gone',
      remedy: 'Take one that is open.',
    });
  throw new UserError({
    code: verdict.code,
    ...refused,
    message: `was not taken: ${verdict.detail === '' ? verdict.code : verdict.detail}`,
    remedy: 'Change what stands against it, or take another one.',
  });
}

/** @throws UserError for a venue that is not in the session, or a coin of which nothing is free there. */
export async function flatten(
  engine: EngineControls,
  { venue, coin: named }: OperationInput<'flatten'>,
  caller: Caller,
): Promise<OperationOutput<'flatten'>> {
  connectionAt(engine.requireSession(), venue);
  const { balances } = engine.requireSession().parts.kernel.portfolio;
  const held = new Set([...balances.assets()].map(assetName));
  const coin = named === undefined ? undefined : assetAmong(named, (code) => held.has(code));
  const { sold, left } = await carriedOut(engine, { type: 'flatten', venue, coin }, 'flattened', caller);
  if (sold.length === 0 && left.length === 0)
    throw new UserError({
      code: 'nothing-to-flatten',
      field: coin === undefined ? 'venue' : 'coin',
      value: coin ?? venue,
      message:
        coin === undefined ? 'holds no coin that is free' : `is not held at ${venue}, or none of it is free`,
      remedy: 'Positions lists what lies where, and how much of it is free.',
    });
  const text = <T extends { readonly amount: { toFixed(): string } }>(row: T) => ({
    ...row,
    amount: row.amount.toFixed(),
  });
  return { sold: sold.map(text), left: left.map(text) };
}

/** @throws UserError for a venue or a symbol that is not in the session. */
export async function cancelOrders(
  engine: EngineControls,
  { venue, symbol }: OperationInput<'cancelOrders'>,
  caller: Caller,
): Promise<OperationOutput<'cancelOrders'>> {
  const session = engine.requireSession();
  if (venue !== undefined) connectionAt(session, venue);
  const { orders, config } = session.parts.kernel;
  const known = [...config.instruments, ...orders.open()];
  if (symbol !== undefined && !known.some((one) => one.symbol === symbol))
    throw new UserError({
      code: 'unknown-symbol',
      field: 'symbol',
      value: symbol,
      message: 'is no symbol of this session',
      remedy: `Use one such as ${listed(config.instruments.map((one) => one.symbol))}.`,
    });
  const { count } = await carriedOut(engine, { type: 'cancelOrders', venue, symbol }, 'canceled', caller);
  return { cancelsSent: count };
}

/** @throws UserError for what is no cycle or route of the session, or is stopped already. */
export async function disableStrategy(
  engine: EngineControls,
  { strategy }: OperationInput<'disableStrategy'>,
  caller: Caller,
): Promise<void> {
  const name = demandRunning(engine.requireSession().parts.kernel, strategy);
  await engine.command({ type: 'disableStrategy', strategy: name }, caller);
}

/** Pauses all of trading, or one venue. @throws UserError for a venue that is not in the session, or is halted already. */
export async function pauseTrading(
  engine: EngineControls,
  { venue }: OperationInput<'pauseTrading'>,
  caller: Caller,
): Promise<void> {
  if (venue === undefined) return engine.command({ type: 'pause' }, caller);
  const session = engine.requireSession();
  connectionAt(session, venue);
  const halted = session.parts.kernel.halts.haltOf(venue);
  if (halted !== undefined)
    throw new UserError({
      code: 'already-halted',
      field: 'venue',
      value: venue,
      message: `is halted already: ${halted}`,
      remedy: 'Resume it before you pause it, or leave it halted.',
    });
  await engine.command({ type: 'pauseVenue', venue }, caller);
}

/** What the session calls the cycle or route that is to be stopped. */
function demandRunning({ risk, byHand, desk }: Kernel, strategy: string): string {
  const name = byHand.nameOf(strategy);
  const stopped = risk.repetitions.stopOf(name ?? strategy);
  const problem = (code: string, message: string, remedy: string) =>
    new UserError({ code, field: 'strategy', value: strategy, message, remedy });
  if (stopped !== undefined)
    throw problem('already-stopped', `is stopped already: ${stopped.reason}`, 'Enable it to trade it again.');
  if (name === undefined) {
    const names = desk.index.cycles.slice(0, MAX_LISTED).map(({ venue, path }) => strategyOf(venue, path));
    throw problem(
      'unknown-strategy',
      'is no cycle or route of this session',
      names.length === 0 ? 'None is traded.' : `Use a name such as "${names.join('", "')}".`,
    );
  }
  if (risk.repetitions.stops.length >= MAX_STOPS)
    throw problem(
      'too-many',
      `would be one more than the ${MAX_STOPS} that may be stopped`,
      'Enable some first.',
    );
  return name;
}

/** @throws UserError when the kernel did not come to it. */
async function carriedOut<T extends HandResult['type']>(
  engine: EngineControls,
  command: HandCommand,
  type: T,
  caller: Caller,
): Promise<Extract<HandResult, { readonly type: T }>> {
  const { byHand } = engine.requireSession().parts.kernel;
  await engine.command(command, caller);
  const result = byHand.resultOf(command);
  if (result?.type === type) return result as Extract<HandResult, { readonly type: T }>;
  throw new UserError({
    code: 'not-carried-out',
    message: 'the session ended before it could be done',
    remedy: 'Try again once a session runs.',
  });
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].slice(0, MAX_LISTED).join(', ');
}

/** The way of a strategy to an account: a person's step, by gates from its own record; back it goes without any. */
import type { Caller, ParsedInput } from '../../contract/operations.ts';
import type { StrategyGates, StrategyRow } from '../../contract/strategy-records.ts';
import { decimal } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { isOverridden } from '../../domain/gate-override.ts';
import { hasOrderCost } from '../../domain/instrument.ts';
import type { StrategyGate, StrategyPromotion } from '../../domain/strategy-schemas.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { accountRefusal } from '../../kernel/strategy-trader.ts';
import type { PaperRecord } from '../../storage/queries/strategies.ts';
import { lossBudgetOf, stakeOf } from '../../strategies/session/at-account.ts';
import type { RunningStrategy } from '../../strategies/session/running-strategy.ts';
import { simulatedProfiles } from '../account/live-controls.ts';
import type { EngineControls } from '../controls.ts';
import { demandStrategy, setTo } from './strategy-controls.ts';
import { type GateRecord, strategyGatesOf } from './strategy-gates.ts';

type To = StrategyGates['to'];
type Refusal = { readonly code: string; readonly message: string; readonly remedy: string };

export async function getStrategyGates(
  engine: EngineControls,
  { strategy, to }: ParsedInput<'getStrategyGates'>,
  caller: Caller,
): Promise<StrategyGates> {
  const { kernel } = engine.requireSession().parts;
  const running = demandStrategy(kernel, strategy);
  const refused = refusalOf(kernel, running, to);
  const gates = await gatesOf(engine, running, to, caller);
  const usual = { ...running.setup, lossBudget: undefined };
  return {
    strategy,
    to,
    refusal: refused === undefined ? '' : `${refused.message}. ${refused.remedy}`,
    gates,
    passes: gates.every(({ passes }) => passes),
    stake: stakeOf(usual, to).toFixed(),
    lossBudget: lossBudgetOf(usual, to).toFixed(),
  };
}

/** @throws UserError that says what refuses it, or which gates it does not pass, with value and bound. */
export async function promoteStrategy(
  engine: EngineControls,
  input: ParsedInput<'promoteStrategy'>,
  caller: Caller,
): Promise<StrategyRow> {
  const { strategy, to, confirm, lossBudget } = input;
  const session = engine.requireSession();
  const { kernel } = session.parts;
  const running = demandStrategy(kernel, strategy);
  const before = running.setup;
  demandOpen(kernel, running, to);
  if (confirm !== strategy)
    throw new UserError({
      code: 'not-confirmed',
      field: 'confirm',
      value: confirm,
      message: `is not the strategy, ${strategy}`,
      remedy: 'Write the strategy once more, as it is listed.',
    });
  demandBudget(running, to, lossBudget);
  const promotion = promotionBy(input, await gatesOf(engine, running, to, caller));
  // The record was read over an await.
  if (engine.session !== session || demandStrategy(kernel, strategy) !== running || running.setup !== before)
    throw new UserError({
      code: 'session-changed',
      field: 'strategy',
      value: strategy,
      message: 'was set, or its session began anew, while its record was read',
      remedy: 'Look at its gates again.',
    });
  demandOpen(kernel, running, to);
  engine.hold.demandOff('promotion');
  return setTo(session, { ...before, mode: to, lossBudget }, caller, engine, promotion);
}

/** @throws UserError for gates that do not pass and are not passed over. */
function promotionBy(
  { strategy, to, why, override }: ParsedInput<'promoteStrategy'>,
  gates: readonly StrategyGate[],
): StrategyPromotion {
  const isOverride = isOverridden(gates, {
    field: 'strategy',
    value: strategy,
    what: 'strategy',
    instead: 'Let it run on.',
    to,
    override,
    why,
  });
  return { why, isOverride, gates };
}

async function gatesOf(
  engine: EngineControls,
  running: RunningStrategy,
  to: To,
  caller: Caller,
): Promise<StrategyGate[]> {
  const { setup, host, stop, markets } = running;
  return strategyGatesOf({
    to,
    record:
      to === 'full' ? ownRecord(running, engine.clock.nowUs()) : await recordOnPaper(engine, running, caller),
    quote: markets[0] === undefined ? '' : assetName(markets[0].instrument.quote),
    mustRest: host?.strategy?.watch?.mustRest,
    fallen: setup.mode === 'off' ? undefined : stop.fallen,
  });
}

async function recordOnPaper(
  engine: EngineControls,
  { setup }: RunningStrategy,
  caller: Caller,
): Promise<PaperRecord | undefined> {
  const { profile, plan } = engine.requireSession().parts;
  const profiles = await simulatedProfiles(engine, profile, plan);
  const answer = await engine.read('paperRecord', { profiles, setup }, caller);
  return (JSON.parse(answer.takeText()) as PaperRecord | null) ?? undefined;
}

/** At the account, since it was promoted there. */
function ownRecord(
  { figures, sinceUs, stopped, isAtAccount }: RunningStrategy,
  nowUs: number,
): GateRecord | undefined {
  if (!isAtAccount) return undefined;
  return { fills: figures.fills, realized: figures.realized.toFixed(), sinceUs, untilUs: nowUs, stopped };
}

function demandOpen(kernel: Kernel, running: RunningStrategy, to: To): void {
  const refused = refusalOf(kernel, running, to);
  if (refused !== undefined) throw new UserError({ ...refused, field: 'to', value: to });
}

/** Why it is not to be had, whatever its record. */
function refusalOf({ config, armings }: Kernel, running: RunningStrategy, to: To): Refusal | undefined {
  const { setup, markets, stopped, host, keepsAccount } = running;
  const closed = accountRefusal(config);
  if (closed !== undefined)
    return {
      code: closed.code,
      message: `is not to be had: ${closed.detail}`,
      remedy: 'Rehearse it with the account of a local exchange, or let it run in shadow or on paper.',
    };
  if (keepsAccount)
    return {
      code: 'no-portfolio-at-accounts',
      message:
        'is not to be had for a portfolio: its targets change while it holds something, and its budget would count anew',
      remedy: 'Let it run in shadow or on paper.',
    };
  if (host === undefined || stopped !== null)
    return {
      code: 'strategy-failed',
      message: `is not to be had: the strategy was stopped (${stopped?.detail ?? 'it has no code'})`,
      remedy: 'Switch it off, and set it again.',
    };
  const pool = markets.find(({ instrument }) => hasOrderCost(instrument));
  if (pool !== undefined)
    return {
      code: 'order-costs-gas',
      message: `is not to be had at ${pool.instrument.venue}: each order there costs gas, which no strategy reckons with`,
      remedy: 'Name markets whose orders cost no gas.',
    };
  if (setup.mode === to || (to === 'canary' && setup.mode === 'full'))
    return {
      code: 'strategy-in-use',
      message: `is not above the mode that it has, ${setup.mode}`,
      remedy: 'Switch its mode to lower its risk.',
    };
  if (to === 'full' && setup.mode !== 'canary')
    return {
      code: 'canary-first',
      message: `follows a canary, and the strategy is in mode ${setup.mode}`,
      remedy: 'Promote it to canary first.',
    };
  for (const venue of new Set(markets.map(({ instrument }) => instrument.venue))) {
    const { state, refusal } = armings.of(venue);
    if (refusal !== '')
      return {
        code: 'not-armed',
        message: `needs an account that is armed: ${venue}: ${refusal}`,
        remedy: 'Arm it first.',
      };
    if (to === 'full' && state !== 'armed')
      return {
        code: 'not-armed',
        message: `needs an account that is armed in full, and ${venue} has its canary out`,
        remedy: 'Arm it in full first.',
      };
  }
  return undefined;
}

/** @throws UserError for a budget that is no loss, or more than one stake. */
function demandBudget({ setup }: RunningStrategy, to: To, lossBudget: string | undefined): void {
  if (lossBudget === undefined) return;
  const most = stakeOf(setup, to);
  const budget = decimal(lossBudget);
  if (budget.gt(0) && !budget.gt(most)) return;
  throw new UserError({
    code: 'bad-budget',
    field: 'lossBudget',
    value: lossBudget,
    message: `is not above 0 and at most ${most.toFixed()}, its stake there`,
    remedy: `Write a loss in the quote currency, or leave it out: ${lossBudgetOf({ ...setup, lossBudget: undefined }, to).toFixed()}.`,
  });
}

/** What an operator may do with the strategies of a session, checked before the kernel acts. */
import type { Caller, OperationOutput, ParsedInput } from '../../contract/operations.ts';
import type { StrategyRow } from '../../contract/strategy-records.ts';
import { pairOfToday } from '../../domain/asset-alias.ts';
import { UserError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { StrategyMode, StrategyPromotion, StrategySetup } from '../../domain/strategy-schemas.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { accountRefusal } from '../../kernel/strategy-trader.ts';
import { loweredTo } from '../../strategies/session/at-account.ts';
import { demandMarketCount, madeSetup } from '../../strategies/session/made-setup.ts';
import type { RunningStrategy } from '../../strategies/session/running-strategy.ts';
import type { EngineControls } from '../controls.ts';
import type { TradingSession } from '../trading-session.ts';
import { HOUSE_CODE } from './strategy-library.ts';
import { knownStrategy, strategiesView, strategyRow } from './strategy-view.ts';

const MAX_LISTED = 12;

export async function listStrategies(engine: EngineControls): Promise<OperationOutput<'listStrategies'>> {
  const { kernel, library } = engine.requireSession().parts;
  const known = await library.list();
  return { known: known.map(knownStrategy), ...strategiesView(kernel) };
}

export async function loadStrategy(
  engine: EngineControls,
  { name }: ParsedInput<'loadStrategy'>,
): Promise<OperationOutput<'loadStrategy'>> {
  return knownStrategy(await engine.requireSession().parts.library.load(name));
}

export async function setStrategy(
  engine: EngineControls,
  input: ParsedInput<'setStrategy'>,
  caller: Caller,
): Promise<StrategyRow> {
  const before = engine.requireSession().parts;
  offered(before.kernel, input.mode);
  const loaded = await before.library.load(input.name);
  // A model may take a minute to load: what follows is held to the session of now.
  const session = engine.requireSession();
  const { kernel } = session.parts;
  const mode = offered(kernel, input.mode);
  demandMarketCount(loaded.module.manifest, input.markets);
  const markets = input.markets
    .map((text) => marketOf(kernel, text))
    .map(({ venue, symbol, quote }) => ({ venue, symbol, quote: assetName(quote) }));
  const setup = madeSetup(loaded, { ...input, mode, markets });
  return setTo(session, setup, caller, engine);
}

export async function setStrategyMode(
  engine: EngineControls,
  input: ParsedInput<'setStrategyMode'>,
  caller: Caller,
): Promise<StrategyRow> {
  const before = engine.requireSession().parts;
  const { setup: stood, stopped } = demandStrategy(before.kernel, input.strategy);
  // The thread of one of the trader's own may have ended with it.
  if (input.mode !== 'off' && stopped !== null && stood.code !== HOUSE_CODE)
    await before.library.load(stood.name);
  const session = engine.requireSession();
  const { kernel } = session.parts;
  const { setup } = demandStrategy(kernel, input.strategy);
  const isLower = setup.mode === 'full' && input.mode === 'canary';
  const set = isLower ? loweredTo(setup, input.mode) : { ...setup, mode: offered(kernel, input.mode) };
  return setTo(session, set, caller, engine);
}

export async function removeStrategy(
  engine: EngineControls,
  { strategy }: ParsedInput<'removeStrategy'>,
  caller: Caller,
): Promise<OperationOutput<'removeStrategy'>> {
  const { kernel } = engine.requireSession().parts;
  const { strategies } = kernel;
  const isKept = strategies.get(strategy) === undefined && strategies.absentOf(strategy) !== undefined;
  const running = isKept ? undefined : demandStrategy(kernel, strategy);
  if (running !== undefined && (running.setup.mode !== 'off' || !running.isFlat)) {
    throw new UserError({
      code: 'strategy-in-use',
      field: 'strategy',
      value: strategy,
      message: running.setup.mode === 'off' ? 'still holds a position' : `is in mode ${running.setup.mode}`,
      remedy: running.setup.mode === 'off' ? 'Wait until it is sold.' : 'Switch it off first.',
    });
  }
  await engine.command({ type: 'removeStrategy', strategy }, caller);
  return strategiesView(kernel);
}

/** @param promotion why it may trade an account. */
export async function setTo(
  { parts: { kernel } }: TradingSession,
  setup: StrategySetup,
  caller: Caller,
  engine: EngineControls,
  promotion?: StrategyPromotion,
): Promise<StrategyRow> {
  const obstacle = kernel.strategies.obstacle(setup);
  if (obstacle !== undefined) {
    throw new UserError({
      code: 'strategy-in-use',
      field: 'strategy',
      value: setup.strategy,
      message: `cannot be set so now: ${obstacle.message}`,
      remedy: obstacle.remedy,
    });
  }
  await engine.command({ type: 'setStrategy', setup, promotion }, caller);
  return strategyRow(kernel, demandStrategy(kernel, setup.strategy));
}

/** @throws UserError for a mode that is not to be had in this session. */
function offered({ config }: Kernel, mode: ParsedInput<'setStrategy'>['mode']): StrategyMode {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'mode-not-offered', field: 'mode', value: mode, message, remedy });
  if (mode === 'canary' || mode === 'full') {
    const closed = accountRefusal(config);
    throw closed === undefined
      ? refuse(
          'is not set like other modes: a strategy is promoted to an account by the gates of its record',
          'Set it in shadow, see "strategies gates", then use "strategies promote".',
        )
      : refuse(`is not to be had: ${closed.detail}`, 'Use shadow, or paper in a plan of simulated orders.');
  }
  if (mode === 'paper' && config.mode !== 'paper')
    throw refuse('needs simulated orders, and this session trades an account', 'Use shadow.');
  return mode;
}

/** @throws UserError that names the markets which there are. */
function marketOf({ store }: Kernel, text: string): Instrument {
  const [pair = '', venue] = text.split('@');
  const wanted = pairOfToday(pair.toUpperCase());
  const found = store.instruments.filter(
    (one) => one.symbol === wanted && (venue === undefined || one.venue === venue),
  );
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const names = (found.length === 0 ? store.instruments : found).map((one) => `${one.symbol}@${one.venue}`);
  const rest = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '';
  throw new UserError({
    code: 'unknown-market',
    field: 'markets',
    value: text,
    message: only === undefined ? 'is no market of this session' : 'lies at several venues of this session',
    remedy: `Choose one of ${names.slice(0, MAX_LISTED).join(', ')}${rest}.`,
  });
}

export function demandStrategy({ strategies }: Kernel, strategy: string): RunningStrategy {
  const running = strategies.get(strategy);
  if (running !== undefined) return running;
  const names = [...strategies.all()].map(({ setup }) => setup.strategy);
  throw new UserError({
    code: 'unknown-strategy',
    field: 'strategy',
    value: strategy,
    message: 'is no strategy of this session',
    remedy: names.length === 0 ? 'None is set.' : `Set are ${names.slice(0, MAX_LISTED).join(', ')}.`,
  });
}

/** `USD` of `BTC/USD`, at whatever venue; not every one writes it apart. */

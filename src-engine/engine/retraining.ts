/** The weekly training of models beside a session: when long work must wait, and how a new challenger runs in shadow. Nothing here sets another mode than shadow. */
import type { Caller } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import { registeredTraining } from '../lab/retrain/registered-spec.ts';
import { Retraining } from '../lab/retrain/retraining.ts';
import type { Shadow, ShadowAsked } from '../lab/retrain/retraining-parts.ts';
import { type StoredRetraining, storedRetrainings } from '../lab/retrain/stored.ts';
import { labFolders } from '../lab/lab-task.ts';
import { readSetting, setSetting } from '../storage/settings.ts';
import type { Database } from '../storage/database-types.ts';
import type { Clock } from '../lib/clock.ts';
import type { GatewayHost } from '../gateway/host.ts';
import type { TradingSession } from './trading-session.ts';

const SETTING = 'retraining';
const SHORT = 12;
/** Of the last minute’s checks one in a hundred may come so late while an account is armed; beyond it long work waits. */
const LATE_MS = 50;
const NS_PER_MS = 1_000_000;
const ENGINE: Caller = { role: 'operator', via: 'retrain' };

export type RetrainingEngine = GatewayHost & { readonly session: TradingSession | undefined };

/** What shadows are set and taken away by. */
export type ShadowEngine = {
  readonly handlers: Pick<RetrainingEngine['handlers'], 'setStrategy' | 'setStrategyMode' | 'removeStrategy'>;
  readonly session:
    | { readonly parts: { readonly kernel: Pick<TradingSession['parts']['kernel'], 'strategies'> } }
    | undefined;
};

export async function openRetraining(
  {
    database,
    clock,
    dataDir,
    note,
  }: {
    readonly database: Database;
    readonly clock: Clock;
    readonly dataDir: string;
    readonly note: (text: string) => void;
  },
  engine: () => RetrainingEngine,
): Promise<Retraining> {
  return new Retraining({
    clock,
    stored: await readStored(database, note),
    save: (all) => setSetting(database, SETTING, all),
    handlers: () => engine().handlers,
    trainingOf: (name, file) => registeredTraining(labFolders(dataDir), name, file),
    busy: () => busyWords(engine()),
    shadow: (asked) => runInShadow(engine(), asked),
    retire: (strategies) => retire(engine(), strategies),
    audit: (entry) => engine().audit(entry),
    note,
  });
}

/** Trading that is armed, with a loop that is late already. */
function busyWords({ session }: RetrainingEngine): string {
  if (session?.parts.kernel.armings.isNeeded !== true || !session.parts.kernel.armings.isAny) return '';
  const lateMs = session.parts.pace.recentLateness().quantile(0.99) / NS_PER_MS;
  return lateMs > LATE_MS
    ? `an account is armed, and the engine is late (${Math.round(lateMs)} ms, ${LATE_MS} at most)`
    : '';
}

/** What cannot be read, of a newer version or damaged, keeps no engine from trading. */
async function readStored(
  database: Database,
  note: (text: string) => void,
): Promise<readonly StoredRetraining[]> {
  try {
    return (await readSetting(database, SETTING, storedRetrainings)) ?? [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    note(`no model is trained by a schedule, as those stored cannot be read: ${error.message}`);
    return [];
  }
}

/** @throws UserError where the session has no such market, or no place for it. */
export async function runInShadow(
  { handlers, session }: ShadowEngine,
  { name, sha256, market, own, isClaimed, claim }: ShadowAsked,
): Promise<Shadow> {
  if (session === undefined)
    throw new UserError({
      code: 'no-session',
      field: 'market',
      value: market,
      message: 'has no session now',
      remedy: 'Set it in shadow by hand: "strategies set".',
    });
  const { strategies } = session.parts.kernel;
  const pinned = `model:${name}@${sha256.slice(0, SHORT)}`;
  const known = [...strategies.all()].find(({ setup }) => setup.name === pinned && setup.mode !== 'off');
  if (known !== undefined) {
    const { strategy } = known.setup;
    return { strategy, isOwn: isClaimed || own.includes(strategy) };
  }
  await claim();
  const { strategy } = await handlers.setStrategy(
    { name: pinned, markets: [market], mode: 'shadow', stake: '100', maxSlippageBps: 20, parameters: {} },
    ENGINE,
  );
  return { strategy, isOwn: true };
}

/** In shadow alone: what was put on paper is a person's. Its position is sold at the next ticks, and it goes once it holds nothing. */
export async function retire(
  { handlers, session }: ShadowEngine,
  strategies: readonly string[],
): Promise<readonly string[]> {
  if (session === undefined) return strategies;
  const { strategies: desk } = session.parts.kernel;
  const left: string[] = [];
  for (const strategy of strategies) {
    const running = desk.get(strategy);
    // One whose market is no part of this session is kept by it, and may be taken away all the same.
    if (running === undefined && desk.absentOf(strategy) === undefined) continue;
    if (running !== undefined && running.way !== 'shadow') continue;
    if (running?.setup.mode === 'shadow') await handlers.setStrategyMode({ strategy, mode: 'off' }, ENGINE);
    if (running === undefined || running.isFlat) await handlers.removeStrategy({ strategy }, ENGINE);
    else left.push(strategy);
  }
  return left;
}

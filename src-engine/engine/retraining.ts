/** The weekly training of models beside a session: when long work must wait, and how a new challenger runs in shadow. Nothing here sets another mode than shadow. */
import type { Caller } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { registeredTraining } from '../lab/retrain/registered-spec.ts';
import { Retraining } from '../lab/retrain/retraining.ts';
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
/** Longest that a position in shadow is waited for, which is sold at the next tick. */
const FLAT_US = 5 * US_PER_SECOND;
const FLAT_STEP_US = US_PER_SECOND / 5;
const ENGINE: Caller = { role: 'operator', via: 'retrain' };

export type RetrainingEngine = GatewayHost & { readonly session: TradingSession | undefined };

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
async function runInShadow(
  { handlers, session, clock }: RetrainingEngine,
  {
    name,
    sha256,
    market,
    before,
  }: { readonly name: string; readonly sha256: string; readonly market: string; readonly before: string },
): Promise<string> {
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
  const id =
    known?.setup.strategy ??
    (
      await handlers.setStrategy(
        { name: pinned, markets: [market], mode: 'shadow', stake: '100', maxSlippageBps: 20, parameters: {} },
        ENGINE,
      )
    ).strategy;
  // The one before gives its place up: in shadow alone, and only what a schedule set.
  const old = before === '' || before === id ? undefined : strategies.get(before);
  if (old !== undefined && old.way === 'shadow') {
    if (old.setup.mode === 'shadow')
      await handlers.setStrategyMode({ strategy: before, mode: 'off' }, ENGINE);
    const latestUs = clock.nowUs() + FLAT_US;
    while (!old.isFlat && clock.nowUs() < latestUs)
      await new Promise<void>((resolve) => clock.schedule(clock.nowUs() + FLAT_STEP_US, resolve));
    if (old.isFlat) await handlers.removeStrategy({ strategy: before }, ENGINE);
  }
  // What a person set is theirs: the next training does not end it.
  return known === undefined || id === before ? id : `it runs already, as ${id}`;
}

/** What each operation of the contract does. */
import { UserError } from '../domain/errors.ts';
import { assetOfToday } from '../domain/asset-alias.ts';
import type { OperationHandlers, OperationOutput } from '../contract/operations.ts';
import { checkDetection } from '../domain/limit-rules.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS, LIMIT_PRESETS } from '../domain/limits.ts';
import { listEquity } from '../storage/queries/account.ts';
import {
  listAudit,
  listExecutions,
  listFills,
  listOpportunities,
  listOrders,
} from '../storage/queries/history.ts';
import { pnlReport } from '../storage/queries/pnl.ts';
import { listLimitChanges } from '../storage/queries/risk.ts';
import { setSetting } from '../storage/settings.ts';
import { armFully, armingStatus, armLive, disarm, ghostStatus } from './live-controls.ts';
import { accountStanding, adoptBalances, reconcileNow, settleOrder } from './account-controls.ts';
import type { EngineControls } from './controls.ts';
import { demandStopped, demandTripped, setLimits } from './risk-controls.ts';
import { specOf } from '../domain/instrument.ts';

/** Rows of each list that a window starts with, and points of its equity curve. */
const SNAPSHOT_ROWS = 200;
const SNAPSHOT_POINTS = 1_000;

/** What profits are counted in until a profile is chosen. */
const DEFAULT_HOME_ASSET = 'USD';

export const DETECTION_SETTING = 'detection';
export const EXECUTION_SETTING = 'execution';

export function engineHandlers(engine: EngineControls): OperationHandlers {
  const { database } = engine;
  const profile = (): string => engine.profile ?? 'none';
  const standing = () => accountStanding(engine.requireSession().parts, engine.clock.nowUs());
  return {
    ...engine.lab.handlers,
    ...engine.alerts.handlers,
    getKeys: async () => ({ keys: await engine.keys() }),
    listLogs: (query) => engine.listLogs(query),
    getStatus: () => engine.status(),
    getArming: () => armingStatus(engine),
    armLive: ({ venue }, caller) => armLive(engine, venue, caller),
    armFully: ({ venue }, caller) => armFully(engine, venue, caller),
    disarm: ({ reason }, caller) => disarm(engine, reason, caller),
    getGhost: () => ghostStatus(engine),
    getSnapshot: () => snapshot(engine),
    listBars: ({ instrumentId, span, limit }) => ({
      bars: engine.requireSession().watch.bars(instrumentId, span, limit),
    }),
    getPnlReport: (input) =>
      pnlReport(
        database,
        profile(),
        engine.session?.parts.kernel.config.homeAsset ?? DEFAULT_HOME_ASSET,
        input,
      ),
    listOrders: async (input) => ({ orders: await listOrders(database, profile(), input) }),
    listFills: async (input) => ({ fills: await listFills(database, profile(), input) }),
    listExecutions: async (input) => ({ executions: await listExecutions(database, profile(), input) }),
    listOpportunities: async (input) => ({
      opportunities: await listOpportunities(database, profile(), input),
    }),
    listEquity: async (input) => ({ samples: await listEquity(database, profile(), input) }),
    listAudit: async (input) => ({ entries: await listAudit(database, profile(), input) }),
    async chooseProfile({ profile: name, capital }) {
      await engine.chooseProfile({ profile: name, capital: capital && byAssetOfToday(capital) });
      return engine.status();
    },
    async kill({ reason }, caller) {
      return { killed: true, cancelsSent: await engine.kill(reason, caller) };
    },
    async rearm(_input, caller) {
      await engine.rearm(caller);
      return { killed: false };
    },
    async pauseTrading(_input, caller) {
      await engine.command({ type: 'pause' }, caller);
      return { paused: true };
    },
    async resumeTrading(_input, caller) {
      await engine.command({ type: 'resume' }, caller);
      return { paused: false };
    },
    async updateLimits(input, caller) {
      return setLimits(engine, withoutGaps(input), caller);
    },
    applyLimitPreset: ({ preset }, caller) => setLimits(engine, LIMIT_PRESETS[preset], caller),
    listLimitChanges: async (input) => ({ changes: await listLimitChanges(database, profile(), input) }),
    getTotals: () => engine.totals(),
    getRisk: () => engine.account.risk(engine.requireSession().parts.kernel, engine.clock.nowUs()),
    async resetBreaker({ breaker, venue }, caller) {
      const { kernel } = engine.requireSession().parts;
      demandTripped(kernel, breaker, venue);
      await engine.command({ type: 'resetBreaker', breaker, venue }, caller);
      return engine.account.risk(kernel, engine.clock.nowUs());
    },
    async enableStrategy({ strategy }, caller) {
      const { kernel } = engine.requireSession().parts;
      demandStopped(kernel, strategy);
      await engine.command({ type: 'enableStrategy', strategy }, caller);
      return engine.account.risk(kernel, engine.clock.nowUs());
    },
    async updateDetection(input, caller) {
      checkDetection({ ...engine.requireSession().parts.kernel.detection, ...withoutGaps(input) });
      await engine.command({ type: 'setDetection', detection: withoutGaps(input) }, caller);
      const { detection } = engine.requireSession().parts.kernel;
      await setSetting(database, DETECTION_SETTING, detection);
      return detection;
    },
    getExecutionSettings: () => engine.requireSession().parts.kernel.execution,
    async updateExecution(input, caller) {
      await engine.command({ type: 'setExecution', execution: withoutGaps(input) }, caller);
      const { execution } = engine.requireSession().parts.kernel;
      await setSetting(database, EXECUTION_SETTING, execution);
      return execution;
    },
    getAccountStanding: () => standing(),
    async reconcile(_input, caller) {
      await reconcileNow(engine, caller);
      return standing();
    },
    async settleOrder({ orderId }, caller) {
      await settleOrder(engine, orderId, caller);
      return standing();
    },
    async adoptBalances({ venue }, caller) {
      await adoptBalances(engine, venue, caller);
      return standing();
    },
    async startRecording() {
      return { file: await engine.requireSession().startRecording() };
    },
    async stopRecording() {
      const { files, events, dropped } = await engine.requireSession().stopRecording();
      return { file: files.at(-1) ?? '', events, dropped };
    },
  };
}

/** All that a window starts from. The fact number is taken first: facts that come in meanwhile are told again. */
async function snapshot(engine: EngineControls): Promise<OperationOutput<'getSnapshot'>> {
  const { database, session } = engine;
  // What the engine's state tells of is then in the database as well.
  await session?.parts.runner.settled();
  const factSeq = engine.facts.seq;
  const profile = engine.profile ?? 'none';
  const page = { limit: SNAPSHOT_ROWS };
  const [recentOpportunities, recentOrders, recentFills, recentExecutions, equityCurve] = await Promise.all([
    listOpportunities(database, profile, page),
    listOrders(database, profile, page),
    listFills(database, profile, page),
    listExecutions(database, profile, page),
    listEquity(database, profile, { fromUs: 0, maxPoints: SNAPSHOT_POINTS }),
  ]);
  const kernel = session?.parts.kernel;
  return {
    factSeq,
    status: engine.status(),
    homeAsset: kernel?.config.homeAsset ?? DEFAULT_HOME_ASSET,
    instruments: (kernel?.config.instruments ?? []).map((instrument) => ({
      id: instrument.id,
      venue: instrument.venue,
      ...specOf(instrument),
      feeBasis: instrument.feeBasis,
      stoppedFor: instrument.stoppedFor,
    })),
    balances: kernel === undefined ? [] : engine.account.portfolio(kernel, engine.clock.nowUs()).balances,
    equity: kernel === undefined ? null : engine.account.portfolio(kernel, engine.clock.nowUs()).equity,
    openOpportunities: kernel?.desk.tracker.open() ?? [],
    recentOpportunities: recentOpportunities,
    recentOrders,
    recentFills,
    recentExecutions: recentExecutions,
    recentNews: engine.facts.news,
    recentDenials: engine.facts.denials,
    equityCurve,
    limits: kernel?.limits ?? DEFAULT_LIMITS,
    detection: kernel?.detection ?? DEFAULT_DETECTION,
  };
}

/** Kraken's markets name their assets by the codes of today: XBT held would be worth nothing beside BTC. */
function byAssetOfToday(capital: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(capital).map(([code, amount]): [string, string] => [
    assetOfToday(code),
    amount,
  ]);
  const twice = named.find(([asset], k) => named.findIndex(([other]) => other === asset) !== k);
  if (twice === undefined) return Object.fromEntries(named);
  throw new UserError({
    code: 'named-twice',
    field: 'capital',
    value: twice[0],
    message: 'is given twice, under its old code and that of today',
    remedy: 'Give it once.',
  });
}

/** What was left out of a partial input must not overwrite what is set. */
function withoutGaps<T extends object>(input: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** What each operation of the contract does. */
import { UserError } from '../domain/errors.ts';
import type { CrossVenueView } from '../contract/cross-venue-records.ts';
import { assetOfToday } from '../domain/asset-alias.ts';
import type { Caller, OperationHandlers } from '../contract/operations.ts';
import { checkDetection, checkExecution } from '../domain/limit-rules.ts';
import { LIMIT_PRESETS } from '../domain/limits.ts';
import { getSetting, setSetting } from '../storage/settings.ts';
import { armingStatus, connectionAt, disarm, ghostStatus } from './account/live-controls.ts';
import {
  accountStanding,
  adoptBalances,
  reconcileNow,
  settleOrder,
  trustCoin,
} from './account/account-controls.ts';
import {
  cancelTransfer,
  declareTransfer,
  removeTransferTerms,
  setInventoryTarget,
  setTransferTerms,
} from './account/inventory-controls.ts';
import { inventoryView } from './account/inventory-view.ts';
import type { EngineControls } from './controls.ts';
import { getScorerGate, trainScorer } from './strategies/scorer-controls.ts';
import { getModelVersion, listModels, promoteModel, rollBackModel } from './strategies/model-controls.ts';
import { getPortfolio, setPortfolio } from './strategies/portfolio-controls.ts';
import {
  listStrategies,
  loadStrategy,
  removeStrategy,
  setStrategy,
  setStrategyMode,
} from './strategies/strategy-controls.ts';
import { getStrategyGates, promoteStrategy } from './strategies/strategy-promotion.ts';
import { keepDurability, readDurability } from './durability.ts';
import { keepFeeVolume, readFeeSettings } from './market/fee-settings.ts';
import { ShownRegimes } from './market/shown-regimes.ts';
import { acknowledgeHistory, demandWholeHistory } from './history/history-controls.ts';
import type { NoteDesk } from './history/notes.ts';
import {
  cancelOrders,
  disableStrategy,
  flatten,
  pauseTrading,
  takeOpportunity,
} from './risk/hand-controls.ts';
import {
  demandClock,
  demandQuotable,
  demandStopped,
  demandTripped,
  setLimits,
} from './risk/risk-controls.ts';
import { fundingHandlers } from './perpetuals/funding-controls.ts';
import { bytesOf, TEXT_OPERATIONS, type TextOperation } from './texts.ts';

export const DETECTION_SETTING = 'detection';
export const EXECUTION_SETTING = 'execution';

export function engineHandlers(engine: EngineControls, notes: NoteDesk): OperationHandlers {
  const { database } = engine;
  /** A session's go with it. */
  const shownRegimes = new WeakMap<object, ShownRegimes>();
  const standing = () => accountStanding(engine.requireSession().parts, engine.clock.nowUs());
  return {
    ...engine.lab.handlers,
    ...engine.alerts.handlers,
    ...engine.outsiders.handlers,
    ...engine.goLive.handlers,
    ...fundingHandlers(engine),
    ...textHandlers(engine),
    listVenues: () => {
      const { feeds, unreachedVenues } = engine.status();
      const planned = [...feeds, ...unreachedVenues].map(({ adapter }) => adapter);
      return { venues: [...engine.knownVenues(planned)] };
    },
    listPlans: async () => ({ plans: await engine.plans.list() }),
    addPlan: (plan) => engine.plans.add(plan),
    copyPlan: ({ profile, name }) => engine.plans.copy(profile, name),
    changePlan: ({ profile, name, venues }) => engine.plans.change(profile, { name, venues }, engine.profile),
    removePlan: async ({ profile }) => ({ plans: await engine.plans.remove(profile, engine.profile) }),
    getKeys: async () => ({ keys: await engine.keys() }),
    listLogs: (query) => engine.listLogs(query),
    getStatus: () => engine.status(),
    getArming: (_input, caller) => armingStatus(engine, caller),
    armLive: (named, caller) => engine.goLive.armByHand('canary', named, caller),
    armFully: (named, caller) => engine.goLive.armByHand('full', named, caller),
    disarm: (input, caller) => disarm(engine, input, caller),
    getGhost: () => ghostStatus(engine),
    listBars: ({ instrumentId, span, limit }) => ({
      bars: engine.requireSession().watch.bars(instrumentId, span, limit),
    }),
    async listRegimes(asked) {
      const { watch } = engine.requireSession();
      const regimes = shownRegimes.get(watch) ?? new ShownRegimes(watch);
      shownRegimes.set(watch, regimes);
      return { spans: [...(await regimes.of(asked))] };
    },
    async chooseProfile({ profile: name, capital, venues }) {
      await engine.chooseProfile({ profile: name, capital: capital && byAssetOfToday(capital), venues });
      return engine.status();
    },
    async kill({ reason }, caller) {
      return { killed: true, ...(await engine.kill(reason, caller)) };
    },
    async rearm(_input, caller) {
      await engine.rearm(caller);
      return { killed: false };
    },
    async pauseTrading(input, caller) {
      await pauseTrading(engine, input, caller);
      return { paused: true };
    },
    takeOpportunity: (input, caller) => takeOpportunity(engine, input, caller),
    flatten: (input, caller) => flatten(engine, input, caller),
    cancelOrders: (input, caller) => cancelOrders(engine, input, caller),
    async resumeTrading({ venue }, caller) {
      demandClock(engine.clock);
      demandWholeHistory(engine);
      if (venue !== undefined) connectionAt(engine.requireSession(), venue);
      await engine.command({ type: 'resume', venue }, caller);
      return { paused: engine.status().paused };
    },
    acknowledgeHistory: () => acknowledgeHistory(engine),
    async updateLimits(input, caller) {
      return setLimits(engine, withoutGaps(input), caller);
    },
    applyLimitPreset: ({ preset }, caller) => setLimits(engine, LIMIT_PRESETS[preset], caller),
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
    async disableStrategy(input, caller) {
      await disableStrategy(engine, input, caller);
      return engine.account.risk(engine.requireSession().parts.kernel, engine.clock.nowUs());
    },
    async updateDetection(input, caller) {
      checkDetection({ ...engine.requireSession().parts.kernel.detection, ...withoutGaps(input) });
      await engine.command({ type: 'setDetection', detection: withoutGaps(input) }, caller);
      // What was never set keeps the default of the profile that runs, which may differ from one to the next.
      const before = await getSetting(database, DETECTION_SETTING);
      await setSetting(database, DETECTION_SETTING, {
        ...(typeof before === 'object' ? before : {}),
        ...withoutGaps(input),
      });
      return engine.requireSession().parts.kernel.detection;
    },
    getExecutionSettings: () => engine.requireSession().parts.kernel.execution,
    getQuotedMarkets: () => ({
      markets: [...engine.requireSession().parts.kernel.desk.maker.standings(engine.clock.nowUs())],
    }),
    async updateExecution(input, caller) {
      const { kernel } = engine.requireSession().parts;
      checkExecution({ ...kernel.execution, ...withoutGaps(input) });
      demandQuotable(kernel, input);
      await engine.command({ type: 'setExecution', execution: withoutGaps(input) }, caller);
      const { execution } = engine.requireSession().parts.kernel;
      await setSetting(database, EXECUTION_SETTING, execution);
      return execution;
    },
    getFeeSettings: () => readFeeSettings(database, engine.commandLine.feeVolumeUsd),
    async updateFeeSettings({ volumeUsd }) {
      await keepFeeVolume(database, volumeUsd);
      return readFeeSettings(database, engine.commandLine.feeVolumeUsd);
    },
    getDurability: () => readDurability(database, engine.commandLine.durability),
    async updateDurability({ level }) {
      await keepDurability(database, level);
      const settings = await readDurability(database, engine.commandLine.durability);
      engine.intents.level = settings.level;
      return settings;
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
    setNote: (input, caller) => notes.set(input, caller),
    getInventory: () => inventoryView(engine.requireSession().parts.kernel, engine.clock.nowUs()),
    getCrossVenue: ({ instrumentId }) => crossVenueOf(engine, instrumentId),
    setInventoryTarget: (input, caller) => setInventoryTarget(engine, input, caller),
    setTransferTerms: (input, caller) => setTransferTerms(engine, input, caller),
    removeTransferTerms: (input, caller) => removeTransferTerms(engine, input, caller),
    declareTransfer: (input, caller) => declareTransfer(engine, input, caller),
    cancelTransfer: (input, caller) => cancelTransfer(engine, input, caller),
    trustCoin: ({ coin }, caller) => trustCoin(engine, coin, caller),
    listModels: () => listModels(engine),
    getModelVersion: () => getModelVersion(engine),
    promoteModel: (input) => promoteModel(engine, input),
    rollBackModel: (input) => rollBackModel(engine, input),
    getScorerGate: (_input, caller) => getScorerGate(engine, caller),
    trainScorer: (_input, caller) => trainScorer(engine, caller),
    getPortfolio: () => getPortfolio(engine),
    setPortfolio: (input, caller) => setPortfolio(engine, input, caller),
    listStrategies: () => listStrategies(engine),
    loadStrategy: (input) => loadStrategy(engine, input),
    setStrategy: (input, caller) => setStrategy(engine, input, caller),
    setStrategyMode: (input, caller) => setStrategyMode(engine, input, caller),
    getStrategyGates: (input, caller) => getStrategyGates(engine, input, caller),
    promoteStrategy: (input, caller) => promoteStrategy(engine, input, caller),
    removeStrategy: (input, caller) => removeStrategy(engine, input, caller),
    async startRecording() {
      return { file: await engine.requireSession().recordings.start() };
    },
    async stopRecording() {
      const { files, events, dropped } = await engine.requireSession().recordings.stop();
      return { file: files.at(-1) ?? '', events, dropped };
    },
  };
}

/** @throws UserError for an instrument that the session does not have. */
function crossVenueOf(engine: EngineControls, instrumentId: number): CrossVenueView {
  const view = engine.requireSession().crossVenue.view(instrumentId, engine.clock.nowUs());
  if (view !== undefined) return view;
  throw new UserError({
    code: 'unknown-instrument',
    field: 'instrumentId',
    value: String(instrumentId),
    message: 'is no instrument of the session',
    remedy: 'Take one from the instruments of getSnapshot.',
  });
}

/** Markets name their assets by the codes of today: XBT held would be worth nothing beside BTC. */
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

/** Queries that the gateway passes on as the bytes that the reader makes; a caller of a handler gets data. */
function textHandlers(engine: EngineControls): Pick<OperationHandlers, TextOperation> {
  return Object.fromEntries(
    TEXT_OPERATIONS.map((name) => [
      name,
      async (input: unknown, caller: Caller) =>
        JSON.parse((await bytesOf(engine, name, input, caller))?.takeText() ?? ''),
    ]),
  ) as unknown as Pick<OperationHandlers, TextOperation>;
}

/** Operations that the made-up engine does not play: it says so. */
import type { OperationName } from '../../src-engine/contract/operations.ts';
import type { TopicName } from '../../src-engine/contract/topics.ts';

const CARDBOARD = [
  'listOrders',
  'listFills',
  'listExecutions',
  'listOpportunities',
  'getExecution',
  'listAudit',
  'listNews',
  'listVenues',
  'listPlans',
  'addPlan',
  'copyPlan',
  'changePlan',
  'removePlan',
  'getTotals',
  'getRisk',
  'resetBreaker',
  'enableStrategy',
  'trustCoin',
  'getInventory',
  'getCrossVenue',
  'getVenueComparison',
  'setInventoryTarget',
  'setTransferTerms',
  'removeTransferTerms',
  'declareTransfer',
  'cancelTransfer',
  'applyLimitPreset',
  'getExecutionSettings',
  'updateExecution',
  'getFeeSettings',
  'updateFeeSettings',
  'getDurability',
  'updateDurability',
  'getArming',
  'armLive',
  'armFully',
  'acknowledgeHistory',
  'disarm',
  'getGhost',
  'listRecordings',
  'trimRecording',
  'mergeRecordings',
  'makeTape',
  'listImports',
  'startImport',
  'listJobs',
  'startBacktest',
  'startSweep',
  'cancelJob',
  'resumeJob',
  'listRuns',
  'getRun',
  'getRunEquity',
  'listRunTrades',
  'getRunTrade',
  'getRunPrices',
  'exportRun',
  'listSweeps',
  'getSweep',
  'openTrial',
  'getKeys',
  'listLogs',
  'listAlerts',
  'acknowledgeAlerts',
  'listAlertRules',
  'saveAlertRule',
  'deleteAlertRule',
  'listApiKeys',
  'addApiKey',
  'revokeApiKey',
  'listEvents',
  'listBuses',
  'saveBus',
  'removeBus',
  'listChannels',
  'saveChannel',
  'removeChannel',
  'testChannel',
] as const satisfies readonly OperationName[];
type Cardboard = (typeof CARDBOARD)[number];

const names: ReadonlySet<string> = new Set(CARDBOARD);

export function isCardboard(op: OperationName): op is Cardboard {
  return names.has(op);
}

/** Views that the fake engine never sends. */
const CARDBOARD_TOPICS = [
  'ghost',
  'jobs',
  'alerts',
  'alertRules',
  'logs',
  'positions',
  'totals',
  'today',
  'inventory',
  'crossVenue',
] as const satisfies readonly TopicName[];
type CardboardTopic = (typeof CARDBOARD_TOPICS)[number];

export function isCardboardTopic(topic: TopicName): topic is CardboardTopic {
  return CARDBOARD_TOPICS.some((name) => name === topic);
}

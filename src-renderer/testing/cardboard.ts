/** Operations that the made-up engine does not play: it says so. */
import type { OperationName } from '../../src-engine/contract/operations.ts';

const CARDBOARD = [
  'listOrders',
  'listFills',
  'listExecutions',
  'listOpportunities',
  'listEquity',
  'listAudit',
  'getRisk',
  'resetBreaker',
  'enableStrategy',
  'applyLimitPreset',
  'getExecutionSettings',
  'updateExecution',
  'getArming',
  'armLive',
  'armFully',
  'disarm',
  'getGhost',
  'listRecordings',
  'trimRecording',
  'mergeRecordings',
  'makeTape',
  'listJobs',
  'startBacktest',
  'startSweep',
  'cancelJob',
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
] as const satisfies readonly OperationName[];
type Cardboard = (typeof CARDBOARD)[number];

const names: ReadonlySet<string> = new Set(CARDBOARD);

export function isCardboard(op: OperationName): op is Cardboard {
  return names.has(op);
}

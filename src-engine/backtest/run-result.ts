/** What a backtest assumed, and what its run left behind: the report is made of these. */
import type { BookDepth } from '../domain/book-depth.ts';
import type { CaptureModel } from '../domain/capture-model.ts';
import type { DecimalText } from '../domain/decimal.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { DetectionSettings, ExecutionSettings, RiskLimits } from '../domain/limits.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { HardshipSettings } from '../venues/simulated/hardship.ts';
import type { LatencySettings } from '../venues/simulated/latency-model.ts';
import type { FillSettings } from '../venues/simulated/resting-orders.ts';
import type { CycleFigures } from './cycle-analysis.ts';
import type { DigestJournal } from './digest-journal.ts';
import type { StrategySettings } from './run-strategies.ts';

export type ReportSettings = {
  readonly seed: number;
  readonly venues: readonly VenueName[];
  readonly legs: 3 | 4;
  readonly latency: LatencySettings;
  readonly fills: FillSettings;
  readonly hardship: HardshipSettings;
  readonly limits: RiskLimits;
  readonly detection: DetectionSettings;
  readonly execution: ExecutionSettings;
  /** Absent: none was asked. */
  readonly scorer?: CaptureModel | undefined;
  /** Absent: none ran. */
  readonly strategies?: StrategySettings | undefined;
  /** What the account starts with; of several venues each has its own, as `USD@VENUE`. The first asset is home. */
  readonly capital: Readonly<Record<Asset, DecimalText>>;
  /** Taker fees in force, in bps, and how many instruments have each. */
  readonly takerFeesBps: Readonly<Record<string, number>>;
  /** Null: as in the logs. */
  readonly feeBps: number | null;
  readonly minNotional: DecimalText | null;
  readonly maxAgeMs: number | null;
  readonly bookDepth: BookDepth;
  readonly tickMs: number;
  /** Logs that broke off and were read up to their last complete line. */
  readonly unfinishedLogs: readonly string[];
};

/** What a run left behind, for its report. */
export type RunResult = {
  readonly kernel: Kernel;
  readonly journal: DigestJournal;
  readonly cycles: readonly CycleFigures[];
  readonly events: number;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  /** Simulated time at which the run stood when it ended. */
  readonly endUs: TimeUs;
  readonly unreadableFrames: number;
  readonly firstFault: string;
  readonly isDrained: boolean;
  readonly settings: ReportSettings;
};

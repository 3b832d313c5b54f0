/** What the panels of the lab share: one run, one trade of it, one sweep, one trial, two runs to compare. */
import { create } from 'zustand';

type LabState = {
  /** The run under review; every figure in the panels is of this run's settings and data. */
  readonly runId: string | null;
  readonly executionId: string | null;
  /** A run that was started in this window and has not come under review yet. */
  readonly started: string | null;
  readonly sweepId: string | null;
  readonly trialId: string | null;
  readonly compare: readonly [a: string | null, b: string | null];
  /** Recordings that a new backtest or sweep runs over, by name. */
  readonly recordings: readonly string[];
  /** How many recordings were opened by the system: the list is read again after each. */
  readonly opened: number;
  /** A panel of the lab that is to come to the front, and how often one was asked for. */
  readonly wanted: { readonly panel: LabPanel; readonly times: number } | null;
};

export type LabPanel = 'review' | 'trades' | 'sweeps' | 'compare' | 'jobs' | 'replay';

type LabActions = {
  readonly reviewRun: (runId: string) => void;
  readonly runStarted: (runId: string) => void;
  readonly reviewTrade: (executionId: string | null) => void;
  readonly reviewSweep: (sweepId: string) => void;
  readonly reviewTrial: (trialId: string | null) => void;
  readonly compareRun: (side: 0 | 1, runId: string | null) => void;
  readonly chooseRecordings: (recordings: readonly string[]) => void;
  /** It is there, and chosen. */
  readonly openRecording: (name: string) => void;
  readonly show: (panel: LabPanel) => void;
};

export const useLab = create<LabState & LabActions>()((set) => ({
  runId: null,
  executionId: null,
  started: null,
  sweepId: null,
  trialId: null,
  compare: [null, null],
  recordings: [],
  opened: 0,
  wanted: null,
  reviewRun: (runId) =>
    set((before) => ({
      ...(before.runId === runId ? {} : { runId, executionId: null }),
      ...(before.started === runId ? { started: null } : {}),
    })),
  runStarted: (started) => set({ started }),
  reviewTrade: (executionId) => set({ executionId }),
  reviewSweep: (sweepId) => set((before) => (before.sweepId === sweepId ? {} : { sweepId, trialId: null })),
  reviewTrial: (trialId) => set({ trialId }),
  compareRun: (side, runId) =>
    set(({ compare: [a, b] }) => ({ compare: side === 0 ? [runId, b] : [a, runId] })),
  chooseRecordings: (recordings) => set({ recordings }),
  openRecording: (name) => set(({ opened }) => ({ recordings: [name], opened: opened + 1 })),
  show: (panel) => set(({ wanted }) => ({ wanted: { panel, times: (wanted?.times ?? 0) + 1 } })),
}));

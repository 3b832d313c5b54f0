/** What the engine and the thread of a replay say to each other. Plain data: it crosses threads. */
import type { ReplayPauseAt, ReplayView } from '../contract/replay-operations.ts';
import type { LabFolders, TaskSettings } from './lab-task.ts';
import type { StoredTrade } from './stored-run.ts';

/** Of the bell: a counter that rises with each command, so that the thread can sleep until the next one. */
export const BELL_RINGS = 0;
/** Of the bell: 1 once the view was read since the frame before. While no window reads it, no frame crosses the threads. */
export const BELL_LOOKED = 1;
export const REPLAY_BELL_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT;

export type ReplayStart = {
  readonly folders: LabFolders;
  readonly recordings: readonly string[];
  readonly settings: TaskSettings;
  /** REPLAY_BELL_BYTES: see BELL_RINGS and BELL_LOOKED. */
  readonly bell: SharedArrayBuffer;
};

export type ReplayCommand = {
  readonly move?: 'play' | 'pause' | 'event' | 'decision' | 'seek' | 'end' | undefined;
  readonly atUs?: number | undefined;
  readonly speed?: number | undefined;
  readonly pauseAt?: ReplayPauseAt | undefined;
  readonly instrumentId?: number | undefined;
  /** An execution that is asked for, and the number that its answer carries. */
  readonly trade?: { readonly executionId: string; readonly ask: number } | undefined;
};

/** All of a view that the thread knows. */
export type ReplayFrame = Omit<ReplayView, 'replayId' | 'recordings' | 'problem'>;

export type ReplayMessage =
  | { readonly type: 'frame'; readonly frame: ReplayFrame }
  | { readonly type: 'trade'; readonly ask: number; readonly trade: StoredTrade | undefined }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

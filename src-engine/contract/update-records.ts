/** What the desktop's main process shows its window of updates, and what the window may ask of it. */

/** A window's request. The address of the feed, which is empty where updates are off, is the only text that it may send. */
export type UpdateRequest =
  | { readonly t: (typeof UPDATE_ACTIONS)[number] }
  | { readonly t: 'feed'; readonly address: string };

export const UPDATE_ACTIONS = ['check', 'download', 'cancel', 'install', 'back'] as const;

export type UpdateStep = 'off' | 'idle' | 'checking' | 'downloading' | 'installing';

export type UpdateState = {
  /** The version that runs. */
  readonly version: string;
  /** Address of the feed; empty: updates are off. */
  readonly feed: string;
  /** Why this program takes no updates, whatever the feed; empty: it does. */
  readonly unable: string;
  readonly step: UpdateStep;
  /** The newest version of the feed, where it is newer than this one; null: none is known. */
  readonly offered: { readonly version: string; readonly released: string; readonly notes: string } | null;
  /** Bytes of the package: those that are here, and all. */
  readonly received: number;
  readonly size: number;
  /** The version whose verified package lies on this machine; empty: none. */
  readonly staged: string;
  /** The system's own package manager installs, and not Parallax: the trader types a command. */
  readonly isBySystem: boolean;
  /** That command, of a package that was verified at the trader's wish, while nothing speaks against it; null: there is none. */
  readonly command: { readonly version: string; readonly line: string } | null;
  /** The version that one can go back to; empty: its package is not kept here. */
  readonly previous: string;
  /** Why nothing may be installed at this moment; empty: it may. */
  readonly blocked: string;
  /** What went wrong last, as a sentence; empty: nothing. */
  readonly problem: string;
  /** Time of the last answer of the feed that held, in ms since 1970; null: none since the start. */
  readonly checkedAtMs: number | null;
};

export const UPDATES_OFF: UpdateState = {
  version: '',
  feed: '',
  unable: '',
  step: 'off',
  offered: null,
  received: 0,
  size: 0,
  staged: '',
  isBySystem: false,
  command: null,
  previous: '',
  blocked: '',
  problem: '',
  checkedAtMs: null,
};

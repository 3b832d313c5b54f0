/** What the thread that trades and the one that waits for the disk say to each other. */

export type SyncAnswer = {
  readonly id: number;
  /** What the operating system said; empty: all that was written to the file is on the disk. */
  readonly code: string;
  readonly message: string;
};

/** Cells of the shared memory: the number of the last request, or STOP; behind it the files of the last requests. */
export const LAST_REQUEST = 0;
export const FIRST_FILE = 1;
/** More than ever wait: a request is for a file, and a journal waits for all it asked for before it asks again. */
export const FILE_CELLS = 64;
export const STOP = -1;

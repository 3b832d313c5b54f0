/** Where the files of the intent journal are: a folder, or what a test puts in its place. */

/** Every file has this size from the beginning on: a record that is written changes bytes, and neither the file's size nor its blocks. */
export const SEGMENT_BYTES = 1024 * 1024;

/** The beginning of every file. */
export const SEGMENT_HEAD = Buffer.from('parallax intents 1\n'.padEnd(32, '\0'));

/** A file of records, all zeros after its head when it is made. */
export type Segment = {
  readonly name: string;
  /**
   * Writes the first `length` of `bytes`; survives the death of this process when it returns.
   * @throws what the operating system says, and where the file is no longer at its path or of its size.
   */
  write(bytes: Buffer, length: number, position: number): void;
  /** Resolves when all that was written is on the disk. @throws what the operating system says. */
  sync(): Promise<void>;
  close(): void;
};

export type SegmentStore = {
  /** For a person to read. */
  readonly location: string;
  /** Of each file. */
  readonly segmentBytes: number;
  /** Files of records, the oldest first. */
  names(): readonly string[];
  read(name: string): Buffer;
  /** A new file of its full size, on the disk with its name. @throws what the operating system says. */
  make(name: string): Promise<Segment>;
  remove(name: string): Promise<void>;
  /** Out of the way, for a person to look at: see `setAside`. */
  setAside(name: string): Promise<void>;
  /** Files that were set aside and no operator has acknowledged. */
  aside(): readonly string[];
  acknowledge(name: string): Promise<void>;
  close(): Promise<void>;
};

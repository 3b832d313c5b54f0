/** Where the files of an export go: a folder, or a bucket. Both take bytes as they come, in the order of each file. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../lib/whole-file.ts';

export type OutFile = {
  /** Bytes that wait in memory. */
  readonly unsent: number;
  /** @param bytes may be used again once it returns. @throws the operating system's error. */
  write(bytes: Uint8Array): void;
  /** No more bytes follow. */
  finish(): void;
  abandon(): void;
};

export type ExportPlace = {
  /** Bytes of all files that wait in memory. */
  readonly unsent: number;
  /** Makes it where a place has folders, so that a table without rows has one. @throws the operating system's error. */
  folder(path: string): void;
  /** @param path with slashes, within the place; no file is begun twice. @throws the operating system's error. */
  open(path: string): OutFile;
  /** Until little waits: what a writer awaits between two batches. @throws UserError when it failed or was stopped. */
  settle(): Promise<void>;
};

/** @throws the operating system's error, also when there is such a file. */
export function fileAt(path: string): OutFile {
  const fd = openSync(path, 'wx', PRIVATE_FILE);
  return {
    unsent: 0,
    write: (bytes) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    },
    // On the disk when it returns.
    finish: () => {
      fsyncSync(fd);
      closeSync(fd);
    },
    abandon: () => closeSync(fd),
  };
}

export function folderPlace(root: string): ExportPlace {
  return {
    unsent: 0,
    folder: (path) => {
      mkdirSync(join(root, path), { recursive: true, mode: PRIVATE_FOLDER });
    },
    open: (path) => {
      const place = join(root, path);
      mkdirSync(dirname(place), { recursive: true, mode: PRIVATE_FOLDER });
      return fileAt(place);
    },
    settle: () => Promise.resolve(),
  };
}

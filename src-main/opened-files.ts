/** Files that the system opens with Parallax: on Linux and Windows words of the command line, on macOS events. */
import { resolve } from 'node:path';

const OPENED = /\.(?:jsonl(?:\.gz)?|tape)$/i;
/** More of them at once are no one's wish. */
const MAX_FILES = 20;

/** Paths of recordings and tapes among the words that are no options. @param folder in which relative ones lie. */
export function filesAmong(args: readonly string[], folder: string): string[] {
  return args
    .filter((arg) => isFile(arg) && arg.length <= 4_096)
    .slice(0, MAX_FILES)
    .map((arg) => resolve(folder, arg));
}

/** The words with which the program starts again: a file that opened it once is not opened again. */
export function withoutFiles(args: readonly string[]): string[] {
  return args.filter((arg) => !isFile(arg));
}

function isFile(arg: string): boolean {
  return !arg.startsWith('-') && OPENED.test(arg);
}

/** Keeps files until the engine takes them: they may be opened before it is there, or while it starts again. */
export class OpenedFiles {
  readonly #send: (path: string) => boolean;
  #waiting: string[] = [];

  /** @param send false where the engine does not take it yet. */
  constructor(send: (path: string) => boolean) {
    this.#send = send;
  }

  add(paths: readonly string[]): void {
    this.#waiting = [...this.#waiting, ...paths].slice(-MAX_FILES);
    this.flush();
  }

  /** The engine is there. */
  flush(): void {
    this.#waiting = this.#waiting.filter((path) => !this.#send(path));
  }
}

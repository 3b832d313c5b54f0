import { lineStart, readLineBlocks } from '../storage/market-log-lines.ts';

/** Longest line of a recording of a venue's wire: a REST list of all instruments, or the snapshot of a whole book. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** The lines of a recording, gzipped or not; one that breaks off has a last line that cannot be read. @throws UserError when the file is missing, damaged, or has a line above 64 MiB. */
export async function* captureLines(file: string): AsyncGenerator<string> {
  for await (const block of readLineBlocks(file, true, MAX_LINE_BYTES)) {
    for (const [index, end] of block.ends.entries()) {
      yield block.bytes.toString('utf8', lineStart(block, index), end);
    }
  }
}

/**
 * Whether a recording of the list is the one that the engine writes. While it is written, a recording has another ending.
 * @param written path of what is written; several venues' are joined by `, `; null: nothing is.
 */
export function isSameFile(written: string | null, name: string): boolean {
  const plain = (path: string) => (path.split(/[/\\]/).at(-1) ?? '').replace(/\.part$/, '');
  return written !== null && written.split(', ').some((path) => plain(path) === plain(name));
}

const PART = /-\d{4}\.market-log\.jsonl.*$/;

/** Of the list, what a recording left that has ended: all of its venues and parts. @param written as the engine called it while it went on. */
export function partsOf(written: string, names: readonly string[]): readonly string[] {
  const stems = new Set(
    written.split(', ').map((path) => (path.split(/[/\\]/).at(-1) ?? '').replace(PART, '')),
  );
  return names.filter(
    (name) => PART.test(name) && !name.endsWith('.part') && stems.has(name.replace(PART, '')),
  );
}

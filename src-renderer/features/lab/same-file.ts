/**
 * Whether a recording of the list is the one that the engine writes. While it is written, a recording has another ending.
 * @param written path of what is written; several venues' are joined by `, `; null: nothing is.
 */
export function isSameFile(written: string | null, name: string): boolean {
  const plain = (path: string) => (path.split(/[/\\]/).at(-1) ?? '').replace(/\.part$/, '');
  return written !== null && written.split(', ').some((path) => plain(path) === plain(name));
}

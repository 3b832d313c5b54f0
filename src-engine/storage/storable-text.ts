/** Text that every database gives back as it took it: no half of a surrogate pair, no NUL, which PostgreSQL refuses. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{FFFD}');
}

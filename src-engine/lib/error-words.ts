/** What an error says: whatever was thrown, also what no conversion makes a text. */
export function errorWords(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'it threw a value that is no text';
  }
}

/** A table saved as a file by the window's own button, read back. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';

/** By the titles of the columns. */
export type CsvRow = Readonly<Record<string, string | undefined>>;

/** @param button saves the file. Fields with commas or quotes are quoted as RFC 4180 has it. */
export async function savedCsv(page: Page, button: Locator): Promise<CsvRow[]> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const text = await readFile(await download.path(), 'utf8');
  const [head = [], ...rows] = text.trimEnd().split('\r\n').map(fieldsOf);
  return rows.map((row) => Object.fromEntries(head.map((title, at) => [title, row[at]])));
}

function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  );
}

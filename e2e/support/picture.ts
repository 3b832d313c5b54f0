/** Pictures of the manual, taken by the specs that drive the product, so that they show what it is: `npm run pictures`. */
import { join } from 'node:path';
import { type Page, test } from '@playwright/test';

/** Taken at every run, and kept in the manual where `PARALLAX_PICTURES` names its folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PARALLAX_PICTURES'];
  const file = `${name}.png`;
  await page.screenshot({
    path: folder === undefined ? test.info().outputPath(file) : join(folder, file),
    animations: 'disabled',
  });
}

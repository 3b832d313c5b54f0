/** The gallery of components in a browser: built, and answered from its folder without a server. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import { build } from 'vite';
import { findChromium } from '../../scripts/test/parts.ts';
import { CHROMIUM_ARGS } from './terminal.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(ROOT, 'out/gallery');
/** Trustworthy to a browser, as the window's own address is; nothing listens there. */
const ORIGIN = 'http://gallery.localhost';

export async function buildGallery(): Promise<void> {
  await build({ configFile: join(ROOT, 'src-renderer/vite.gallery.config.ts'), logLevel: 'warn' });
}

/** Letters are drawn without what depends on a screen: no hinting, no subpixels, one colour profile. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [
      ...CHROMIUM_ARGS,
      '--font-render-hinting=none',
      '--disable-lcd-text',
      '--force-color-profile=srgb',
      '--hide-scrollbars',
    ],
  });
}

export type Look = {
  readonly theme: 'dark' | 'light';
  readonly density?: 'compact' | 'comfortable';
  readonly palette?: 'green-red' | 'blue-orange';
};

/** Opens the page and waits until everything on it has come to its state. */
export async function openGallery(page: Page, look: Look): Promise<void> {
  await page.route(`${ORIGIN}/**`, (route) =>
    route.fulfill({ path: join(BUILT, new URL(route.request().url()).pathname) }),
  );
  const query = new URLSearchParams(look);
  await page.goto(`${ORIGIN}/gallery/gallery.html?${query.toString()}`);
  await page.getByText('not-reconciled').waitFor();
  await page.getByText('ROW 0/USD').waitFor();
}

/** How this machine draws letters, in both faces of the window. */
export type Letters = {
  /** The browser's major version: another one may draw fields and corners otherwise. */
  readonly chromium: string;
  readonly sansWidth: number;
  readonly monoWidth: number;
  /** Over the pixels of both. */
  readonly drawn: number;
};

const LETTERS_FILE = join(ROOT, 'e2e/gallery-shots/letters.json');

export async function lettersOf(page: Page): Promise<Letters> {
  const chromium = page.context().browser()?.version().split('.')[0] ?? '';
  const drawn = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [400, 48];
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser has no canvas');
    const style = getComputedStyle(document.documentElement);
    const widths = ['--font-ui', '--font-mono'].map((name, at) => {
      context.font = `12px ${style.getPropertyValue(name)}`;
      const text = 'USD→BTC→ETH→USD 1,234,567.890 Quiet edge, taken';
      context.fillText(text, 2, 18 + at * 20);
      return context.measureText(text).width;
    });
    let drawn = 0;
    for (const value of context.getImageData(0, 0, 400, 48).data)
      drawn = (Math.imul(drawn, 31) + value) >>> 0;
    return { sansWidth: widths[0] ?? 0, monoWidth: widths[1] ?? 0, drawn };
  });
  return { chromium, ...drawn };
}

export function keepLetters(letters: Letters): void {
  writeFileSync(LETTERS_FILE, `${JSON.stringify(letters, null, 2)}\n`);
}

const NEW_PICTURES =
  'To make some for this machine: npx playwright test --project=browser e2e/gallery.spec.ts --update-snapshots';

/** Why pictures of this machine cannot be held against the kept ones; empty where they can. */
export function lettersDiffer(here: Letters): string {
  if (!existsSync(LETTERS_FILE)) return '';
  const kept = JSON.parse(readFileSync(LETTERS_FILE, 'utf8')) as Letters;
  if (here.chromium !== kept.chromium) {
    return `The kept pictures were made with Chromium ${kept.chromium}, this is ${here.chromium}. Nothing was compared. ${NEW_PICTURES}`;
  }
  const what =
    Math.abs(here.sansWidth - kept.sansWidth) > 0.01
      ? `the sans face is ${here.sansWidth} px wide, not ${kept.sansWidth}`
      : Math.abs(here.monoWidth - kept.monoWidth) > 0.01
        ? `the mono face is ${here.monoWidth} px wide, not ${kept.monoWidth}`
        : here.drawn === kept.drawn
          ? ''
          : 'its letters are of the same width and drawn otherwise';
  if (what === '') return '';
  return `This machine has other fonts than the kept pictures: ${what}. Nothing was compared. The pictures were made with Debian's chromium and DejaVu fonts. ${NEW_PICTURES}`;
}

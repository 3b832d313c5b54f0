/** The look is made of tokens: no colour, space or size beside them, none that is missing, none that is unused. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).map((name) =>
  name.replaceAll('\\', '/'),
);
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const styles = files
  .filter((name) => name.endsWith('.css'))
  .map((name) => ({ name, text: bare(read(name)) }));
const tokens = styles.find(({ name }) => name === 'styles/tokens.css')?.text ?? '';
const others = styles.filter(({ name }) => name !== 'styles/tokens.css');
const code = files
  .filter((name) => /\.(tsx?|html)$/.test(name) && !/\.test\.tsx?$/.test(name))
  .map((name) => ({ name, text: bare(read(name)) }));

/** Without its comments and the names of files. */
function bare(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/url\([^)]*\)/g, 'url()');
}

/** `file: match` for every match. */
function found(sources: readonly { name: string; text: string }[], pattern: RegExp): string[] {
  return sources.flatMap(({ name, text }) =>
    [...text.matchAll(pattern)].map((match) => `${name}: ${match[0].trim()}`),
  );
}

test('no colour is written outside of the tokens', () => {
  expect(others.length).toBeGreaterThan(5);
  expect(found([...others, ...code], /#[0-9a-f]{3,8}\b(?=[^\w-])|\b(?:rgb|hsl)a?\(/gi)).toEqual([]);
});

test('spaces, sizes of type and rounded corners come from the tokens', () => {
  // One pixel is a line, not a space.
  expect(
    found(
      others,
      /^\s+(?:(?:row-|column-)?gap|padding(?:-\w+)?|margin(?:-\w+)?): [^;]*\b(?!1px)\d+px[^;]*;/gm,
    ),
  ).toEqual([]);
  expect(found(others, /^\s+(?:font|font-size|border-radius): [^;]*\d+px[^;]*;/gm)).toEqual([]);
});

test('pages take the sheets of the look as one, in one order: a build would reorder what they share of a part', () => {
  expect(found(code, /import '[^']*styles\/[\w-]+\.css'/g)).toEqual([
    "workspace/workspace.tsx: import 'dockview-react/dist/styles/dockview.css'",
  ]);
  const sheets = styles.flatMap(({ name }) => /^styles\/(.+)$/.exec(name)?.[1] ?? []);
  const order = code.find(({ name }) => name === 'styles/all.ts')?.text ?? '';
  expect(sheets.filter((sheet) => !order.includes(`/${sheet}'`))).toEqual([]);
});

test('every token that is named exists, and every one that exists is used', () => {
  const all = [...styles, ...code].map(({ text }) => text).join('\n');
  const defined = new Set([...all.matchAll(/(--[a-z][\w-]*)['"]?:/g)].map(([, name]) => name));
  const used = [...all.matchAll(/(?:var\(|['"`])(--[a-z][\w-]*)/g)].map(([, name = '']) => name);
  expect(used.filter((name) => !defined.has(name) && !/^--dv-|-$/.test(name))).toEqual([]);
  const declared = [...tokens.matchAll(/^\s+(--[a-z][\w-]*):/gm)].map(([, name = '']) => name);
  expect(declared.length).toBeGreaterThan(60);
  // A name may be put together, as that of a mode is.
  expect(
    [...new Set(declared)].filter((name) => !used.includes(name) && !name.startsWith('--mode-')),
  ).toEqual([]);
});

test('every class that is styled is put on something', () => {
  const text = code.map((source) => source.text).join('\n');
  const words = new Set(text.match(/[a-z][a-z\d]*(?:-[a-zA-Z\d]+)*-?/g));
  const classes = new Set(
    others.flatMap((sheet) => [...sheet.text.matchAll(/\.([a-z][\w-]*)/g)].map(([, name = '']) => name)),
  );
  expect(classes.size).toBeGreaterThan(150);
  // `light-${level}` is found as `light-`.
  const isUsed = (name: string): boolean =>
    words.has(name) || words.has(name.replace(/[A-Za-z\d]+$/, '')) || name.startsWith('dv-');
  expect([...classes].filter((name) => !isUsed(name))).toEqual([]);
});

test('text stands out from what it stands on, in both themes and with both palettes', () => {
  const weak: string[] = [];
  for (const theme of ['dark', 'light']) {
    for (const palette of ['green-red', 'blue-orange']) {
      const values = valuesOf(theme, palette);
      for (const [text, ground] of PAIRS) {
        const ratio = contrast(values.get(text) ?? '', values.get(ground) ?? '');
        if (!(ratio >= 4.5)) weak.push(`${theme} ${palette}: ${text} on ${ground} is ${ratio.toFixed(2)}`);
      }
    }
  }
  expect(weak).toEqual([]);
});

test('no text is made fainter by opacity, but what is disabled or no longer true', () => {
  const faint = others.flatMap(({ text }) =>
    [...text.matchAll(/([^{}]+)\{[^{}]*?[\s;]opacity: 0?\.\d+/g)].map(([, selector = '']) => selector.trim()),
  );
  const isFit = (selector: string): boolean => /disabled|app-silent|-bar\b/.test(selector);
  expect(faint.filter((selector) => !isFit(selector))).toEqual([]);
});

const TEXTS = ['--text', '--text-strong', '--text-dim', '--text-faint', '--gain', '--loss', '--accent'];
const PAIRS: readonly (readonly [string, string])[] = [
  ...TEXTS.flatMap((text) => ['--bg', '--panel', '--panel-head'].map((ground) => [text, ground] as const)),
  ...['--text', '--text-strong', '--text-dim'].flatMap((text) =>
    ['--raised', '--hover', '--selected', '--field'].map((ground) => [text, ground] as const),
  ),
  ['--bid', '--panel'],
  ['--ask', '--panel'],
  ['--warn', '--panel'],
  ['--bad', '--panel'],
  ['--warn-text', '--warn-wash'],
  ['--good-text', '--good-wash'],
  ['--on-strong', '--primary'],
  ['--on-strong', '--danger'],
  ['--on-strong', '--kill'],
  ['--on-strong', '--silent'],
  ['--on-strong', '--kill-stripe'],
  ['--failed-text', '--on-strong'],
  ...['simulated', 'paper', 'ghost', 'live', 'backtest'].map(
    (mode) => ['--on-mode', `--mode-${mode}`] as const,
  ),
];

/** The tokens as this theme and palette have them. */
function valuesOf(theme: string, palette: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const [, selector = '', body = ''] of tokens.matchAll(/(:root[^{]*)\{([^}]*)\}/g)) {
    const asks = [...selector.matchAll(/\[data-([a-z]+)="([^"]+)"\]/g)];
    const holds = asks.every(([, name, value]) =>
      name === 'theme' ? value === theme : name === 'palette' ? value === palette : false,
    );
    if (!holds) continue;
    for (const [, name = '', value = ''] of body.matchAll(/(--[\w-]+):\s*([^;]+);/g)) values.set(name, value);
  }
  return values;
}

/** Contrast ratio of two colours, by WCAG 2. NaN for what is not an opaque hexadecimal colour. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? Number.NaN) + 0.05) / ((dark ?? Number.NaN) + 0.05);
}

function luminance(colour: string): number {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  const hex =
    short === null
      ? colour
      : `#${short
          .slice(1)
          .map((digit) => digit + digit)
          .join('')}`;
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (match === null) return Number.NaN;
  const [r = 0, g = 0, blue = 0] = match.slice(1).map((part) => {
    const share = Number.parseInt(part, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
}

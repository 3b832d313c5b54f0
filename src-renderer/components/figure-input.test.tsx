// @vitest-environment happy-dom
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { act, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test } from 'vitest';
import { useCopied } from '../lib/clipboard.ts';
import { plainFigure, setSeparators } from '../lib/decimal-text.ts';
import { FigureField } from './figure-field.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

afterEach(() => setSeparators({ group: ',', point: '.' }));

function Field({ start, onSent }: { readonly start: string; readonly onSent: (text: string) => void }) {
  const [value, setValue] = useState(start);
  onSent(value);
  return <FigureField label="Price" unit="USD" help="" error="" value={value} onChange={setValue} />;
}

/** What is in a field after a paste over its selection, and whether the browser was left to do it. */
async function pasted(kept: Readonly<Record<string, string>>, start = '') {
  const host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  let sent = '';
  await act(async () => root.render(<Field start={start} onSent={(text) => (sent = text)} />));
  const input = host.querySelector('input') as HTMLInputElement;
  input.setSelectionRange(0, input.value.length);
  const event = new Event('paste', { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: (type: string) => kept[type] ?? '' } });
  await act(async () => input.dispatchEvent(event));
  await act(async () => root.unmount());
  host.remove();
  return { sent, isLeft: !event.defaultPrevented };
}

test('a figure that was copied in Parallax is the same figure where it is pasted, however the window writes figures', async () => {
  setSeparators({ group: '.', point: ',' });
  useCopied.setState({ text: '18.125', ok: true, times: 1 });
  for (const start of ['', '64.210,50']) {
    const { sent } = await pasted({ 'text/plain': '18.125' }, start);
    expect([sent, plainFigure(sent)]).toEqual(['18,125', '18.125']);
  }
  // Another window of Parallax copied it.
  const exact = { 'text/plain': '-0.001', 'application/x-parallax-exact': '-0.001' };
  expect(await pasted(exact)).toEqual({ sent: '-0,001', isLeft: false });
  // Text of other programs and words are pasted as they are.
  expect(await pasted({ 'text/plain': '10.000' })).toEqual({ sent: '', isLeft: true });
  useCopied.setState({ text: 'BTC/USD', ok: true, times: 2 });
  expect(await pasted({ 'text/plain': 'BTC/USD' })).toEqual({ sent: '', isLeft: true });
});

test('every field of figures is that input', () => {
  const root = join(import.meta.dirname, '..');
  const own: string[] = [];
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.tsx') || name.endsWith('.test.tsx')) continue;
    const text = readFileSync(join(root, name), 'utf8');
    for (const [tag] of text.matchAll(/<input\s(?:(?!\/>)[^])*\/>/g))
      if (/\bnum\b|inputMode/.test(tag) && !tag.includes('type="number"')) own.push(name);
  }
  expect(own.toSorted()).toEqual([
    'components/figure-input.tsx',
    // Typed words, codes, JSON, and words of the lab that are drawn as its figures are.
    'components/typed-confirm.tsx',
    'features/kill/rearm-dialog.tsx',
    'features/lab/form-fields.tsx',
    'features/palette/operation-form.tsx',
    'features/remote/remote-dialog.tsx',
  ]);
});

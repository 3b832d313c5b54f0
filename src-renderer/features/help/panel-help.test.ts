import { expect, test } from 'vitest';
import { PANEL_KINDS, panelSpec } from '../../workspace/panels.tsx';
import { PANEL_HELP } from './panel-help.ts';

test('every panel has a page of help that says in sentences how it is used', () => {
  const silent = PANEL_KINDS.filter((kind) => (PANEL_HELP[kind] ?? []).length === 0);
  expect(silent.map((kind) => panelSpec(kind).title)).toEqual([]);
  for (const use of Object.values(PANEL_HELP).flat()) expect(use).toMatch(/^[A-Z“].+[.!]$/);
});

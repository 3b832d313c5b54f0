import { expect, test } from 'vitest';
import { alertPanel } from '../../../src-engine/contract/alert-records.ts';
import { setSeparators } from '../../lib/decimal-text.ts';
import { PANELS } from '../../workspace/panels.tsx';
import { PANEL_WORDS, ruleText } from './alert-words.ts';
import { checkDraft, draftOf, newDraft, type RuleDraft } from './rule-draft.ts';

const WATCHED = ['kraken BTC/USD', 'kraken ETH/USD'];
const priceDraft = (change: Partial<RuleDraft> = {}): RuleDraft => ({
  ...newDraft('price', 'kraken BTC/USD'),
  bound: '100000.5',
  ...change,
});
const errorsOf = (draft: RuleDraft): readonly string[] => Object.keys(checkDraft(draft, WATCHED).errors);

test('what is typed becomes the rule, to the last digit, and comes back as it was typed', () => {
  const { rule } = checkDraft(priceDraft({ backBy: ' 0.25 ' }), WATCHED);
  expect(rule).toEqual({
    kind: 'price',
    venue: 'kraken',
    symbol: 'BTC/USD',
    side: 'above',
    price: '100000.5',
    backBy: 0.25,
    restS: 60,
    enabled: true,
    severity: 'warning',
  });
  expect(rule && draftOf(rule)).toEqual(priceDraft({ backBy: '0.25' }));
  expect(rule && ruleText(rule)).toBe('BTC/USD crosses 100,000.5 from below');
});

test('beside a decimal comma a rule is shown and read with it', () => {
  setSeparators({ group: '.', point: ',' });
  try {
    const { rule } = checkDraft(priceDraft({ bound: '100.000,5', backBy: '0,25' }), WATCHED);
    expect(rule).toMatchObject({ price: '100000.5', backBy: 0.25 });
    expect(rule && draftOf(rule)).toMatchObject({ bound: '100000,5', backBy: '0,25', restS: '60' });
    expect(checkDraft(newDraft('drawdown', ''), WATCHED).rule).toMatchObject({ backBy: 0.5 });
  } finally {
    setSeparators({ group: ',', point: '.' });
  }
});

test('every kind begins as something that may be saved, but for a price, which has no default', () => {
  for (const kind of ['edge', 'drawdown', 'stale'] as const) {
    const { rule, errors } = checkDraft(newDraft(kind, ''), WATCHED);
    expect([kind, errors, rule?.kind]).toEqual([kind, {}, kind]);
  }
  expect(errorsOf(newDraft('price', 'kraken BTC/USD'))).toEqual(['bound']);
});

test.each([
  ['an unknown instrument', priceDraft({ instrument: 'kraken XYZ/USD' }), ['instrument']],
  ['no instrument', priceDraft({ instrument: '' }), ['instrument']],
  ['a price of nothing', priceDraft({ bound: '0' }), ['bound']],
  ['an exponent', priceDraft({ bound: '1e5' }), ['bound']],
  ['a rest that makes a storm', priceDraft({ restS: '1' }), ['restS']],
  ['half a second', { ...newDraft('stale', ''), bound: '2.5' }, ['bound']],
  ['more than all of it', { ...newDraft('drawdown', ''), bound: '101' }, ['bound']],
  ['a margin below zero', { ...newDraft('edge', ''), backBy: '-1' }, ['backBy']],
])('%s is refused where it stands', (_name, draft, fields) => {
  expect(errorsOf(draft)).toEqual(fields);
  expect(checkDraft(draft, WATCHED).rule).toBeUndefined();
});

test('a book of one instrument, or of any', () => {
  const one = checkDraft({ ...newDraft('stale', ''), instrument: 'kraken ETH/USD' }, WATCHED).rule;
  expect(one).toMatchObject({ venue: 'kraken', symbol: 'ETH/USD', seconds: 10 });
  expect(checkDraft(newDraft('stale', 'kraken ETH/USD'), WATCHED).rule).toMatchObject({
    venue: '',
    symbol: '',
  });
});

test('every panel that an alert leads to is one of the window, by its own name', () => {
  for (const kind of alertPanel.options) expect(PANELS[kind].title).toBe(PANEL_WORDS[kind]);
});

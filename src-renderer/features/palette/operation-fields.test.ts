import { expect, test } from 'vitest';
import { type OperationName, operations } from '../../../src-engine/contract/operations.ts';
import { setSeparators } from '../../lib/decimal-text.ts';
import { operationFields, readTyped } from './operation-fields.ts';

test('every operation of the contract has a form', () => {
  for (const op of Object.keys(operations) as OperationName[]) {
    for (const field of operationFields(op)) expect(`${op} ${field.name}`).toMatch(/^\w+ \w+$/);
  }
});

test('fields are of the kinds that the contract has, with its choices and presets', () => {
  const fields = operationFields('chooseProfile');
  expect(fields).toMatchObject([
    { name: 'profile', kind: 'text', isRequired: true },
    { name: 'capital', kind: 'json', isRequired: false },
    { name: 'venues', kind: 'json', isRequired: false },
  ]);
  expect(operationFields('exportRun')).toMatchObject([
    { name: 'runId' },
    { name: 'format', kind: 'choice', choices: ['csv', 'json', 'html'], isRequired: true },
  ]);
  expect(operationFields('kill')).toMatchObject([{ name: 'reason', kind: 'text', preset: 'operator' }]);
});

test('what was typed is checked by the contract itself, and named where it does not fit', () => {
  const orders = operationFields('listOrders');
  expect(readTyped('listOrders', orders, { limit: '5', state: 'filled' })).toEqual({
    input: { limit: 5, state: 'filled' },
  });
  expect(readTyped('listOrders', orders, { limit: 'many' })).toMatchObject({ field: 'limit' });
  expect(readTyped('listOrders', orders, { limit: '0' })).toMatchObject({ field: 'limit' });
  const profile = operationFields('chooseProfile');
  expect(readTyped('chooseProfile', profile, { profile: 'demo', capital: '{USD' })).toMatchObject({
    field: 'capital',
    problem: expect.stringMatching(/not JSON/),
  });
  expect(readTyped('chooseProfile', profile, {})).toMatchObject({ field: 'profile' });
});

test('figures are read as the window writes them, and one that JSON would read as another is refused', () => {
  const fields = operationFields('updateLimits');
  const typed = { maxOrderNotional: '10.000,5', maxTradesPerDay: '1.000' };
  setSeparators({ group: '.', point: ',' });
  try {
    expect(readTyped('updateLimits', fields, typed)).toEqual({
      input: { maxOrderNotional: '10000.5', maxTradesPerDay: 1_000 },
    });
    const terms = operationFields('setTransferTerms');
    expect(readTyped('setTransferTerms', terms, { coin: 'BTC', minutes: '1.125' })).toEqual({
      field: 'minutes',
      problem: 'is JSON: write 1125 or 1.1250 in place of 1.125',
    });
  } finally {
    setSeparators({ group: ',', point: '.' });
  }
});

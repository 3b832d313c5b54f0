import { expect, test } from 'vitest';
import { type OperationName, operations } from '../../../src-engine/contract/operations.ts';
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

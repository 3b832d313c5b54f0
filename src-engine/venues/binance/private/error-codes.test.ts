import { expect, it } from 'vitest';
import { outcomeOf } from './error-codes.ts';

/** Codes of Binance's page "Error codes" that a placement, a cancel or a question of an order may bring. */
const DOCUMENTED: Readonly<Record<string, readonly number[]>> = {
  refused: [
    -1002, -1013, -1014, -1020, -1022, -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1111, -1114,
    -1115, -1116, -1117, -1118, -1119, -1121, -1122, -1128, -1130, -1134, -1135, -1145, -1220, -2010, -2011,
    -2013, -2014, -2015, -2026, -2039,
  ],
  retry: [-1003, -1008, -1015, -1021, -1034],
  unknown: [-1000, -1001, -1006, -1007, -1016, -1010, -2021, -2022, -9999, 0, 1],
};

it('every documented code has its class, and what is not known for certain is unknown', () => {
  for (const [outcome, codes] of Object.entries(DOCUMENTED))
    for (const code of codes) expect([code, outcomeOf(400, code, '')]).toEqual([code, outcome]);
});

it('the status counts before the code: a 5xx and a 409 say nothing, a 429 and a 418 that nothing was carried out', () => {
  for (const code of [-2010, -1013, -1021, -1003]) {
    for (const status of [500, 502, 503, 504, 409, 200, 302])
      expect(outcomeOf(status, code, '')).toBe('unknown');
    for (const status of [418, 429]) expect(outcomeOf(status, code, '')).toBe('retry');
  }
});

it('an order that is said to be there already is not a refusal', () => {
  expect(outcomeOf(400, -2010, 'Duplicate order sent.')).toBe('unknown');
  expect(outcomeOf(400, -2010, 'Account has insufficient balance for requested action.')).toBe('refused');
});

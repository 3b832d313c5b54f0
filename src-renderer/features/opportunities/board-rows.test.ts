import { expect, test } from 'vitest';
import type { DecisionCode, Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { fakeOpportunity } from '../../testing/fake-trading.ts';
import { boardRows, inOrderOf, latestOfEach } from './board-rows.ts';

const row = (opportunityId: string, decision: DecisionCode, netBps = 1): Opportunity => {
  const made = fakeOpportunity(1, 5, () => 0.5);
  return { ...made, opportunityId, decision, waterfall: { ...made.waterfall, netBps } };
};
const ids = (rows: readonly Opportunity[]): string => rows.map(({ opportunityId }) => opportunityId).join('');
const OPEN = [row('a', 'taken', 1), row('b', 'no-balance', 9), row('c', 'edge-below-threshold', 5)];
const RECENT = [row('d', 'below-min-qty'), row('e', 'taken')];

test('what cannot be traded is hidden and counted, and listed on request', () => {
  const tradable = boardRows(OPEN, RECENT, 'tradable');
  expect([ids(tradable.rows), tradable.hidden]).toEqual(['cae', 2]);
  expect(ids(boardRows(OPEN, RECENT, 'all').rows)).toBe('bcade');
  expect(ids(boardRows(OPEN, RECENT, 'taken').rows)).toBe('ae');
  expect(boardRows(OPEN, RECENT, 'blocked')).toMatchObject({ hidden: 0 });
});

test('under the pointer rows keep their places, and new ones come at the end', () => {
  const { rows } = boardRows(OPEN, RECENT, 'all');
  expect(ids(inOrderOf(rows, ['e', 'a', 'c'], ({ opportunityId }) => opportunityId))).toBe('eacbd');
});

test('a cycle has one row: its best open life, else the one that closed last', () => {
  const of = (id: string, venue: string, netBps: number): Opportunity => ({
    ...row(id, 'taken', netBps),
    venue,
  });
  const { open, recent } = latestOfEach(
    [of('a', 'east', 1), of('b', 'west', 2), of('c', 'east', 3)],
    [of('d', 'west', 9), of('e', 'north', 1), of('f', 'north', 5)],
  );
  expect([ids(open), ids(recent)]).toEqual(['cb', 'e']);
});

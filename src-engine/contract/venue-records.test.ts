import { expect, it } from 'vitest';
import { restWords } from './venue-records.ts';

it('a feed that fell back to REST has that beside its age, and no other has', () => {
  expect(restWords({ isByRest: false, dataAgeUs: 1_000 })).toBe('');
  expect(restWords({ isByRest: true, dataAgeUs: 2_500_000 })).toBe(' by REST (newest change 2.5 s ago)');
  expect(restWords({ isByRest: true, dataAgeUs: null })).toBe(' by REST (newest change none yet)');
});

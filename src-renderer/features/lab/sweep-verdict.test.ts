import { expect, test } from 'vitest';
import { verdictHead } from './sweep-verdict.tsx';

const CLEAN = { flagged: false, reasons: [], cautions: [], failed: [] };

test('an edge is claimed only when every check holds', () => {
  expect(verdictHead(CLEAN)).toMatchObject({ tone: 'good', label: 'The data supports an edge' });
  expect(verdictHead({ ...CLEAN, failed: ['pbo'] })).toEqual({
    tone: 'warn',
    label: 'Not proven: 1 check does not hold',
  });
  const older = { flagged: false, reasons: [], cautions: ['one', 'two'] };
  expect(verdictHead(older).label).toBe('Not proven: 2 checks do not hold');
  expect(verdictHead({ ...CLEAN, flagged: true, failed: ['chosen'] }).tone).toBe('bad');
});
